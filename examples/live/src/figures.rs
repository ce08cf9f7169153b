//! Counters since the server's start, as the page shows them.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) streams: Counter,
    pub(crate) events: Counter,
    /// Streams that came with a `Last-Event-ID`.
    pub(crate) reconnects: Counter,
    /// Bytes of the event streams themselves, without HTTP's.
    pub(crate) sse_bytes: Counter,
    pub(crate) websockets: Counter,
    pub(crate) messages_in: Counter,
    pub(crate) messages_out: Counter,
    /// Bytes after the opening handshake, frame headers included.
    pub(crate) websocket_bytes_in: Counter,
    pub(crate) websocket_bytes_out: Counter,
}

impl Figures {
    /// The data of the event `figures`.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "sse": {
                "open": self.streams.value(),
                "events": self.events.value(),
                "reconnects": self.reconnects.value(),
                "bytes": self.sse_bytes.value(),
            },
            "websocket": {
                "open": self.websockets.value(),
                "messages_in": self.messages_in.value(),
                "messages_out": self.messages_out.value(),
                "bytes_in": self.websocket_bytes_in.value(),
                "bytes_out": self.websocket_bytes_out.value(),
            },
        })
    }
}

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: usize) {
        self.0.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Counts one more until the guard is dropped.
    pub(crate) fn hold(&self) -> Held<'_> {
        self.add(1);
        Held(self)
    }

    fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
pub(crate) struct Held<'a>(&'a Counter);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
