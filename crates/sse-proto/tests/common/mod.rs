//! What the tests share.

#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

pub(crate) mod driver;
pub(crate) mod naive;
pub(crate) mod vectors;

pub(crate) use driver::{Owned, Parsed, comment, event, event_with, parse_chunks, retry};
use sse_proto::{Config, Limits};

/// Parses a stream that comes at one go.
pub(crate) fn parse_with(config: Config, stream: &[u8]) -> Parsed {
    parse_chunks(config, [stream])
}

/// Parses a stream with the default configuration, at every split in two and byte by byte, and makes sure that it
/// gives the same each time.
pub(crate) fn parse(stream: &[u8]) -> Vec<Owned> {
    parse_everyhow(Config::default(), stream).items
}

pub(crate) fn parse_limited(limits: Limits, stream: &[u8]) -> Parsed {
    parse_everyhow(Config { limits, ..Config::default() }, stream)
}

pub(crate) fn parse_everyhow(config: Config, stream: &[u8]) -> Parsed {
    let whole = parse_with(config, stream);
    for split in 0..=stream.len() {
        let (first, second) = stream.split_at(split);
        let parsed = parse_chunks(config, [first, second]);
        assert_eq!(parsed, whole, "split at {split} of {:?}", stream.escape_ascii().to_string());
    }
    for size in [1, 2, 3, 7] {
        let parsed = parse_chunks(config, stream.chunks(size));
        assert_eq!(parsed, whole, "chunks of {size} of {:?}", stream.escape_ascii().to_string());
    }
    whole
}
