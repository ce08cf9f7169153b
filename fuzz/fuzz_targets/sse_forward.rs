//! A stream that was parsed, sent on and parsed again is the same stream, save for events whose type holds a NUL: those
//! are refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sse_proto::{Comment, Config, Item, Limits, Parser, ServerEvent};

#[path = "../../crates/sse-proto/tests/common/driver.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod driver;

use driver::Owned;

/// The standard knows no limits.
fn unlimited() -> Config {
    Config { limits: Limits::NONE, ..Config::default() }
}

fuzz_target!(|stream: &[u8]| {
    let mut parser = Parser::new();
    let mut sent = Vec::new();
    let mut input = stream;
    while let Some(item) = parser.next(&mut input).expect("the stream is far below the default limits") {
        match item {
            Item::Event(event) => match ServerEvent::try_from(event) {
                Ok(event) => event.append_to(&mut sent),
                Err(_) => assert!(event.event_type.contains('\0')),
            },
            Item::Comment(text) => Comment::new(text).append_to(&mut sent),
            Item::Retry(time) => ServerEvent::default().retry(time).append_to(&mut sent),
            _ => {}
        }
    }
    let mut received = driver::parse_chunks(unlimited(), [stream]).items;
    received.retain(|item| !matches!(item, Owned::Event { event_type, .. } if event_type.contains('\0')));
    assert_eq!(driver::parse_chunks(unlimited(), [&sent[..]]).items, received);
});
