//! Messages handed out in chunks: nothing is assembled, characters come out whole, and the split law holds for what the
//! chunks add up to.

#![cfg(feature = "alloc")]

mod support;

use proptest::prelude::*;
use support::masked;
use websocket_proto::{Config, Connection, Event, MessageBuffer, ProtocolError, Server};

/// What came: messages joined from their chunks, and whether each was complete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Outcome {
    messages: Vec<(Vec<u8>, bool)>,
    pings: usize,
    error: Option<ProtocolError>,
}

fn connection() -> Connection<Server> {
    Connection::server(Config { in_chunks: true, ..Config::default() })
}

fn run<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut connection = connection();
    let mut buffer = MessageBuffer::new();
    let mut outcome = Outcome::default();
    for piece in pieces {
        let mut bytes = piece.to_vec();
        let mut input = &mut bytes[..];
        loop {
            let (bytes, fin) = match connection.receive(&mut input, &mut buffer) {
                Ok(None) => break,
                Err(error) => {
                    outcome.error = Some(error);
                    return outcome;
                }
                Ok(Some(Event::TextChunk { text, fin })) => (text.as_bytes(), fin),
                Ok(Some(Event::BinaryChunk { bytes, fin })) => (bytes, fin),
                Ok(Some(_)) => {
                    outcome.pings += 1;
                    continue;
                }
            };
            assert!(fin || !bytes.is_empty(), "a chunk says something");
            match outcome.messages.last_mut() {
                Some((message, complete)) if !*complete => {
                    message.extend_from_slice(bytes);
                    *complete = fin;
                }
                _ => outcome.messages.push((bytes.to_vec(), fin)),
            }
        }
        assert_eq!(connection.buffered(), 0, "nothing is assembled");
    }
    outcome
}

fn run_split(bytes: &[u8]) -> Outcome {
    let whole = run([bytes]);
    assert_eq!(run(bytes.chunks(1)), whole, "byte by byte");
    for at in 0..=bytes.len() {
        let (head, tail) = bytes.split_at(at);
        assert_eq!(run([head, tail]), whole, "cut at {at}");
    }
    whole
}

#[test]
fn text_comes_out_in_whole_characters() {
    let mut connection = connection();
    let mut buffer = MessageBuffer::new();
    let mut frame = masked(0x81, "a€b".as_bytes());
    let mut chunks = Vec::new();
    for read in [0..8, 8..10, 10..11] {
        let mut input = &mut frame[read];
        while let Some(event) = connection.receive(&mut input, &mut buffer).unwrap() {
            let Event::TextChunk { text, fin } = event else { panic!("{event:?}") };
            chunks.push((text.to_owned(), fin));
        }
    }
    // The first read ends after the first byte of "€", the second with its last.
    assert_eq!(chunks, [("a".into(), false), ("€".into(), false), ("b".into(), true)]);
}

#[test]
fn messages_add_up_across_fragments_and_control_frames() {
    let bytes = [
        masked(0x01, b"gr\xc3"),
        masked(0x89, b""),
        masked(0x00, b""),
        masked(0x80, b"\xbc\xc3\x9f"),
        masked(0x82, b"\xff\xfe"),
        masked(0x81, b""),
        masked(0x02, b"x"),
        masked(0x80, b""),
    ]
    .concat();
    let outcome = run_split(&bytes);
    let expected = ["grüß".as_bytes(), b"\xff\xfe", b"", b"x"].map(|message| (message.to_vec(), true));
    assert_eq!((outcome.messages.as_slice(), outcome.pings, outcome.error), (&expected[..], 1, None));
}

#[test]
fn text_before_an_error_comes_out_first() {
    for (payload, before) in [(&b"abc\xffdef"[..], &b"abc"[..]), (b"ab\xe2\x82", b"ab"), (b"\xe2\x82!", b"")] {
        let outcome = run_split(&masked(0x81, payload));
        let expected: Vec<_> = (!before.is_empty()).then(|| (before.to_vec(), false)).into_iter().collect();
        assert_eq!(outcome.messages, expected);
        assert!(matches!(outcome.error, Some(ProtocolError::InvalidText(_))), "{outcome:?}");
    }
}

#[test]
fn the_message_limit_holds() {
    let mut connection = Connection::server(Config { in_chunks: true, max_message_len: 4, ..Config::default() });
    let error = connection.receive(&mut &mut masked(0x82, b"12345")[..], &mut MessageBuffer::new()).unwrap_err();
    assert_eq!(error, ProtocolError::MessageTooBig { len: 5, limit: 4 });
}

proptest! {
    #[test]
    fn the_split_law_holds_for_any_fragments(
        fragments in prop::collection::vec(
            prop_oneof![
                any::<String>().prop_map(String::into_bytes),
                prop::collection::vec(any::<u8>(), 0..4),
                prop::sample::select(vec![b"\xe2".to_vec(), b"\x82\xac".to_vec(), b"\xf0\x9f\x98".to_vec()]),
            ],
            1..6,
        ),
        text: bool,
        cut in 1..30usize,
    ) {
        let last = fragments.len() - 1;
        let bytes: Vec<u8> = fragments.iter().enumerate().flat_map(|(index, payload)| {
            let opcode = match (index, text) { (0, true) => 1, (0, false) => 2, _ => 0 };
            masked(if index == last { 0x80 } else { 0 } | opcode, payload)
        }).collect();
        let outcome = run([&bytes[..]]);
        prop_assert_eq!(&run(bytes.chunks(cut)), &outcome);

        let joined = fragments.concat();
        let valid = if text { std::str::from_utf8(&joined).map_or_else(|error| error.valid_up_to(), str::len) } else { joined.len() };
        let complete = valid == joined.len();
        prop_assert_eq!(outcome.error.is_none(), complete);
        let received = outcome.messages.first().map_or(&[][..], |(message, _)| message);
        prop_assert_eq!(received, &joined[..valid]);
    }
}
