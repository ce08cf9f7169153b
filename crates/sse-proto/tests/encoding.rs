//! What a server sends, and that it can't be taken for anything else.

mod common;

use std::time::Duration;

use common::{Owned, comment, event, event_with, parse, retry};
use sse_proto::{BufferTooSmall, Comment, Event, EventId, EventName, ForbiddenCharacter, ServerEvent};

/// Encodes in every way there is, makes sure that they agree, and returns the bytes.
fn encode(event: &ServerEvent<'_>) -> Vec<u8> {
    let bytes = event.to_vec();
    assert_eq!(event.encoded_len(), bytes.len());
    let mut appended = b"before".to_vec();
    event.append_to(&mut appended);
    assert_eq!(appended, [b"before", &bytes[..]].concat());

    let mut exact = vec![0; bytes.len()];
    assert_eq!(event.encode_into(&mut exact), Ok(bytes.len()));
    assert_eq!(exact, bytes);
    let mut larger = vec![b'~'; bytes.len() + 3];
    assert_eq!(event.encode_into(&mut larger), Ok(bytes.len()));
    assert_eq!(larger, [&bytes[..], b"~~~"].concat());
    for len in 0..bytes.len() {
        let mut small = vec![b'~'; len];
        let BufferTooSmall { needed, available, .. } = event.encode_into(&mut small).unwrap_err();
        assert_eq!((needed, available), (bytes.len(), len));
        assert!(small.iter().all(|&byte| byte == b'~'), "nothing is written");
    }
    bytes
}

fn name(text: &str) -> EventName<'_> {
    EventName::new(text).unwrap()
}

fn id(text: &str) -> EventId<'_> {
    EventId::new(text).unwrap()
}

#[test]
fn data_is_split_at_each_kind_of_line_break() {
    let cases = [
        ("", "data: \n\n"),
        ("a", "data: a\n\n"),
        ("a\nb", "data: a\ndata: b\n\n"),
        ("a\rb", "data: a\ndata: b\n\n"),
        ("a\r\nb", "data: a\ndata: b\n\n"),
        ("a\n\rb", "data: a\ndata: \ndata: b\n\n"),
        ("a\r\r\nb", "data: a\ndata: \ndata: b\n\n"),
        ("\n", "data: \ndata: \n\n"),
        ("a\r\n", "data: a\ndata: \n\n"),
        ("\u{2028}\u{85}\u{B}", "data: \u{2028}\u{85}\u{B}\n\n"),
    ];
    for (data, encoded) in cases {
        assert_eq!(encode(&ServerEvent::new(data)), encoded.as_bytes(), "{data:?}");
    }
}

#[test]
fn leading_spaces_and_colons_survive() {
    for text in [" a", "  a", ":a", ": a", "\ta", "\u{FEFF}a"] {
        let bytes = encode(&ServerEvent::new(text).event_type(name(text)).id(id(text)));
        assert_eq!(parse(&bytes), [event_with(text, text, text)]);
        assert_eq!(parse(&Comment::new(text).to_vec()), [comment(text)]);
    }
}

#[test]
fn a_block_without_data_is_no_event() {
    assert_eq!(encode(&ServerEvent::default()), b"\n");
    let bytes = encode(&ServerEvent::default().id(id("9")).retry(Duration::from_millis(1500)));
    assert_eq!(bytes, b"id: 9\nretry: 1500\n\n");
    let stream = [&bytes[..], b"data\n\n"].concat();
    assert_eq!(parse(&stream), [retry(1500), event_with("message", "", "9")]);
}

#[test]
fn an_empty_id_resets_and_an_empty_type_means_message() {
    let stream = [encode(&ServerEvent::new("a").id(id("1"))), encode(&ServerEvent::new("b").id(id("")))].concat();
    assert_eq!(parse(&stream), [event_with("message", "a", "1"), event("b")]);
    assert_eq!(parse(&encode(&ServerEvent::new("a").event_type(name("")))), [event("a")]);
}

#[test]
fn retry_is_sent_in_whole_milliseconds() {
    let cases = [
        (Duration::ZERO, "0"),
        (Duration::from_micros(1999), "1"),
        (Duration::from_secs(10), "10000"),
        (Duration::from_millis(u64::MAX), "18446744073709551615"),
        (Duration::MAX, "18446744073709551615"),
    ];
    for (time, digits) in cases {
        let bytes = encode(&ServerEvent::default().retry(time));
        assert_eq!(bytes, format!("retry: {digits}\n\n").as_bytes());
        assert_eq!(parse(&bytes), [retry(digits.parse().unwrap())]);
    }
}

#[test]
fn names_and_ids_cannot_hold_a_line_break() {
    for (text, error) in [
        ("a\nb", ForbiddenCharacter::LineFeed(1)),
        ("a\rb", ForbiddenCharacter::CarriageReturn(1)),
        ("\r\n", ForbiddenCharacter::CarriageReturn(0)),
        ("é\n", ForbiddenCharacter::LineFeed(2)),
    ] {
        assert_eq!(EventName::new(text), Err(error));
        assert_eq!(EventId::new(text), Err(error));
        assert_eq!(EventName::try_from(text), Err(error));
        assert_eq!(EventId::try_from(text), Err(error));
    }
}

#[test]
fn names_and_ids_cannot_hold_nul() {
    for text in ["a\0", "\u{1}\0\n", "é\0", "longer than a word\0"] {
        let error = ForbiddenCharacter::Nul(text.find('\0').unwrap());
        assert_eq!(EventName::new(text), Err(error));
        assert_eq!(EventId::new(text), Err(error));
    }
}

#[test]
fn what_is_forbidden_is_found_at_any_place_and_nothing_else_is() {
    for len in 0..40 {
        for filler in ["a", "\t", "\u{1}", "\u{1F}", " ", "\u{7F}"] {
            let text = filler.repeat(len);
            assert!(EventName::new(&text).is_ok() && EventId::new(&text).is_ok(), "{len} times {filler:?}");
            for at in 0..len {
                let mut text = text.clone();
                text.replace_range(at..=at, "\n");
                assert_eq!(EventId::new(&text), Err(ForbiddenCharacter::LineFeed(at)));
                text.replace_range(at..=at, "\0");
                assert_eq!(EventId::new(&text), Err(ForbiddenCharacter::Nul(at)));
            }
        }
    }
}

#[test]
fn a_received_type_with_nul_is_not_sent_on() {
    let event = Event { event_type: "a\0", data: "", last_event_id: "" };
    assert_eq!(ServerEvent::try_from(event), Err(ForbiddenCharacter::Nul(1)));
}

#[test]
fn comments_become_one_line_for_each_of_theirs() {
    for (text, encoded) in [
        ("", ": \n\n"),
        ("a", ": a\n\n"),
        ("a\rdata: b", ": a\n: data: b\n\n"),
        ("a\r\n\nid: b", ": a\n: \n: id: b\n\n"),
        ("\n\n", ": \n: \n: \n\n"),
    ] {
        let comment = Comment::new(text);
        assert_eq!(comment.to_vec(), encoded.as_bytes(), "{text:?}");
        assert_eq!(comment.encoded_len(), encoded.len());
        let mut buffer = [0; 64];
        assert_eq!(comment.encode_into(&mut buffer), Ok(encoded.len()));
        assert_eq!(&buffer[..encoded.len()], encoded.as_bytes());
        let error = comment.encode_into(&mut buffer[..encoded.len() - 1]).unwrap_err();
        let message = format!("encoding takes {} bytes, buffer has {}", encoded.len(), encoded.len() - 1);
        assert_eq!(error.to_string(), message);
        assert!(parse(encoded.as_bytes()).iter().all(|item| matches!(item, Owned::Comment(_))));
    }
}

#[test]
fn a_received_event_can_be_sent_on() {
    let event = Event { event_type: "tick", data: "a\nb", last_event_id: "7" };
    let sent = ServerEvent::try_from(event).unwrap();
    assert_eq!(sent.to_vec(), b"event: tick\nid: 7\ndata: a\ndata: b\n\n");
    let event = Event { event_type: "message", data: "", last_event_id: "" };
    assert_eq!(ServerEvent::try_from(event).unwrap().to_vec(), b"id: \ndata: \n\n");
    let forged = Event { event_type: "a\ndata: b", data: "", last_event_id: "" };
    assert_eq!(ServerEvent::try_from(forged), Err(ForbiddenCharacter::LineFeed(1)));
}
