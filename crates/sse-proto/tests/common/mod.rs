//! What the tests share: items by value, ways to cut a stream, and the naive parser.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod naive;
pub(crate) mod vectors;

use std::time::Duration;

use sse_proto::{Config, Event, Item, Limits, ParseError, Parser};

/// An [`Item`] that owns its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owned {
    Event { event_type: String, data: String, last_event_id: String },
    Comment(String),
    Retry(Duration),
}

impl From<Item<'_>> for Owned {
    fn from(item: Item<'_>) -> Self {
        match item {
            Item::Event(event) => event.into(),
            Item::Comment(text) => Self::Comment(text.to_owned()),
            Item::Retry(time) => Self::Retry(time),
            other => panic!("unexpected {other:?}"),
        }
    }
}

impl From<Event<'_>> for Owned {
    fn from(event: Event<'_>) -> Self {
        event_with(event.event_type, event.data, event.last_event_id)
    }
}

pub(crate) fn event(data: &str) -> Owned {
    event_with("message", data, "")
}

pub(crate) fn event_with(event_type: &str, data: &str, last_event_id: &str) -> Owned {
    Owned::Event { event_type: event_type.to_owned(), data: data.to_owned(), last_event_id: last_event_id.to_owned() }
}

pub(crate) fn comment(text: &str) -> Owned {
    Owned::Comment(text.to_owned())
}

pub(crate) fn retry(millis: u64) -> Owned {
    Owned::Retry(Duration::from_millis(millis))
}

/// All that can be seen of parsing a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) items: Vec<Owned>,
    /// The error and the offset of the byte at which it came.
    pub(crate) error: Option<(ParseError, usize)>,
    pub(crate) last_event_id: String,
}

/// Parses a stream that comes in these chunks.
pub(crate) fn parse_chunks<'a>(config: Config, chunks: impl IntoIterator<Item = &'a [u8]>) -> Parsed {
    let mut parser = Parser::with_config(config);
    let mut items = Vec::new();
    let mut taken = 0;
    for chunk in chunks {
        let mut input = chunk;
        loop {
            match parser.next(&mut input) {
                Ok(Some(item)) => items.push(item.into()),
                Ok(None) => {
                    assert!(input.is_empty(), "input is left over");
                    break;
                }
                Err(error) => {
                    assert_eq!(parser.next(&mut &b"data: x\n\n"[..]), Err(error), "the error is final");
                    taken += chunk.len() - input.len();
                    let last_event_id = parser.last_event_id().to_owned();
                    return Parsed { items, error: Some((error, taken)), last_event_id };
                }
            }
        }
        taken += chunk.len();
    }
    let last_event_id = parser.last_event_id().to_owned();
    Parsed { items, error: None, last_event_id }
}

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
