//! Writing an event's data bit by bit.

#![cfg(feature = "std")]

mod common;

use std::fmt::Write as _;
use std::io::Write as _;

use common::{event, event_with, parse};
use proptest::prelude::*;
use sse_proto::{EventId, EventName, ServerEvent};

#[test]
fn an_event_comes_out_as_if_encoded_at_once() {
    let event = ServerEvent::default()
        .event_type(EventName::new("e").unwrap())
        .id(EventId::new("1").unwrap())
        .retry(std::time::Duration::from_secs(1));
    let mut out = b": before\n\n".to_vec();
    let mut data = event.data_writer(&mut out);
    data.write_str("one\n").unwrap();
    data.write_str("two").unwrap();
    assert_eq!(data.finish(), Ok(48));
    assert_eq!(out, b": before\n\nevent: e\nid: 1\nretry: 1000\ndata: one\ndata: two\n\n");
}

#[test]
fn the_events_own_data_comes_first() {
    let mut out = Vec::new();
    let mut data = ServerEvent::new("a\r").data_writer(&mut out);
    data.write_str("\nb").unwrap();
    data.finish().unwrap();
    assert_eq!(out, b"data: a\ndata: b\n\n");
}

#[test]
fn nothing_written_is_empty_data() {
    let mut out = Vec::new();
    assert_eq!(ServerEvent::default().data_writer(&mut out).finish(), Ok(8));
    assert_eq!(parse(&out), [event("")]);
}

#[test]
fn a_crlf_in_two_writes_is_one_line_break() {
    let mut out = Vec::new();
    let mut data = ServerEvent::default().data_writer(&mut out);
    for text in ["a\r", "", "\nb\r", "\r", "\n\n"] {
        data.write_str(text).unwrap();
    }
    data.finish().unwrap();
    assert_eq!(parse(&out), [event("a\nb\n\n\n")]);
}

#[test]
fn a_writer_that_is_dropped_leaves_no_trace() {
    let mut out = b"data: before\n\n".to_vec();
    let mut data = ServerEvent::default().data_writer(&mut out);
    data.write_str("half of an ev").unwrap();
    drop(data);
    assert_eq!(out, b"data: before\n\n");
}

#[test]
fn json_is_serialised_straight_into_it() {
    let mut out = Vec::new();
    let mut data = ServerEvent::default().data_writer(&mut out);
    serde_json::to_writer_pretty(&mut data, &serde_json::json!({"text": "é\r\n", "n": [1]})).unwrap();
    data.finish().unwrap();
    let expected = "{\n  \"n\": [\n    1\n  ],\n  \"text\": \"é\\r\\n\"\n}";
    assert_eq!(parse(&out), [event_with("message", expected, "")]);
}

#[test]
fn bytes_have_to_be_utf8_characters_may_be_cut() {
    let mut out = Vec::new();
    let mut data = ServerEvent::default().data_writer(&mut out);
    for byte in "é😀".bytes() {
        data.write_all(&[byte]).unwrap();
    }
    data.finish().unwrap();
    assert_eq!(out, "data: é😀\n\n".as_bytes());

    out.clear();
    let mut data = ServerEvent::default().data_writer(&mut out);
    let error = data.write_all(b"a\xFF").unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    assert_eq!(data.finish().unwrap_err().valid_up_to(), 1);
    assert_eq!(out, b"");

    let mut data = ServerEvent::default().data_writer(&mut out);
    data.write_all(b"\xC3").unwrap();
    assert!(data.write_str("a").is_err(), "text can't follow half a character");
    assert_eq!(data.finish().unwrap_err().error_len(), None);
    assert_eq!(out, b"");
}

proptest! {
    #[test]
    fn writes_may_be_cut_anywhere(text in "([a-zé😀]{0,4}|\r|\n|\r\n){0,8}", size in 1..5_usize) {
        let mut out = Vec::new();
        let mut data = ServerEvent::default().data_writer(&mut out);
        for bytes in text.as_bytes().chunks(size) {
            data.write_all(bytes).unwrap();
        }
        prop_assert_eq!(data.finish(), Ok(ServerEvent::new(&text).encoded_len()));
        prop_assert_eq!(out, ServerEvent::new(&text).to_vec());
    }
}
