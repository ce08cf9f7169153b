//! Defects that opening handshakes of other implementations have had, each with a test named after it.

#![cfg(feature = "alloc")]

mod handshake_support;

use handshake_support::{
    REQUEST, RESPONSE, accepted, ask_at_every_split, rejected, request_with, request_with_instead,
    response_with_instead, sample_key, serve,
};
use websocket_proto::handshake::{
    BuildError, ClientHandshake, Extensions, FieldError, HeadError, HeadLimits, Offer, Rejection, ResponseError,
    ServerHandshake,
};

#[test]
fn connection_must_equal_exactly_upgrade() {
    accepted(&request_with_instead("Connection", Some("Connection: keep-alive, Upgrade")));
}

#[test]
fn connection_is_matched_as_a_substring() {
    let (rejection, status) = rejected(&request_with_instead("Connection", Some("Connection: no-upgrade-please")));
    assert_eq!(rejection, FieldError::NoToken { name: "Connection", token: "Upgrade" }.into());
    assert_eq!(status, 400);
}

#[test]
fn the_first_or_last_of_duplicate_fields_wins_silently() {
    let request = request_with(&["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]);
    assert_eq!(rejected(&request).0, FieldError::Duplicate("Sec-WebSocket-Key").into());
    let response = [RESPONSE.trim_end(), "\r\nSec-WebSocket-Accept: x\r\n\r\n"].concat();
    let asked = ask_at_every_split(response.as_bytes(), &Offer::new("a", "/"), &sample_key()).unwrap();
    assert_eq!(asked.verdict, Err(FieldError::Duplicate("Sec-WebSocket-Accept").into()));
}

#[test]
fn no_cap_on_the_request_head() {
    let mut handshake = ServerHandshake::new();
    let mut fed = 0;
    let mut piece = &b"GET /"[..];
    let rejection = loop {
        let mut input = piece;
        match handshake.receive(&mut input) {
            Ok(None) => fed += piece.len(),
            Ok(Some(_)) => panic!("the head never ends"),
            Err(rejection) => break rejection,
        }
        piece = &[b'a'; 1000];
    };
    assert_eq!(rejection, HeadError::FirstLineTooLong { limit: 16 * 1024 }.into());
    assert!(fed <= 16 * 1024);
}

/// A head that is parsed anew at each read takes half a terabyte of parsing here, which no test run would wait for.
#[test]
fn the_head_is_parsed_again_at_each_read() {
    let limits = HeadLimits { max_bytes: 1 << 21, max_fields: 100_000 };
    let lines = vec!["X-Filler: 0123456789012345678"; 34_000];
    let request = request_with(&lines);
    assert!(request.len() > 1 << 20);
    let served = serve(request.chunks(1), &[], limits).unwrap();
    assert_eq!(served.verdict.unwrap().headers.len(), 34_006);
}

#[test]
fn the_accept_value_is_never_checked() {
    let response =
        response_with_instead("Sec-WebSocket-Accept", Some("Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA="));
    let asked = ask_at_every_split(&response, &Offer::new("a", "/"), &sample_key()).unwrap();
    assert_eq!(asked.verdict, Err(ResponseError::AcceptValue));
}

/// A pattern that backtracks takes exponential or quadratic time on such lists.
#[test]
fn a_list_of_subprotocols_takes_more_than_linear_time() {
    let limits = HeadLimits { max_bytes: 1 << 21, max_fields: 100 };
    for filler in [" ", ",", " ,\t", "a, ", "a\t"] {
        let value = filler.repeat((1 << 20) / filler.len());
        let request = request_with(&[&format!("Sec-WebSocket-Protocol: {value}b")]);
        let verdict = serve([&request[..]], &["x", "y", "z", "b"], limits).unwrap().verdict;
        match verdict {
            Ok(accepted) => assert_eq!(accepted.subprotocol.as_deref(), Some("b"), "{filler:?}"),
            Err(rejection) => {
                assert_eq!((filler, rejection), ("a\t", FieldError::Malformed("Sec-WebSocket-Protocol").into()));
            }
        }
    }
}

#[test]
fn crlf_injection_through_the_path() {
    let offer = Offer::new("a.example", "/ HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assert_eq!(ClientHandshake::new(&offer, &sample_key(), &mut Vec::new()).unwrap_err(), BuildError::Target);
}

#[test]
fn crlf_injection_through_a_subprotocol() {
    let offer = Offer { subprotocols: &["chat\r\nX-Evil: 1"], ..Offer::new("a.example", "/") };
    assert_eq!(ClientHandshake::new(&offer, &sample_key(), &mut Vec::new()).unwrap_err(), BuildError::Subprotocol);
}

#[test]
fn commas_in_quoted_strings_split_extension_offers() {
    // A comma is no part of a token, so this is no valid offer; what it must not become is two of them.
    assert!(Extensions::parse("a; b=\"c, permessage-deflate\"").is_none());
    // The quotes end where they end, whatever is escaped.
    assert!(Extensions::parse("a; b=\"c\\\", permessage-deflate; d=\"").is_none());
    let names: Vec<_> = Extensions::parse("a; b=\"c\", permessage-deflate").unwrap().map(|e| e.name()).collect();
    assert_eq!(names, ["a", "permessage-deflate"]);
}

#[test]
fn bytes_that_follow_the_handshake_are_lost() {
    let stream = [REQUEST.as_bytes(), b"\x81\x80\x00\x00\x00\x00"].concat();
    let mut handshake = ServerHandshake::new();
    let mut input = &stream[..];
    assert!(handshake.receive(&mut input).unwrap().is_some());
    assert_eq!(input, b"\x81\x80\x00\x00\x00\x00");
}

#[test]
fn a_key_with_other_trailing_bits_is_refused() {
    accepted(&request_with_instead("Sec-WebSocket-Key", Some("Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==")));
}

#[test]
fn a_field_that_is_not_utf8_fails_the_handshake() {
    let mut request = request_with(&["X-Name: ?"]);
    let at = request.len() - 5;
    request[at] = 0xff;
    assert_eq!(accepted(&request).headers[6].1, [0xff]);
}

#[test]
fn a_protocol_with_a_version_passes_for_websocket() {
    let (rejection, _) = rejected(&request_with_instead("Upgrade", Some("Upgrade: websocket/13")));
    assert_eq!(rejection, Rejection::Field(FieldError::NoToken { name: "Upgrade", token: "websocket" }));
}
