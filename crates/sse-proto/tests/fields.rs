//! HTML 9.2.6: what the fields mean.

mod common;

use common::{comment, event, event_with, parse, retry};

#[test]
fn one_space_after_the_colon_is_dropped() {
    assert_eq!(parse(b"data:a\n\ndata: a\n\ndata:  a\n\n"), [event("a"), event("a"), event(" a")]);
    assert_eq!(parse(b"data:\ta\n\ndata: \ta\n\n"), [event("\ta"), event("\ta")]);
    assert_eq!(parse(b"data:\xC2\xA0a\n\n"), [event("\u{A0}a")]);
}

#[test]
fn the_first_colon_splits() {
    assert_eq!(parse(b"data:a:b\n\ndata: :a: b\n\n"), [event("a:b"), event(":a: b")]);
}

#[test]
fn a_line_without_colon_is_a_field_with_an_empty_value() {
    assert_eq!(parse(b"data\n\ndata\ndata\n\n"), [event(""), event("\n")]);
    assert_eq!(parse(b"event: e\nevent\ndata: a\n\n"), [event("a")]);
    assert_eq!(parse(b"id: 1\nid\ndata: a\n\n"), [event("a")]);
}

#[test]
fn names_are_case_sensitive_and_exact() {
    let stream = b"Data: a\nDATA: a\n data: a\ndata : a\ndat: a\ndataa: a\nd: a\n: a\nData\n\n";
    assert_eq!(parse(stream), [comment("a")]);
    assert_eq!(parse(b"Id: 1\nEVENT: e\nevents: e\ni: 1\nids: 1\nRetry: 5\ndata: a\n\n"), [event("a")]);
}

#[test]
fn unknown_fields_are_ignored_however_long() {
    let long = "x".repeat(300);
    assert_eq!(parse(format!("{long}\n{long}: data: a\n \n\0\ndata: b\n\n").as_bytes()), [event("b")]);
}

#[test]
fn data_lines_are_joined_by_lf() {
    assert_eq!(parse(b"data: a\ndata: b\ndata:\n\n"), [event("a\nb\n")]);
    assert_eq!(parse(b"data:\ndata: a\n\n"), [event("\na")]);
}

#[test]
fn fields_of_an_event_come_in_any_order() {
    let stream = b"data: a\nid: 1\nevent: e\ndata: b\nfoo: x\ndata: c\n\n";
    assert_eq!(parse(stream), [event_with("e", "a\nb\nc", "1")]);
}

#[test]
fn the_last_event_type_wins_and_an_empty_one_resets_it() {
    assert_eq!(parse(b"event: a\nevent: b\ndata\n\n"), [event_with("b", "", "")]);
    assert_eq!(parse(b"event: a\nevent:\ndata\n\n"), [event("")]);
    assert_eq!(parse(b"event: a\n\ndata\n\n"), [event("")], "a blank line without data clears it");
}

#[test]
fn event_types_are_text_and_not_trimmed() {
    assert_eq!(parse("event:  a: é \ndata\n\n".as_bytes()), [event_with(" a: é ", "", "")]);
}

#[test]
fn retry_takes_ascii_digits_only() {
    for value in [
        "",
        " ",
        "+5",
        "-5",
        "5 ",
        " 5 ",
        "  5",
        "5x",
        "x5",
        "0x5",
        "5,0",
        "5.0",
        "1_000",
        "٢٠٠",
        "２００",
        "2²",
        "5\0",
    ] {
        assert_eq!(parse(format!("retry:{value}\n\n").as_bytes()), [], "{value:?}");
    }
    assert_eq!(parse(b"retry\n\n"), []);
    assert_eq!(parse(b"retry: 5\xFF\n\n"), []);
}

#[test]
fn retry_is_in_milliseconds_and_leading_zeros_are_fine() {
    assert_eq!(parse(b"retry:03000\n"), [retry(3000)]);
    assert_eq!(parse(b"retry: 0\n"), [retry(0)]);
    assert_eq!(parse(b"retry: 000000000000000000000000000000007\n"), [retry(7)]);
}

#[test]
fn a_huge_retry_saturates() {
    assert_eq!(parse(b"retry: 18446744073709551615\n"), [retry(u64::MAX)]);
    assert_eq!(parse(b"retry: 18446744073709551616\n"), [retry(u64::MAX)]);
    assert_eq!(parse(format!("retry: {}\n", "9".repeat(100)).as_bytes()), [retry(u64::MAX)]);
}

#[test]
fn retry_holds_at_once_and_leaves_the_event_alone() {
    assert_eq!(parse(b"event: e\ndata: a\nretry: 5\ndata: b\n\n"), [retry(5), event_with("e", "a\nb", "")]);
    assert_eq!(parse(b"retry: 5\nretry: x\n"), [retry(5)]);
}

#[test]
fn comments_come_out_at_once_and_leave_the_event_alone() {
    let stream = b"event: e\nid: 7\ndata: a\n: c\n:d\n:\n: \n:  e\n::\ndata: b\n\n";
    let mut expected: Vec<_> = ["c", "d", "", "", " e", ":"].map(comment).into();
    expected.push(event_with("e", "a\nb", "7"));
    assert_eq!(parse(stream), expected);
}

#[test]
fn ill_formed_comments_are_text_too() {
    assert_eq!(parse(b": a\xFF\xE2\x82\n"), [comment("a\u{FFFD}\u{FFFD}")]);
}
