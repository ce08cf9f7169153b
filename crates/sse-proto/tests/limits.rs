//! Every limit stops at the same byte, with the same error, however the stream is cut.

mod common;

use common::{Owned, comment, event, event_with, parse_chunks, parse_everyhow, parse_limited, parse_with, retry};
use sse_proto::{Config, Item, LimitError, LimitKind, Limits, OnLimit, ParseError, Parser};

/// Parses at every split, and gives the items, the limit exceeded, its value met, and the offset of the byte.
fn limited(limits: Limits, stream: &[u8]) -> (Vec<Owned>, Option<(LimitKind, usize, usize)>) {
    let parsed = parse_limited(limits, stream);
    let error = parsed.error.map(|(error, at)| match error {
        ParseError::Limit(LimitError { kind, actual, .. }) => (kind, actual, at),
        other => panic!("unexpected {other}"),
    });
    (parsed.items, error)
}

#[test]
fn line() {
    let limits = Limits { line: 7, ..Limits::default() };
    assert_eq!(limited(limits, b"data: a\r\n\r\n"), (vec![event("a")], None));
    assert_eq!(limited(limits, b"data: a\n\ndata: ab\n\n"), (vec![event("a")], Some((LimitKind::Line, 8, 16))));
    assert_eq!(limited(limits, b": 45678"), (vec![], None));
    assert_eq!(limited(limits, b": 456789\n"), (vec![], Some((LimitKind::Line, 8, 7))));
    assert_eq!(limited(limits, b"retry:78"), (vec![], Some((LimitKind::Line, 8, 7))));
    assert_eq!(limited(limits, b"unknown:"), (vec![], Some((LimitKind::Line, 8, 7))));
    assert_eq!(limited(limits, b"unknown\n\n"), (vec![], None));
}

#[test]
fn line_does_not_count_the_byte_order_mark() {
    for line in 0..8 {
        let limits = Limits { line, ..Limits::default() };
        let error = (line < 5).then_some((LimitKind::Line, line + 1, 3 + line));
        assert_eq!(limited(limits, b"\xEF\xBB\xBFdata:\n").1, error);
        assert_eq!(limited(limits, b"\xEF\xBB\xBF").1, None);
    }
}

#[test]
fn line_counts_what_only_looked_like_a_byte_order_mark() {
    let none = Limits { line: 0, ..Limits::default() };
    assert_eq!(limited(none, b"\xEF\xBBx\n").1, Some((LimitKind::Line, 1, 2)));
    assert_eq!(limited(none, b"\xEF\xBB\n").1, Some((LimitKind::Line, 1, 2)));
    assert_eq!(limited(none, b"\xEF\n").1, Some((LimitKind::Line, 1, 1)));
}

#[test]
fn line_counts_every_byte_before_the_value() {
    for line in 0..6 {
        let limits = Limits { line, ..Limits::default() };
        assert_eq!(limited(limits, b"data: x\n").1, Some((LimitKind::Line, line + 1, line)));
        assert_eq!(limited(limits, b"foobarbaz\n").1, Some((LimitKind::Line, line + 1, line)));
    }
}

#[test]
fn event_data() {
    let limits = Limits { event_data: 3, ..Limits::default() };
    assert_eq!(limited(limits, b"data: abc\n\n"), (vec![event("abc")], None));
    assert_eq!(limited(limits, b"data: abcd\n\n"), (vec![], Some((LimitKind::EventData, 4, 9))));
    assert_eq!(limited(limits, b"data: a\ndata: b\n\n"), (vec![event("a\nb")], None));
    assert_eq!(limited(limits, b"data: a\ndata: bc\n\n"), (vec![], Some((LimitKind::EventData, 4, 15))));
    assert_eq!(limited(limits, b"data: abc\ndata: d\n\n"), (vec![], Some((LimitKind::EventData, 4, 16))));
}

#[test]
fn event_data_counts_the_lf_of_an_empty_line() {
    let limits = Limits { event_data: 3, ..Limits::default() };
    assert_eq!(limited(limits, b"data\ndata\ndata\ndata\n\n"), (vec![event("\n\n\n")], None));
    assert_eq!(limited(limits, b"data: abc\ndata\n\n"), (vec![], Some((LimitKind::EventData, 4, 14))));
    assert_eq!(limited(limits, b"data: abc\ndata: \n\n"), (vec![], Some((LimitKind::EventData, 4, 16))));
}

#[test]
fn event_data_counts_bytes_as_received() {
    let limits = Limits { event_data: 3, ..Limits::default() };
    assert_eq!(limited(limits, b"data: \xFF\xFF\xFF\n\n"), (vec![event("\u{FFFD}\u{FFFD}\u{FFFD}")], None));
}

#[test]
fn event_data_starts_anew_with_each_event() {
    let limits = Limits { event_data: 3, ..Limits::default() };
    assert_eq!(limited(limits, b"data: abc\n\ndata: abc\n\n"), (vec![event("abc"), event("abc")], None));
}

#[test]
fn event_type_and_id() {
    let limits = Limits { event_type: 2, last_event_id: 1, ..Limits::default() };
    assert_eq!(limited(limits, b"event: ab\nid: 1\n\n"), (vec![], None));
    assert_eq!(limited(limits, b"event: abc\n"), (vec![], Some((LimitKind::EventType, 3, 9))));
    assert_eq!(limited(limits, b"id: 12\n"), (vec![], Some((LimitKind::LastEventId, 2, 5))));
    assert_eq!(limited(limits, b"id: 1\0\n").1, Some((LimitKind::LastEventId, 2, 5)), "also if it would be ignored");
}

#[test]
fn lines_per_event_counts_fields_not_comments() {
    let limits = Limits { lines_per_event: 2, ..Limits::default() };
    assert_eq!(limited(limits, b": a\n: b\ndata: a\n: c\nfoo\n\n").1, None);
    assert_eq!(limited(limits, b"a\nb\n\na\nb\n\n").1, None);
    let parsed = limited(limits, b"data: a\n: c\nretry: 1\nfoo\n");
    assert_eq!(parsed, (vec![comment("c"), retry(1)], Some((LimitKind::LinesPerEvent, 3, 24))));
}

#[test]
fn the_first_limit_met_is_named() {
    let limits = Limits { line: 9, event_data: 3, ..Limits::default() };
    assert_eq!(limited(limits, b"data:abcdefgh").1, Some((LimitKind::EventData, 4, 8)));
    assert_eq!(limited(limits, b"data: abcdefgh").1, Some((LimitKind::Line, 10, 9)), "the line, where both are");
    let limits = Limits { line: 9, event_data: 8, ..Limits::default() };
    assert_eq!(limited(limits, b"data: abcdefgh").1, Some((LimitKind::Line, 10, 9)));
}

#[test]
fn zero_is_a_limit_too() {
    let limits = Limits { line: 0, event_data: 0, event_type: 0, last_event_id: 0, lines_per_event: 0 };
    assert_eq!(limited(limits, b"\n\r\n\r\n"), (vec![], None));
    assert_eq!(limited(limits, b":").1, Some((LimitKind::Line, 1, 0)));
    let limits = Limits { line: 5, ..limits };
    assert_eq!(limited(limits, b"data\n").1, Some((LimitKind::LinesPerEvent, 1, 4)));
}

#[test]
fn none_is_no_limit() {
    let stream = format!("id: {0}\nevent: {0}\ndata: {0}\n\n", "x".repeat(9 << 20));
    let mut parser = Parser::with_config(Config { limits: Limits::NONE, ..Config::default() });
    let mut input = stream.as_bytes();
    assert!(parser.next(&mut input).unwrap().is_some());
}

#[test]
fn an_endless_line_is_refused_by_the_default_and_its_memory_given_back() {
    let mut parser = Parser::new();
    assert_eq!(parser.next(&mut &b"data: "[..]), Ok(None));
    let chunk = vec![b'x'; 1 << 20];
    let mut sent = 6;
    let error = loop {
        assert!(sent < 256 << 20, "a line of 256 MiB was taken");
        match parser.next(&mut &chunk[..]) {
            Ok(item) => assert_eq!(item, None),
            Err(error) => break error,
        }
        sent += chunk.len();
        assert!(parser.capacity() <= 2 * sent, "memory is taken only for bytes that have come");
    };
    assert_eq!(error.to_string(), "line reached 8388609 bytes, limit 8388608");
    assert_eq!(parser.capacity(), 0);
}

#[test]
fn messages_name_the_limit_its_value_and_what_was_met() {
    let limits = Limits { line: 20, event_data: 3, event_type: 2, last_event_id: 1, lines_per_event: 2 };
    let message = |stream: &[u8]| parse_limited(limits, stream).error.unwrap().0.to_string();
    assert_eq!(message(b": 3456789012345678901"), "line reached 21 bytes, limit 20");
    assert_eq!(message(b"data: abcd"), "event data reached 4 bytes, limit 3");
    assert_eq!(message(b"event: abc"), "event type reached 3 bytes, limit 2");
    assert_eq!(message(b"id: ab"), "event id reached 2 bytes, limit 1");
    assert_eq!(message(b"a\nb\nc\n"), "event reached 3 lines, limit 2");
}

fn dropping(limits: Limits, stream: &[u8]) -> (Vec<Owned>, String) {
    let config = Config { limits, on_limit: OnLimit::DropEvent, ..Config::default() };
    let parsed = parse_everyhow(config, stream);
    assert_eq!(parsed.error, None);
    (parsed.items.into_iter().map(name_dropped).collect(), parsed.last_event_id)
}

/// A dropped event as a comment that names the limit.
fn name_dropped(item: Owned) -> Owned {
    match item {
        Owned::Dropped(error) => comment(&format!("dropped: {error}")),
        item => item,
    }
}

#[test]
fn an_event_is_dropped_with_its_id_and_the_next_comes_out() {
    let limits = Limits { event_data: 3, ..Limits::default() };
    let stream = b"id: 1\ndata: a\n\nevent: e\ndata: a\nid: 2\ndata: bcd\n: c\nretry: 1\ndata: d\n\ndata: e\n\n";
    let dropped = comment("dropped: event data reached 4 bytes, limit 3");
    let expected = [event_with("message", "a", "1"), dropped, event_with("message", "e", "1")];
    assert_eq!(dropping(limits, stream), (expected.into(), "1".to_owned()));
}

#[test]
fn each_limit_drops_and_goes_on_after_the_blank_line() {
    let limits = Limits { line: 30, event_data: 3, event_type: 2, last_event_id: 1, lines_per_event: 2 };
    for (block, message) in [
        ("data: 4567890123456789012345678901", "event data reached 4 bytes, limit 3"),
        (": 34567890123456789012345678901", "line reached 31 bytes, limit 30"),
        ("data: abc\ndata", "event data reached 4 bytes, limit 3"),
        ("event: abc", "event type reached 3 bytes, limit 2"),
        ("id: 12", "event id reached 2 bytes, limit 1"),
        ("a\nb\nc", "event reached 3 lines, limit 2"),
    ] {
        for eol in ["\n", "\r", "\r\n"] {
            let stream = format!("data: a\n\n{block}{eol}data: b\n{eol}data: c\n\n")
                .replace('\n', eol)
                .replace("\r\r\n", "\r\n");
            let expected = vec![event("a"), comment(&format!("dropped: {message}")), event("c")];
            assert_eq!(dropping(limits, stream.as_bytes()), (expected, String::new()), "{stream:?}");
        }
    }
}

#[test]
fn an_endless_line_is_dropped_without_taking_memory() {
    let mut parser = Parser::with_config(Config { on_limit: OnLimit::DropEvent, ..Config::default() });
    assert_eq!(parser.next(&mut &b"data: "[..]), Ok(None));
    let chunk = vec![b'x'; 1 << 20];
    let mut dropped = 0;
    for _ in 0..32 {
        let mut input = &chunk[..];
        while let Some(item) = parser.next(&mut input).unwrap() {
            assert!(matches!(item, Item::Dropped(_)));
            dropped += 1;
        }
    }
    assert_eq!((dropped, parser.dropped_events(), parser.capacity()), (1, 1, 0));
    assert_eq!(parser.next(&mut &b"\ndata: x\n"[..]), Ok(None));
    assert!(matches!(parser.next(&mut &b"\ndata: y\n\n"[..]), Ok(Some(Item::Event(event))) if event.data == "y"));
}

#[test]
fn a_dropped_event_is_not_dispatched_at_the_end() {
    let limits = Limits { event_data: 3, ..Limits::default() };
    let config = Config { limits, on_limit: OnLimit::DropEvent, dispatch_unterminated: true, ..Config::default() };
    let mut parser = Parser::with_config(config);
    assert!(matches!(parser.next(&mut &b"data: abcd\ndata: e"[..]), Ok(Some(Item::Dropped(_)))));
    assert_eq!(parser.finish(), Ok(None));
    assert!(parser.next(&mut &b"data: f\n\n"[..]).unwrap().is_some(), "the next connection is none of its business");
}

#[test]
fn an_event_that_the_end_of_the_stream_takes_over_a_limit_is_dropped() {
    for (on_limit, message, dropped) in
        [(OnLimit::DropEvent, None, 1), (OnLimit::Fail, Some("event reached 2 lines, limit 1"), 0)]
    {
        let limits = Limits { lines_per_event: 1, ..Limits::default() };
        let config = Config { limits, on_limit, dispatch_unterminated: true, ..Config::default() };
        let mut parser = Parser::with_config(config);
        assert_eq!(parser.next(&mut &b"data: a\nfoo"[..]), Ok(None));
        let finished = parser.finish().map(|event| assert_eq!(event, None));
        assert_eq!(finished.err().map(|error| error.to_string()).as_deref(), message);
        assert_eq!((parser.dropped_events(), parser.capacity()), (dropped, 0));
        assert_eq!(parser.finish(), Ok(None), "what was dropped is gone");
        assert!(parser.next(&mut &b"data: b\n\n"[..]).unwrap().is_some(), "and the next connection starts afresh");
    }
}

#[test]
fn a_limit_shorter_than_the_name_of_a_field_holds_for_every_event() {
    for line in 0.."data: ".len() {
        let limits = Limits { line, ..Limits::default() };
        let mut parser = Parser::with_config(Config { limits, on_limit: OnLimit::DropEvent, ..Config::default() });
        let mut input = &b"data: \n\ndata: \n\ndata: \n\n"[..];
        while let Some(item) = parser.next(&mut input).unwrap() {
            assert!(matches!(item, Item::Dropped(_)), "{item:?}");
        }
        assert_eq!(parser.dropped_events(), 3);
    }
}

/// Whether limits are near depends on the length of a chunk too.
#[test]
fn a_limit_that_comes_near_within_a_name_changes_nothing() {
    for lines_per_event in 7..16 {
        let config = Config { limits: Limits { lines_per_event, ..Limits::default() }, ..Config::default() };
        for line in
            [&b":vit\t:x\n"[..], b"data:a:b\n\n", b"id::1:\n\n", b"event:e:\ndata\n\n", b"dat:a:\n\n", b"longer:a\n\n"]
        {
            let stream = [b"\n", line].concat();
            let whole = parse_with(config, &stream);
            for first in 1..stream.len() {
                for second in first..stream.len() {
                    let chunks = [&stream[..first], &stream[first..second], &stream[second..]];
                    assert_eq!(
                        parse_chunks(config, chunks),
                        whole,
                        "{first}, {second} of {:?}",
                        line.escape_ascii().to_string()
                    );
                }
            }
        }
    }
}
