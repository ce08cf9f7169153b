//! HTML 9.2.5: the stream is UTF-8, ill-formed or not, after at most one byte order mark.

mod common;

use common::{comment, event, event_with, parse, parse_everyhow};
use sse_proto::{Config, ParseError, Parser};

#[test]
fn one_leading_byte_order_mark_is_dropped() {
    assert_eq!(parse(b"\xEF\xBB\xBFdata: a\n\n"), [event("a")]);
    assert_eq!(parse(b"\xEF\xBB\xBF"), []);
    assert_eq!(parse(b"\xEF\xBB\xBF\ndata: a\n\n"), [event("a")]);
}

#[test]
fn a_second_byte_order_mark_belongs_to_the_first_field_name() {
    assert_eq!(parse(b"\xEF\xBB\xBF\xEF\xBB\xBFdata: a\n\ndata: b\n\n"), [event("b")]);
}

#[test]
fn a_later_byte_order_mark_is_text() {
    assert_eq!(parse(b"\n\xEF\xBB\xBFdata: a\n\n"), []);
    assert_eq!(parse(b"data:\xEF\xBB\xBFa\n\n"), [event("\u{FEFF}a")]);
}

#[test]
fn part_of_a_byte_order_mark_is_ill_formed_text() {
    for start in [&b"\xEF"[..], b"\xEF\xBB", b"\xEF\xBB\xBE", b"\xEF\xBB\xEF\xBB\xBF"] {
        let stream = [start, b"data: a\n\ndata: b\n\n"].concat();
        assert_eq!(parse(&stream), [event("b")]);
    }
    assert_eq!(parse(b"\xEF\xBB\ndata: b\n\n"), [event("b")], "it is a line of its own, not a blank one");
}

#[test]
fn each_maximal_subpart_becomes_one_replacement_character() {
    let cases: [(&[u8], &str); 9] = [
        (b"\xFF", "\u{FFFD}"),
        (b"a\xF0\x9F\x98b", "a\u{FFFD}b"),
        (b"\xE2\x82\xE2\x82\xAC", "\u{FFFD}€"),
        (b"\xED\xA0\x80", "\u{FFFD}\u{FFFD}\u{FFFD}"),
        (b"\xC0\x8A", "\u{FFFD}\u{FFFD}"),
        (b"\xF0\x80\x80\x41", "\u{FFFD}\u{FFFD}\u{FFFD}A"),
        (b"\xF5\x80", "\u{FFFD}\u{FFFD}"),
        (b"caf\xE9", "caf\u{FFFD}"),
        (b"\xE2\x82", "\u{FFFD}"),
    ];
    for (bytes, text) in cases {
        let stream = [b"data:", bytes, b"\n\n"].concat();
        assert_eq!(parse(&stream), [event(text)], "{bytes:x?}");
    }
}

#[test]
fn a_line_end_ends_a_sequence_too() {
    let stream = b"event:\xE2\x82\nid:\xF0\x9F\ndata:a\xE2\r\ndata:b\xF0\x9F\x98\r\r";
    assert_eq!(parse(stream), [event_with("\u{FFFD}", "a\u{FFFD}\nb\u{FFFD}", "\u{FFFD}")]);
}

#[test]
fn a_field_name_with_an_ill_formed_sequence_is_unknown() {
    assert_eq!(parse(b"da\xFFta: a\n\ndata\xFF: a\n\n\xFFdata: a\n\ndata: b\n\n"), [event("b")]);
}

#[test]
fn characters_of_every_length_are_kept_whole() {
    assert_eq!(parse("data: aé€😀\n\n".as_bytes()), [event("aé€😀")]);
}

#[test]
fn nul_and_other_controls_are_text() {
    assert_eq!(parse(b"event: \0\ndata: \0\x0B\x0C\x1C\x7F\n\n"), [event_with("\0", "\0\x0B\x0C\x1C\x7F", "")]);
}

#[test]
fn ill_formed_text_is_an_error_on_request() {
    let config = Config { refuse_ill_formed: true, ..Config::default() };
    let good = "data: é\n\n: ü\n".as_bytes();
    for (bad, at) in [
        (&b"data: \xFF\n\n"[..], 8),
        (b"data: \xFF\r\n\r\n", 9),
        (b"data: a\ndata: \xE2\x82\n\ndata: b\n\n", 17),
        (b"data: a\nevent: \xC3\r\r", 17),
        (b"id: \xED\xA0\x80\n\n", 8),
        (b": \xFF\n", 3),
        (b": \xF0\x9F\r\n", 4),
    ] {
        let stream = [good, bad].concat();
        let parsed = parse_everyhow(config, &stream);
        assert_eq!(parsed.items, [event("é"), comment("ü")]);
        assert_eq!(parsed.error, Some((ParseError::IllFormed, good.len() + at)));
        assert_eq!(parsed.last_event_id, "", "and the ID is not committed");
    }
    let ignored = b"\xFFdata: a\nid: \xFF\0\nfoo: \xFF\nevent: \xFF\nevent: a\n\nevent: \xFF\n\ndata: b\n\n";
    assert_eq!(parse_everyhow(config, ignored).items, [event("b")], "what is ignored may be anything");
    assert_eq!(ParseError::IllFormed.to_string(), "ill-formed UTF-8 in an event, an ID or a comment");
}

#[test]
fn an_ill_formed_unterminated_event_is_an_error_on_request() {
    let config = Config { refuse_ill_formed: true, dispatch_unterminated: true, ..Config::default() };
    let mut parser = Parser::with_config(config);
    assert_eq!(parser.next(&mut &b"id: 1\ndata: \xE2\x82"[..]), Ok(None));
    assert_eq!(parser.finish(), Err(ParseError::IllFormed));
    assert_eq!(parser.last_event_id(), "");
}

#[test]
fn a_second_byte_order_mark_is_dropped_on_request_and_a_third_is_not() {
    let config = Config { skip_second_byte_order_mark: true, ..Config::default() };
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    for (marks, expected) in [(0, vec![event("a")]), (1, vec![event("a")]), (2, vec![event("a")]), (3, vec![])] {
        let stream = [&MARK.repeat(marks)[..], b"data: a\n\n"].concat();
        assert_eq!(parse_everyhow(config, &stream).items, expected, "{marks}");
        for size in [1, 4, 100] {
            let mut parser = Parser::with_config(config);
            for chunk in stream.chunks(size) {
                let mut input = chunk;
                while parser.next(&mut input).unwrap().is_some() {}
            }
            assert_eq!(parser.has_skipped_second_byte_order_mark(), marks > 1);
            parser.reset();
            assert!(!parser.has_skipped_second_byte_order_mark());
        }
    }
    let between = [MARK, b"\n", MARK, b"data: a\n\n"].concat();
    assert_eq!(parse_everyhow(config, &between).items, [], "it must follow the first");
}
