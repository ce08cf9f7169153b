//! Items by value, and what parsing a stream gives.

use std::time::Duration;

use sse_proto::{Config, Event, EventId, Item, LimitError, OnLimit, ParseError, Parser};

/// An [`Item`] that owns its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owned {
    Event { event_type: String, data: String, last_event_id: String },
    Comment(String),
    Retry(Duration),
    Dropped(LimitError),
}

impl From<Item<'_>> for Owned {
    fn from(item: Item<'_>) -> Self {
        match item {
            Item::Event(event) => event.into(),
            Item::Comment(text) => Self::Comment(text.to_owned()),
            Item::Retry(time) => Self::Retry(time),
            Item::Dropped(error) => Self::Dropped(error),
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

/// What dropping events has to give, from what failing gives: the items before the limit, the drop, and what a new parser
/// makes of the stream after the next blank line.
pub(crate) fn parse_dropping(config: Config, stream: &[u8]) -> Parsed {
    let mut parsed = parse_chunks(config, [stream]);
    let mut rest = stream.to_vec();
    while let Some((ParseError::Limit(error), at)) = parsed.error {
        parsed.items.push(Owned::Dropped(error));
        // An empty line first, so that no byte order mark is dropped.
        rest = [b"\n", after_blank_line(&rest, at)].concat();
        let mut parser = Parser::with_config(Config { on_limit: OnLimit::Fail, ..config })
            .resume_from(EventId::new(&parsed.last_event_id).expect("a parsed ID is one"));
        let mut input = &rest[..];
        parsed.error = loop {
            match parser.next(&mut input) {
                Ok(Some(item)) => parsed.items.push(item.into()),
                Ok(None) => break None,
                Err(error) => break Some((error, rest.len() - input.len())),
            }
        };
        parsed.last_event_id = parser.last_event_id().to_owned();
    }
    parsed
}

/// What follows the first blank line after the line that the byte at `at` is in.
fn after_blank_line(stream: &[u8], at: usize) -> &[u8] {
    let mut rest = &stream[at..];
    let mut is_blank = false;
    loop {
        let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else { return &[] };
        let eol = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
        is_blank = is_blank && end == 0;
        rest = &rest[end + eol..];
        if is_blank {
            return rest;
        }
        is_blank = true;
    }
}
