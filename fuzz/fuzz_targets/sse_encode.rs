//! What is sent is what arrives, and nothing else does, whatever the texts hold.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use sse_proto::{Comment, Config, EventId, EventName, Limits, ServerEvent};

use driver::{Owned, event_with, parse_chunks, retry};

#[path = "../../crates/sse-proto/tests/common/driver.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod driver;

#[derive(Arbitrary, Debug)]
enum Sent<'a> {
    Event { event_type: Option<&'a str>, id: Option<&'a str>, retry: Option<u64>, data: Option<&'a str> },
    Comment(&'a str),
}

/// The standard knows no limits.
fn unlimited() -> Config {
    Config { limits: Limits::NONE, ..Config::default() }
}

fuzz_target!(|sent: Vec<Sent<'_>>| {
    let mut wire = Vec::new();
    let mut expected = Vec::new();
    let mut last_event_id = "";
    for sent in &sent {
        match *sent {
            Sent::Event { event_type, id, retry: millis, data } => {
                let name = event_type.and_then(checked_name);
                let id = id.and_then(checked_id);
                let mut event = data.map(ServerEvent::new).unwrap_or_default();
                if let Some(name) = name {
                    event = event.event_type(name);
                }
                if let Some(id) = id {
                    event = event.id(id);
                    last_event_id = id.as_str();
                }
                if let Some(millis) = millis {
                    event = event.retry(Duration::from_millis(millis));
                    expected.push(retry(millis));
                }
                if let Some(data) = data {
                    let name = name.map(|name| name.as_str()).filter(|name| !name.is_empty()).unwrap_or("message");
                    expected.push(event_with(name, &lines(data).join("\n"), last_event_id));
                }
                append(&mut wire, event.encoded_len(), &event.to_vec(), |out| event.encode_into(out).ok());
            }
            Sent::Comment(text) => {
                let comment = Comment::new(text);
                expected.extend(lines(text).into_iter().map(Owned::Comment));
                append(&mut wire, comment.encoded_len(), &comment.to_vec(), |out| comment.encode_into(out).ok());
            }
        }
    }
    let parsed = parse_chunks(unlimited(), [&wire[..]]);
    assert_eq!(parsed.items, expected);
    assert_eq!(parsed.last_event_id, last_event_id);
});

/// Appends an encoding after comparing the ways to get it.
fn append(wire: &mut Vec<u8>, len: usize, bytes: &[u8], encode_into: impl Fn(&mut [u8]) -> Option<usize>) {
    assert_eq!(bytes.len(), len);
    let mut slice = vec![0; len];
    assert_eq!(encode_into(&mut slice), Some(len));
    assert_eq!(slice, bytes);
    assert_eq!(encode_into(&mut slice[1..]), None);
    wire.extend_from_slice(bytes);
}

fn checked_name(text: &str) -> Option<EventName<'_>> {
    let name = EventName::new(text).ok();
    assert_eq!(name.is_none(), text.contains(['\r', '\n', '\0']));
    name
}

fn checked_id(text: &str) -> Option<EventId<'_>> {
    let id = EventId::new(text).ok();
    assert_eq!(id.is_none(), text.contains(['\r', '\n', '\0']));
    id
}

/// The lines of a text, at any kind of line break.
fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(str::to_owned).collect()
}
