//! Limits: nothing above them comes out, everything before the error does, and neither the error nor its place depends
//! on the pieces; with the policy to drop, all other events come out.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sse_proto::{Config, Limits, OnLimit, ParseError};

use driver::Owned;

#[path = "../../crates/sse-proto/tests/common/driver.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod driver;
#[path = "../../crates/sse-proto/tests/common/naive.rs"]
mod naive;

fuzz_target!(|input: ([u8; 5], Vec<u8>, Vec<u8>)| {
    let ([line, event_data, event_type, last_event_id, lines_per_event], cuts, stream) = input;
    let limits = Limits {
        line: line.into(),
        event_data: event_data.into(),
        event_type: event_type.into(),
        last_event_id: last_event_id.into(),
        lines_per_event: lines_per_event.into(),
    };
    let config = Config { limits, ..Config::default() };
    let whole = driver::parse_chunks(config, [&stream[..]]);
    assert_eq!(driver::parse_chunks(config, push_proto_fuzz::pieces(&stream, &cuts)), whole);
    assert_eq!(driver::parse_chunks(config, stream.chunks(1)), whole);

    let dropping = Config { on_limit: OnLimit::DropEvent, ..config };
    let expected = driver::parse_dropping(config, &stream);
    assert_eq!(driver::parse_chunks(dropping, [&stream[..]]), expected);
    assert_eq!(driver::parse_chunks(dropping, push_proto_fuzz::pieces(&stream, &cuts)), expected);

    let end = whole.error.map_or(stream.len(), |(_, at)| at);
    assert_eq!(whole.items, naive::parse(&stream[..end]).0);
    if let Some((ParseError::Limit(error), _)) = whole.error {
        assert_eq!(error.actual, error.limit + 1);
    }
    for item in &whole.items {
        match item {
            Owned::Event { event_type, data, last_event_id } => {
                let replaced = |text: &str| text.matches('\u{FFFD}').count() * 2;
                assert!(data.len() - replaced(data) <= limits.event_data);
                assert!(event_type == "message" || event_type.len() - replaced(event_type) <= limits.event_type);
                assert!(last_event_id.len() - replaced(last_event_id) <= limits.last_event_id);
            }
            Owned::Comment(text) => assert!(text.len() - text.matches('\u{FFFD}').count() * 2 < limits.line),
            Owned::Retry(_) | Owned::Dropped(_) => {}
        }
    }
});
