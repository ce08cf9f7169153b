//! The parser against the naive one of the tests, whole and in pieces. The stream is the input as it stands but for
//! the cuts at its end, so that a seed is a stream that one can read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sse_proto::{Config, Limits};

#[path = "../../crates/sse-proto/tests/common/driver.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod driver;
#[path = "../../crates/sse-proto/tests/common/naive.rs"]
mod naive;

/// The standard knows no limits.
fn unlimited() -> Config {
    Config { limits: Limits::NONE, ..Config::default() }
}

fuzz_target!(|input: &[u8]| {
    let (stream, cuts) = input.split_at(input.len().saturating_sub(8));
    let whole = driver::parse_chunks(unlimited(), [stream]);
    let (items, last_event_id) = naive::parse(stream);
    assert_eq!(whole.items, items);
    assert_eq!(whole.last_event_id, last_event_id);
    assert_eq!(whole.error, None, "the stream is far below the default limits");

    assert_eq!(driver::parse_chunks(unlimited(), push_proto_fuzz::pieces(stream, cuts)), whole);
    assert_eq!(driver::parse_chunks(unlimited(), stream.chunks(1)), whole);
});
