//! What other parsers and encoders got wrong, one test for each.

mod common;

use std::time::Duration;

use common::{Owned, comment, event, event_with, parse, retry};
use sse_proto::{Comment, Config, Event, EventId, EventName, Item, Limits, Parser, ServerEvent};

#[test]
fn a_leading_bom_makes_no_panic_and_loses_no_event() {
    assert_eq!(parse(b"\xEF\xBB\xBFdata: a\n\ndata: b\n\n"), [event("a"), event("b")]);
}

#[test]
fn cr_does_not_wait_for_the_next_byte() {
    let mut parser = Parser::new();
    assert_eq!(parser.next(&mut &b"data: a\r"[..]), Ok(None));
    let expected = Event { event_type: "message", data: "a", last_event_id: "" };
    assert_eq!(parser.next(&mut &b"\r"[..]), Ok(Some(Item::Event(expected))));
    assert_eq!(parser.finish(), Ok(None));
}

#[test]
fn crlf_cut_by_a_buffer_edge_is_no_phantom_blank_line() {
    let mut parser = Parser::new();
    for chunk in [&b"data: a\r"[..], b"\ndata: b\r", b"\n"] {
        assert_eq!(parser.next(&mut &*chunk), Ok(None));
    }
}

#[test]
fn crlf_byte_by_byte_yields_its_events() {
    let mut parser = Parser::new();
    let mut events = 0;
    for byte in b"data: a\r\n\r\ndata: b\r\n\r\n".chunks(1) {
        events += usize::from(parser.next(&mut &*byte).unwrap().is_some());
    }
    assert_eq!(events, 2);
}

#[test]
fn retry_with_a_plus_sign_is_ignored() {
    assert_eq!(parse(b"retry:+5\n"), []);
}

#[test]
fn retry_after_a_space_is_taken() {
    assert_eq!(parse(b"retry: 3000\n"), [retry(3000)]);
    assert_eq!(parse(&ServerEvent::default().retry(Duration::from_secs(3)).to_vec()), [retry(3000)]);
}

#[test]
fn retry_is_in_milliseconds() {
    assert_eq!(parse(b"retry: 3000\n"), [Owned::Retry(Duration::from_secs(3))]);
}

#[test]
fn colonless_fields_count() {
    assert_eq!(parse(b"event: e\nid: 1\nevent\nid\ndata\n\n"), [event("")]);
}

#[test]
fn an_empty_event_field_resets_the_type() {
    assert_eq!(parse(b"event: e\nevent:\ndata: a\n\n"), [event("a")]);
}

#[test]
fn an_id_with_nul_is_not_kept() {
    assert_eq!(parse(b"id: 1\0\ndata: a\n\n"), [event("a")]);
}

#[test]
fn an_id_only_block_is_committed() {
    assert_eq!(parse(b"id: 1\n\ndata: a\n\n"), [event_with("message", "a", "1")]);
}

#[test]
fn the_id_is_not_lost_on_reconnection_nor_overwritten_by_an_event_without_one() {
    let mut parser = Parser::new();
    assert_eq!(parser.next(&mut &b"id: 1\n\n"[..]), Ok(None));
    parser.reset();
    assert!(parser.next(&mut &b"data: a\n\n"[..]).unwrap().is_some());
    assert_eq!(parser.last_event_id(), "1");
}

#[test]
fn bad_utf8_is_no_error() {
    assert_eq!(parse(b"data: \xFF\n\ndata: b\n\n"), [event("\u{FFFD}"), event("b")]);
}

#[test]
fn a_character_cut_by_a_chunk_edge_stays_whole() {
    assert_eq!(parse("data: 😀é\n\n".as_bytes()), [event("😀é")]);
}

/// A parser whose time grows with the square of the line would not end: there are 10 million chunks. That the time for a
/// byte is the same at every length is measured by the benchmarks.
#[test]
fn a_long_line_of_small_chunks_ends() {
    const LEN: usize = 20_000_000;
    let mut parser = Parser::with_config(Config { limits: Limits::NONE, ..Config::default() });
    let mut feed = |chunk: &[u8]| {
        let mut input = chunk;
        match parser.next(&mut input).unwrap() {
            Some(Item::Event(event)) => event.data.len(),
            _ => 0,
        }
    };
    assert_eq!(feed(b"data: "), 0);
    for _ in 0..LEN / 2 {
        assert_eq!(feed(b"xx"), 0);
    }
    assert_eq!((feed(b"\n"), feed(b"\n")), (0, LEN));
}

#[test]
fn a_small_event_after_a_large_one_does_not_own_its_memory() {
    let mut parser = Parser::new();
    let large = "x".repeat(400_000);
    for stream in [format!("data: {large}\ndata\n\n"), "data: a\ndata: b\n\n".repeat(64)] {
        let mut input = stream.as_bytes();
        while parser.next(&mut input).unwrap().is_some() {}
    }
    assert!(parser.capacity() <= 8 << 10, "{}", parser.capacity());
}

#[test]
fn a_line_break_in_an_id_or_a_name_is_refused_without_panic() {
    for text in ["a\nb", "a\rb", "a\r\nb"] {
        assert!(EventName::new(text).is_err());
        assert!(EventId::new(text).is_err());
    }
}

#[test]
fn a_bare_cr_injects_nothing() {
    let data = ServerEvent::new("a\rid: 9\revent: forged").to_vec();
    assert_eq!(parse(&data), [event("a\nid: 9\nevent: forged")]);
    let note = Comment::new("a\rdata: forged\r\r").to_vec();
    assert_eq!(parse(&note), ["a", "data: forged", "", ""].map(comment));
}

#[test]
fn a_crlf_in_data_is_one_line_break() {
    assert_eq!(parse(&ServerEvent::new("a\r\nb").to_vec()), [event("a\nb")]);
}

#[test]
fn empty_data_is_sent() {
    assert_eq!(parse(&ServerEvent::new("").to_vec()), [event("")]);
}

#[test]
fn a_final_event_without_blank_line_is_to_be_had_but_not_unasked() {
    for (dispatch_unterminated, dispatched) in [(false, None), (true, Some("[DONE]"))] {
        let mut parser = Parser::with_config(Config { dispatch_unterminated, ..Config::default() });
        assert_eq!(parser.next(&mut &b"data: [DONE]\n"[..]), Ok(None));
        assert_eq!(parser.finish().unwrap().map(|event| event.data), dispatched);
    }
}
