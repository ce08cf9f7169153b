//! What other parsers and encoders got wrong, one test for each.

mod common;

use std::time::{Duration, Instant};

use common::{Owned, comment, event, event_with, parse, retry};
use sse_proto::{Comment, Config, Event, EventId, EventName, Item, Parser, ServerEvent};

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

/// Time must grow with the bytes, not with their square: four times the input may take some twelve times as long (a
/// generous margin for a busy machine), where quadratic parsers take sixteen times and more.
#[test]
fn time_is_linear_in_a_long_line_of_small_chunks() {
    let parse_one = |len: usize| {
        let stream = format!("data: {}\n\n", "x".repeat(len));
        let start = Instant::now();
        let mut parser = Parser::new();
        for chunk in stream.as_bytes().chunks(3) {
            let mut input = chunk;
            while let Some(item) = parser.next(&mut input).unwrap() {
                assert!(matches!(item, Item::Event(event) if event.data.len() == len));
            }
        }
        start.elapsed()
    };
    let best = |len| (0..3).map(|_| parse_one(len)).min().unwrap();
    let (short, long) = (best(500_000), best(2_000_000));
    assert!(long < short * 12, "{short:?} and {long:?}");
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
