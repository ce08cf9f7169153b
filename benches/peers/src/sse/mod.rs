//! `sse-proto` and its peers, in memory.
//!
//! Each keeps one parser for a cell, as for a connection that lasts. Streams are polled by hand: chunks are there until the
//! round is over, so none has to wait. Events are dropped as they come.

mod chunks;
mod encode;
mod flat;
mod parse;
mod peers;
mod replay;
mod sink;

use crate::Effort;

const KIB: usize = 1024;

pub fn compare(effort: Effort) {
    parse::compare(effort);
    parse::allocations();
    flat::compare(effort);
    encode::compare(effort);
    replay::compare(effort);
}

fn size_name(size: usize) -> String {
    match size {
        0..KIB => format!("{size} B"),
        size if size < 1024 * KIB => format!("{} KiB", size / KIB),
        size => format!("{} MiB", size / (1024 * KIB)),
    }
}
