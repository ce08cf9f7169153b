//! Laws, on streams made at random.

mod common;

use std::time::Duration;

use common::driver::parse_dropping;
use common::{Owned, naive, parse_chunks, parse_with, retry};
use proptest::collection::vec;
use proptest::prelude::*;
use sse_proto::{Comment, Config, EventId, EventName, Limits, OnLimit, ParseError, ServerEvent};

/// Bytes that look like a stream, with everything that has a meaning in it, in any order.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        8 => prop::sample::select(vec![
            &b"data"[..], b"data:", b"data: ", b"event: e", b"event", b"id: 1", b"id:", b"id: \0", b"retry: 5", b"retry: ",
            b":", b": ", b" ", b"foo", b"\xEF\xBB\xBF", b"\xEF", b"\xE2\x82", b"\xF0\x9F\x98\x80", b"\xFF", b"99999999999",
        ])
        .prop_map(<[u8]>::to_vec),
        8 => prop::sample::select(vec![&b"\n"[..], b"\r", b"\r\n", b"\n\n"]).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..6),
        1 => "[a-zé😀]{0,200}".prop_map(String::into_bytes),
    ];
    vec(token, 0..40).prop_map(|tokens| tokens.concat())
}

/// Comments that end with LF, for the most part.
fn comments() -> impl Strategy<Value = Vec<u8>> {
    let comment = prop_oneof![
        30 => ": ?[a-z:é]{0,100}\n".prop_map(String::into_bytes),
        1 => stream(),
    ];
    vec(comment, 0..30).prop_map(|comments| comments.concat())
}

/// Cuts `stream` into chunks of these lengths in turn.
fn cut<'a>(mut stream: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    for &len in lengths.iter().cycle() {
        if stream.is_empty() {
            break;
        }
        let (chunk, rest) = stream.split_at(len.min(stream.len()));
        chunks.push(chunk);
        stream = rest;
    }
    chunks
}

fn limits() -> impl Strategy<Value = Limits> {
    (0..40_usize, 0..20_usize, 0..4_usize, 0..4_usize, 0..6_usize).prop_map(
        |(line, event_data, event_type, last_event_id, lines_per_event)| Limits {
            line,
            event_data,
            event_type,
            last_event_id,
            lines_per_event,
        },
    )
}

fn line() -> impl Strategy<Value = String> {
    "[^\r\n\0]{0,12}"
}

#[derive(Clone, Debug)]
enum Sent {
    Event { event_type: Option<String>, id: Option<String>, retry: Option<u64>, data: Option<String> },
    Comment(String),
}

fn sent() -> impl Strategy<Value = Sent> {
    let text = "([^\r\n]{0,6}|\r|\n|\r\n){0,5}";
    let event =
        (prop::option::of(line()), prop::option::of(line()), prop::option::of(any::<u64>()), prop::option::of(text))
            .prop_map(|(event_type, id, retry, data)| Sent::Event { event_type, id, retry, data });
    prop_oneof![4 => event, 1 => text.prop_map(Sent::Comment)]
}

/// The lines of a text, at any kind of line break.
fn unbroken(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

proptest! {
    #[test]
    fn items_are_those_of_the_standard(stream in stream()) {
        // The standard knows no limits.
        let parsed = parse_with(Config { limits: Limits::NONE, ..Config::default() }, &stream);
        let (items, last_event_id) = naive::parse(&stream);
        prop_assert_eq!(parsed.items, items);
        prop_assert_eq!(parsed.last_event_id, last_event_id);
    }

    #[test]
    fn cuts_change_nothing(stream in stream(), lengths in vec(1..20_usize, 1..20)) {
        let whole = parse_with(Config::default(), &stream);
        let cut = parse_chunks(Config::default(), cut(&stream, &lengths));
        prop_assert_eq!(cut, whole);
    }

    #[test]
    fn limits_hold_and_cuts_change_nothing(stream in stream(), limits in limits(), lengths in vec(1..20_usize, 1..20)) {
        let config = Config { limits, ..Config::default() };
        let whole = parse_with(config, &stream);
        prop_assert_eq!(&parse_chunks(config, cut(&stream, &lengths)), &whole);
        // The items are those that come without limits, up to the byte of the error.
        let end = whole.error.map_or(stream.len(), |(_, at)| at);
        prop_assert_eq!(&whole.items, &naive::parse(&stream[..end]).0);
        if let Some((ParseError::Limit(error), _)) = whole.error {
            prop_assert_eq!(error.actual, error.limit + 1);
        }
    }

    #[test]
    fn comments_that_are_not_told_of_change_nothing(
        stream in comments(),
        limits in prop_oneof![Just(Limits::default()), limits()],
        line in 0..300_usize,
        lengths in vec(1..200_usize, 1..20),
    ) {
        let config = Config { limits: Limits { line, ..limits }, ..Config::default() };
        let mut expected = parse_with(config, &stream);
        expected.items.retain(|item| !matches!(item, Owned::Comment(_)));
        let config = Config { skip_comments: true, ..config };
        prop_assert_eq!(&parse_with(config, &stream), &expected);
        prop_assert_eq!(&parse_chunks(config, cut(&stream, &lengths)), &expected);
        prop_assert_eq!(&parse_chunks(config, stream.chunks(1)), &expected);
    }

    #[test]
    fn dropping_goes_on_after_the_next_blank_line(
        stream in stream(),
        limits in limits(),
        lengths in vec(1..20_usize, 1..20),
    ) {
        let expected = parse_dropping(Config { limits, ..Config::default() }, &stream);
        let config = Config { limits, on_limit: OnLimit::DropEvent, ..Config::default() };
        prop_assert_eq!(&parse_with(config, &stream), &expected);
        prop_assert_eq!(&parse_chunks(config, cut(&stream, &lengths)), &expected);
    }

    #[test]
    fn what_is_sent_is_what_arrives(sent in vec(sent(), 0..8)) {
        let mut wire = Vec::new();
        let mut expected = Vec::new();
        let mut last_event_id = String::new();
        for sent in &sent {
            match sent {
                Sent::Event { event_type, id, retry: time, data } => {
                    let mut event = ServerEvent::default();
                    if let Some(data) = data {
                        event = ServerEvent::new(data);
                    }
                    if let Some(name) = event_type {
                        event = event.event_type(EventName::new(name).unwrap());
                    }
                    if let Some(id) = id {
                        event = event.id(EventId::new(id).unwrap());
                        last_event_id.clone_from(id);
                    }
                    if let Some(millis) = time {
                        event = event.retry(Duration::from_millis(*millis));
                        expected.push(retry(*millis));
                    }
                    if let Some(data) = data {
                        let name = event_type.as_deref().filter(|name| !name.is_empty()).unwrap_or("message");
                        expected.push(common::event_with(name, &unbroken(data), &last_event_id));
                    }
                    prop_assert_eq!(event.encoded_len(), event.to_vec().len());
                    event.append_to(&mut wire);
                }
                Sent::Comment(text) => {
                    Comment::new(text).append_to(&mut wire);
                    expected.extend(unbroken(text).split('\n').map(|line| Owned::Comment(line.to_owned())));
                }
            }
        }
        prop_assert_eq!(parse_with(Config::default(), &wire).items, expected);
    }
}
