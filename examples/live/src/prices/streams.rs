//! The streams that are open, by the names their pages gave them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// As many entries as there are open streams, and those are bounded by the server's connections.
#[derive(Debug, Default)]
pub(crate) struct Streams(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    open: Vec<Entry>,
    next_key: u64,
}

#[derive(Debug)]
struct Entry {
    key: u64,
    name: String,
    cut: CancellationToken,
}

/// Takes its stream off the list when it is dropped.
#[derive(Debug)]
pub(crate) struct Registered<'a> {
    streams: &'a Streams,
    key: u64,
}

impl Streams {
    /// Lists a stream; `cut` is cancelled when it is to be cut off.
    pub(crate) fn register(&self, name: String, cut: CancellationToken) -> Registered<'_> {
        let mut entries = self.entries();
        let key = entries.next_key;
        entries.next_key += 1;
        entries.open.push(Entry { key, name, cut });
        Registered { streams: self, key }
    }

    /// Cuts the streams of this name off; returns how many there were.
    pub(crate) fn cut(&self, name: &str) -> usize {
        let entries = self.entries();
        let found = entries.open.iter().filter(|entry| entry.name == name);
        found.map(|entry| entry.cut.cancel()).count()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        self.streams.entries().open.retain(|entry| entry.key != self.key);
    }
}
