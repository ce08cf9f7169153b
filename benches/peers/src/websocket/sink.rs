//! What becomes of the messages that are received.

use std::hint::black_box;

use bytes::Bytes;

pub trait Sink {
    /// Whether it keeps messages, so that one which is handed over need not be copied.
    fn keeps(&self) -> bool {
        false
    }

    /// A message that is valid until the next one is received.
    fn borrowed(&mut self, payload: &[u8]);

    /// A message that the peer handed over.
    fn owned(&mut self, payload: Bytes);
}

/// Drops each.
#[derive(Default)]
pub struct Dropped;

impl Sink for Dropped {
    #[inline]
    fn borrowed(&mut self, payload: &[u8]) {
        black_box(payload);
    }

    #[inline]
    fn owned(&mut self, payload: Bytes) {
        black_box(&payload);
    }
}

/// Keeps the last 64; a borrowed message must be copied for that.
pub struct LastKept {
    ring: [Bytes; 64],
    next: usize,
}

impl Default for LastKept {
    fn default() -> Self {
        Self { ring: [const { Bytes::new() }; 64], next: 0 }
    }
}

impl LastKept {
    fn keep(&mut self, payload: Bytes) {
        self.ring[self.next % 64] = payload;
        self.next += 1;
    }
}

impl Sink for LastKept {
    fn keeps(&self) -> bool {
        true
    }

    #[inline]
    fn borrowed(&mut self, payload: &[u8]) {
        self.keep(Bytes::copy_from_slice(payload));
    }

    #[inline]
    fn owned(&mut self, payload: Bytes) {
        self.keep(payload);
    }
}

/// Collects the payloads, for the check of what is received.
#[derive(Default)]
pub struct Collected(pub Vec<u8>);

impl Sink for Collected {
    fn borrowed(&mut self, payload: &[u8]) {
        self.0.extend_from_slice(payload);
    }

    fn owned(&mut self, payload: Bytes) {
        self.0.extend_from_slice(&payload);
    }
}
