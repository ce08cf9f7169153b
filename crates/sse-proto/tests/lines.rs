//! HTML 9.2.5: lines end with CRLF, LF or CR.

mod common;

use common::{comment, event, parse, parse_chunks, parse_with};
use sse_proto::{Config, Event, Item, Parser};

#[test]
fn all_three_line_ends_and_their_mixtures() {
    for eol in ["\n", "\r", "\r\n"] {
        for blank in ["\n", "\r", "\r\n"] {
            let stream = format!("data: a{eol}data: b{eol}{blank}data: c{eol}{blank}");
            if (eol, blank) == ("\r", "\n") {
                // CR and LF are one line end, wherever they come from.
                assert_eq!(parse(stream.as_bytes()), []);
            } else {
                assert_eq!(parse(stream.as_bytes()), [event("a\nb"), event("c")], "{eol:?} {blank:?}");
            }
        }
    }
}

#[test]
fn lf_cr_is_two_line_ends() {
    assert_eq!(parse(b"data: a\n\rdata: b\n\r"), [event("a"), event("b")]);
}

#[test]
fn cr_cr_lf_is_two_line_ends() {
    assert_eq!(parse(b"data: a\r\r\ndata: b\r\r\n"), [event("a"), event("b")]);
}

#[test]
fn a_line_is_complete_at_its_cr() {
    let mut parser = Parser::new();
    let mut input = &b": a\r"[..];
    assert_eq!(parser.next(&mut input), Ok(Some(Item::Comment("a"))));

    let mut input = &b"data: b\r\r"[..];
    let expected = Event { event_type: "message", data: "b", last_event_id: "" };
    assert_eq!(parser.next(&mut input), Ok(Some(Item::Event(expected))));
}

#[test]
fn the_lf_of_a_cut_crlf_is_no_blank_line() {
    let mut parser = Parser::new();
    for chunk in [&b"data: a\r"[..], b"", b"\n", b"data: b\r", b"\ndata: c\n"] {
        assert_eq!(parser.next(&mut &*chunk), Ok(None));
    }
    let Ok(Some(Item::Event(event))) = parser.next(&mut &b"\n"[..]) else { panic!() };
    assert_eq!(event.data, "a\nb\nc");
}

#[test]
fn only_cr_and_lf_end_lines() {
    for text in ["a\u{B}data: b", "a\u{C}data: b", "a\u{85}data: b", "a\u{2028}data: b", "a\u{2029}data: b"] {
        assert_eq!(parse(format!("data: {text}\n\n").as_bytes()), [event(text)]);
    }
}

#[test]
fn blank_lines_alone_dispatch_nothing() {
    assert_eq!(parse(b"\n\n\r\r\r\n\r\n\n"), []);
}

#[test]
fn a_long_line_in_single_bytes() {
    let text = "x".repeat(100_000);
    let stream = format!("data: {text}\n\n: {text}\n");
    let mut parser = Parser::new();
    let mut items = Vec::new();
    for byte in stream.as_bytes().chunks(1) {
        let mut input = byte;
        while let Some(item) = parser.next(&mut input).unwrap() {
            items.push(common::Owned::from(item));
        }
    }
    assert_eq!(items, [event(&text), comment(&text)]);
}

#[test]
fn a_long_first_line_in_chunks() {
    let text = "x".repeat(100_000);
    for name in [": ", "data: ", "data:", "other: "] {
        let stream = format!("{name}{text}\ndata: b\n\n");
        let whole = parse_with(Config::default(), stream.as_bytes());
        for len in [1, 64, 1000, 70_000] {
            let parsed = parse_chunks(Config::default(), stream.as_bytes().chunks(len));
            assert!(parsed == whole, "{name:?} by {len}");
        }
    }
}

/// A line that is cut, the blank line behind it and the line after that, in a chunk of their own or not.
#[test]
fn any_three_chunks_are_the_whole() {
    for stream in ["id: 1\n\n: c\ndata: é\n\n:d\n", "data: é\r\n\r\n: c\r\nretry: 1\r\n\r\ndata: b\r\n\r\n"] {
        for skip_comments in [false, true] {
            let config = Config { skip_comments, ..Config::default() };
            let stream = stream.as_bytes();
            let whole = parse_with(config, stream);
            for first in 0..=stream.len() {
                for second in first..=stream.len() {
                    let chunks = [&stream[..first], &stream[first..second], &stream[second..]];
                    assert_eq!(parse_chunks(config, chunks), whole, "{first}, {second}, {config:?}");
                }
            }
        }
    }
}
