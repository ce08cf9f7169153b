//! What the Web Platform Tests of `eventsource/` check of the format: a test for each of their files, named after it,
//! with the same stream. `docs/conformance.md` lists them. Each stream comes whole, in two parts at every place, and
//! byte by byte.

mod common;

use common::{Owned, comment, event, event_with, parse, retry};

/// The events alone.
fn events(stream: &[u8]) -> Vec<Owned> {
    parse(stream).into_iter().filter(|item| matches!(item, Owned::Event { .. })).collect()
}

/// With an ID.
fn identified(data: &str, id: &str) -> Owned {
    event_with("message", data, id)
}

#[test]
fn event_data() {
    let stream = b"data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n";
    assert_eq!(events(stream), [event("msg\nmsg"), event(""), event("end")]);
}

#[test]
fn format_bom() {
    let stream = b"\xEF\xBB\xBFdata:1\n\n\xEF\xBB\xBFdata:2\n\ndata:3\n\n";
    assert_eq!(parse(stream), [event("1"), event("3")], "only the first is none of the stream's text");
}

#[test]
fn format_bom_2() {
    let stream = b"\xEF\xBB\xBF\xEF\xBB\xBFdata:1\n\ndata:2\n\ndata:3\n\n";
    assert_eq!(parse(stream), [event("2"), event("3")], "the second belongs to the first field's name");
}

#[test]
fn format_comments() {
    let long = "x".repeat(2 * 1024);
    let stream = format!("data:1\r:\0\n:\r\ndata:2\n:{long}\rdata:3\n:data:fail\r:{long}\ndata:4\n\n");
    let expected =
        [comment("\0"), comment(""), comment(&long), comment("data:fail"), comment(&long), event("1\n2\n3\n4")];
    assert_eq!(parse(stream.as_bytes()), expected);
}

#[test]
fn format_data_before_final_empty_line() {
    // The second event lacks its end, so neither its data nor its ID counts: not now, and not in the next connection.
    let stream = b"retry:1000\ndata:test1\n\nid:test\ndata:test2";
    assert_eq!(parse(stream), [retry(1000), event("test1")]);
    let mut parser = sse_proto::Parser::new();
    let mut input = &stream[..];
    while parser.next(&mut input).unwrap().is_some() {}
    assert_eq!(parser.finish(), Ok(None));
    parser.reset();
    assert_eq!(parser.last_event_id(), "");
}

#[test]
fn format_field_data() {
    assert_eq!(parse(b"data:\n\ndata\ndata\n\ndata:test\n\n"), [event(""), event("\n"), event("test")]);
}

#[test]
fn format_field_event_empty() {
    assert_eq!(parse(b"event: \ndata:data\n\n"), [event("data")]);
}

#[test]
fn format_field_event() {
    assert_eq!(parse(b"event:test\ndata:x\n\ndata:x\n\n"), [event_with("test", "x", ""), event("x")]);
}

#[test]
fn format_field_id_3() {
    let persists = b"id: 1\ndata: 1\n\ndata:2\n\nid: 2\ndata:3\n\ndata:4\n\n";
    let expected = [identified("1", "1"), identified("2", "1"), identified("3", "2"), identified("4", "2")];
    assert_eq!(parse(persists), expected);
    for resets in [&b"id: 1\ndata: 1\n\nid:\ndata:2\n\ndata:3\n\n"[..], b"id: 1\ndata: 1\n\nid\ndata:2\n\ndata:3\n\n"] {
        assert_eq!(parse(resets), [identified("1", "1"), event("2"), event("3")]);
    }
}

#[test]
fn format_field_parsing() {
    let stream = b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\n\
        data:4\n\n";
    assert_eq!(parse(stream), [event("\0\n 2\n1\n3\n\n4")]);
}

#[test]
fn format_field_retry_bogus() {
    assert_eq!(parse(b"retry:3000\nretry:1000x\ndata:x\n\n"), [retry(3000), event("x")]);
}

#[test]
fn format_field_retry_empty() {
    assert_eq!(parse(b"retry\ndata:test\n\n"), [event("test")]);
}

#[test]
fn format_field_retry() {
    assert_eq!(parse(b"retry:03000\ndata:x\n\n"), [retry(3000), event("x")], "decimal, not octal");
}

#[test]
fn format_field_unknown() {
    let stream = b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n";
    assert_eq!(events(stream), [event("test\n\ntest")]);
}

#[test]
fn format_leading_space() {
    assert_eq!(parse(b"data:\ttest\rdata: \ndata:test\n\n"), [event("\ttest\n\ntest")]);
}

#[test]
fn format_newlines() {
    // The last line ends in CRLF, the blank one in CR, and that is the end of the stream.
    assert_eq!(parse(b"data:test\r\ndata\ndata:test\r\n\r"), [event("test\n\ntest")]);
}

#[test]
fn format_null_character() {
    assert_eq!(parse(b"data:\0\n\n\n\n"), [event("\0")]);
}

#[test]
fn format_utf_8() {
    // Whatever the `charset` of the content type says; that it does not matter is tested in `wpt_client.rs`.
    assert_eq!(parse("data:ok…\n\n".as_bytes()), [event("ok…")]);
}

/// `submissions/MOSQUITO/field-name-event.html`, of earlier versions.
#[test]
fn field_name_event() {
    assert_eq!(parse(b"event: testevent\ndata: x\n\n"), [event_with("testevent", "x", "")]);
}

/// The parts of `eventsource-from-readable-stream.any.js` that concern the format.
#[test]
fn eventsource_from_readable_stream() {
    assert_eq!(parse(b""), []);
    assert_eq!(parse(b"data: hello\ndata: world\n\n"), [event("hello\nworld")]);
    assert_eq!(parse(b"data: first\n\ndata: second\n\n"), [event("first"), event("second")]);
    assert_eq!(parse(b"event: custom\ndata: hello\n\n"), [event_with("custom", "hello", "")]);
    assert_eq!(events(b": this is a comment\ndata: hello\n\n"), [event("hello")]);
    assert_eq!(parse(b"id: 42\ndata: hello\n\n"), [identified("hello", "42")]);
    assert_eq!(parse(b"retry: 5000\ndata: hello\n\n"), [retry(5000), event("hello")]);
    assert_eq!(parse(b"retry: bogus\ndata: hello\n\n"), [event("hello")]);
    assert_eq!(parse(b"data: cr\r\rdata: lf\n\ndata: crlf\r\n\r\n"), [event("cr"), event("lf"), event("crlf")]);
    assert_eq!(parse(b"\xEF\xBB\xBFdata: hello\n\n"), [event("hello")]);
}
