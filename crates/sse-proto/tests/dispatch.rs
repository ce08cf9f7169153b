//! HTML 9.2.6: dispatching, the last event ID, the end of the stream.

mod common;

use common::{event, event_with, parse};
use sse_proto::{Config, Event, EventId, Item, LimitKind, Limits, ParseError, Parser};

fn drain(parser: &mut Parser, chunk: &[u8]) -> usize {
    let mut input = chunk;
    let mut items = 0;
    while parser.next(&mut input).unwrap().is_some() {
        items += 1;
    }
    items
}

#[test]
fn an_event_needs_a_data_line_not_data() {
    assert_eq!(parse(b"event: e\nid: 1\n\ndata\n\n"), [event_with("message", "", "1")]);
}

#[test]
fn ids_persist_until_changed_or_reset() {
    let stream = b"id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\nid\ndata: d\n\ndata: e\n\n";
    let expected = [("a", "1"), ("b", "1"), ("c", "2"), ("d", ""), ("e", "")];
    assert_eq!(parse(stream), expected.map(|(data, id)| event_with("message", data, id)));
}

#[test]
fn an_id_with_nul_is_ignored() {
    assert_eq!(parse(b"id: 1\nid: 2\0\ndata\n\n"), [event_with("message", "", "1")]);
    assert_eq!(parse(b"id: \0\nid: 1\ndata\n\n"), [event_with("message", "", "1")]);
    assert_eq!(parse(b"id: 1\ndata\n\nid: \0\ndata\n\n")[1], event_with("message", "", "1"));
}

#[test]
fn ids_are_text_and_not_trimmed() {
    assert_eq!(parse("id:  é:1 \ndata\n\n".as_bytes()), [event_with("message", "", " é:1 ")]);
}

#[test]
fn a_blank_line_commits_the_id_without_an_event() {
    let mut parser = Parser::new();
    assert_eq!(drain(&mut parser, b"id: 9\n"), 0);
    assert_eq!(parser.last_event_id(), "");
    assert_eq!(drain(&mut parser, b"\n"), 0);
    assert_eq!(parser.last_event_id(), "9");
}

#[test]
fn what_lacks_its_blank_line_is_discarded_with_its_id() {
    for end in ["", "\n", "\r", "\r\n", "\nda", "\ndata: c\nfoo"] {
        let mut parser = Parser::new();
        assert_eq!(drain(&mut parser, b"id: 1\ndata: a\n\n"), 1);
        assert_eq!(drain(&mut parser, format!("event: e\nid: 2\ndata: b{end}").as_bytes()), 0);
        assert_eq!(parser.finish(), Ok(None));
        assert_eq!(parser.last_event_id(), "1");
    }
}

#[test]
fn only_the_last_event_id_survives_a_reconnection() {
    for end in [Parser::reset, |parser: &mut Parser| assert_eq!(parser.finish(), Ok(None))] {
        let mut parser = Parser::new();
        assert_eq!(drain(&mut parser, b"\xEF\xBB\xBFid: 1\n\nevent: e\nid: 2\ndata: a\nid: 3"), 0);
        end(&mut parser);
        let mut input = &b"\xEF\xBB\xBFdata: b\n\n"[..];
        let expected = Event { event_type: "message", data: "b", last_event_id: "1" };
        assert_eq!(parser.next(&mut input), Ok(Some(Item::Event(expected))), "a byte order mark counts again");
    }
}

#[test]
fn a_cr_at_the_end_of_one_connection_takes_no_lf_from_the_next() {
    let mut parser = Parser::new();
    assert_eq!(drain(&mut parser, b"data: a\r"), 0);
    parser.reset();
    assert_eq!(drain(&mut parser, b"\ndata: b\n\n"), 1);
}

#[test]
fn a_parser_can_start_from_an_id() {
    let mut parser = Parser::new().resume_from(EventId::new("41").unwrap());
    assert_eq!(parser.last_event_id(), "41");
    assert_eq!(drain(&mut parser, b"\n\ndata: a\n\n"), 1);
    assert_eq!(parser.last_event_id(), "41", "nothing resets it but an id line");
}

#[test]
fn an_unterminated_event_is_dispatched_on_request() {
    let config = Config { dispatch_unterminated: true, ..Config::default() };
    for end in ["data: b", "data: b\n", "data: b\r", "data: b\r\n"] {
        let mut parser = Parser::with_config(config);
        assert_eq!(drain(&mut parser, b"data: a\n\n"), 1);
        assert_eq!(drain(&mut parser, format!("event: e\nid: 2\n{end}").as_bytes()), 0);
        let expected = Event { event_type: "e", data: "b", last_event_id: "2" };
        assert_eq!(parser.finish(), Ok(Some(expected)), "{end:?}");
        assert_eq!(parser.finish(), Ok(None), "only once");
        assert_eq!(drain(&mut parser, b"\xEF\xBB\xBFdata: c\n\n"), 1, "ready for the next connection");
    }
    for nothing in ["", "\n", "event: e\nid: 2", "data: a\n\n", "dat", "retry: 5", ": data"] {
        let mut parser = Parser::with_config(config);
        drain(&mut parser, nothing.as_bytes());
        assert_eq!(parser.finish(), Ok(None), "{nothing:?}");
    }
}

#[test]
fn an_unterminated_id_counts_only_with_an_event() {
    let config = Config { dispatch_unterminated: true, ..Config::default() };
    for (end, expected) in [("id: 4", "41"), ("id: 42\n", "41"), ("event: e\nid: 42\n", "41"), ("data\nid: 42", "42")] {
        let mut parser = Parser::with_config(config);
        assert_eq!(drain(&mut parser, format!("id: 41\ndata: x\n\n{end}").as_bytes()), 1);
        assert_eq!(parser.finish().unwrap().is_some(), expected == "42", "{end:?}");
        assert_eq!(parser.last_event_id(), expected, "{end:?}");
    }
}

#[test]
fn finish_repeats_the_error_and_readies_the_parser() {
    let limits = Limits { line: 3, ..Limits::default() };
    let mut parser = Parser::with_config(Config { limits, ..Config::default() });
    let error = parser.next(&mut &b"data"[..]).unwrap_err();
    assert!(matches!(error, ParseError::Limit(error) if error.kind == LimitKind::Line));
    assert_eq!(parser.finish(), Err(error));
    assert_eq!(parser.next(&mut &b":ok"[..]), Ok(None));
}

#[test]
fn two_events_in_one_chunk_and_the_start_of_a_third() {
    assert_eq!(parse(b"data: a\n\ndata: b\n\nda"), [event("a"), event("b")]);
}
