//! A head that lies whole in the first input is parsed without a scan before: with the result of one that is cut after its
//! first byte, which is scanned.

#![cfg(feature = "alloc")]

mod handshake_support;

use handshake_support::{REQUEST, RESPONSE, ask, sample_key, serve};
use websocket_proto::handshake::{HeadLimits, Offer};

/// What each byte is changed to, and what is put before it.
const BYTES: &[u8] = b"\0\t\n\r\x1f !\"#,/019:;?@A[aGHz~\x7f\x80\xe9\xff";

fn check(stream: &[u8], limits: HeadLimits, ways: &mut dyn FnMut(&[&[u8]], HeadLimits) -> String) {
    let (first, rest) = stream.split_at(1);
    assert_eq!(
        ways(&[stream], limits),
        ways(&[first, rest], limits),
        "{:?} {limits:?}",
        stream.escape_ascii().to_string()
    );
}

/// Checks the head with each byte changed, taken away or doubled by another, with an end of each kind, and at its limits.
fn check_around(head: &str, mut read: impl FnMut(&[&[u8]], HeadLimits) -> String) {
    let limits = HeadLimits::default();
    for rest in ["", "\r\n", "\x01frames\n\0"] {
        check(&[head, rest].concat().into_bytes(), limits, &mut read);
    }
    for at in 0..head.len() {
        let (before, after) = head.as_bytes().split_at(at);
        check(&[before, &after[1..]].concat(), limits, &mut read);
        for byte in BYTES {
            check(&[before, &[*byte], &after[1..]].concat(), limits, &mut read);
            check(&[before, &[*byte], after].concat(), limits, &mut read);
        }
    }
    for max_fields in 0..10 {
        check(head.as_bytes(), HeadLimits { max_fields, ..limits }, &mut read);
    }
    for max_bytes in 0..head.len() + 2 {
        check(head.as_bytes(), HeadLimits { max_bytes, ..limits }, &mut read);
    }
}

#[test]
fn a_request() {
    check_around(REQUEST, |pieces, limits| format!("{:?}", serve(pieces.iter().copied(), &[], limits)));
}

#[test]
fn a_response() {
    let offer = Offer::new("server.example.com", "/chat");
    for head in [RESPONSE, "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n", "HTTP/1.1 204\r\n\r\n", "HTTP/1.0 100 \r\n\r\n"] {
        check_around(head, |pieces, limits| {
            format!("{:?}", ask(pieces.iter().copied(), &offer, &sample_key(), limits))
        });
    }
}
