//! Reading heads: line ends, limits, early verdicts, and what follows the head (RFC 9112 2.2, RFC 6585 5).

#![cfg(feature = "alloc")]

mod handshake_support;

use handshake_support::{
    REQUEST, RESPONSE, accepted, ask, ask_at_every_split, rejected, request_with, sample_key, serve,
    serve_at_every_split,
};
use websocket_proto::handshake::{HeadError, HeadLimits, Offer, Rejection, ResponseError, ServerHandshake, Status};

const SMALL: HeadLimits = HeadLimits { max_bytes: 256, max_fields: 8 };

#[test]
fn what_follows_the_head_is_left() {
    for rest in [&b"x"[..], b"\r\n", b"\r\n\r\n", b"\x81\x85\x00\x00\x00\x00Hello\xff\n\r\x00"] {
        let stream = [REQUEST.as_bytes(), rest].concat();
        let served = serve_at_every_split(&stream, &[]).unwrap();
        assert_eq!((served.status(), served.taken), (101, REQUEST.len()), "{rest:?}");
    }
}

#[test]
fn empty_lines_before_a_request_are_skipped() {
    let request = [b"\r\n\r\n", REQUEST.as_bytes()].concat();
    assert_eq!(accepted(&request).path, "/chat");
}

#[test]
fn line_ends_other_than_crlf_are_refused() {
    let control = |offset| (Rejection::Head(HeadError::ControlCharacter { offset }), 400);
    let lf_only = REQUEST.replace("\r\n", "\n");
    assert_eq!(rejected(lf_only.as_bytes()), control(18));
    let cr_only = REQUEST.replace("\r\n", "\r");
    assert_eq!(rejected(cr_only.as_bytes()), control(19));
    assert_eq!(rejected(b"\n"), control(0));
    assert_eq!(rejected(b"\r\r\n"), control(1));
    // The head would be whole but for its last line end.
    let last = REQUEST.strip_suffix("\r\n").unwrap().to_owned() + "\n";
    assert_eq!(rejected(last.as_bytes()), control(last.len() - 1));
}

#[test]
fn control_characters_are_refused_at_once() {
    for byte in (0..=0x1f).chain([0x7f]).filter(|b| !b"\t\r\n".contains(b)) {
        let start = [b"GET /", &[byte][..]].concat();
        assert_eq!(rejected(&start), (HeadError::ControlCharacter { offset: 5 }.into(), 400), "{byte:#04x}");
    }
    // A client that starts TLS on a port that does not speak it.
    assert_eq!(rejected(b"\x16\x03\x01\x02\x00"), (HeadError::ControlCharacter { offset: 0 }.into(), 400));
}

#[test]
fn a_verdict_takes_the_bytes_that_decide_it() {
    let served = serve_at_every_split(b"GET /\0chat HTTP/1.1\r\n", &[]).unwrap();
    assert_eq!(served.taken, 6);
    let whole = [request_with(&["Content-Length: 5"]), b"hello".to_vec()].concat();
    let served = serve_at_every_split(&whole, &[]).unwrap();
    assert_eq!((served.status(), served.taken), (400, whole.len() - 5));
}

#[test]
fn folded_lines_and_malformed_fields_are_refused() {
    for line in [" folded", "\tfolded", "no colon", ": no name", "white space : x", "na(me: x", "caf\u{e9}: x"] {
        assert_eq!(rejected(&request_with(&[line])), (HeadError::FieldLine.into(), 400), "{line:?}");
    }
}

#[test]
fn a_head_of_exactly_the_limit_is_read() {
    let fill = HeadLimits::default().max_bytes - REQUEST.len() - "X: \r\n".len();
    let request = request_with(&[&format!("X: {}", "a".repeat(fill))]);
    assert_eq!(request.len(), 16 * 1024);
    for chunk in [1, 1000, request.len()] {
        let served = serve(request.chunks(chunk), &[], HeadLimits::default()).unwrap();
        assert_eq!(served.status(), 101);
    }
}

#[test]
fn a_head_of_one_byte_more_is_refused_at_the_limit() {
    let fill = HeadLimits::default().max_bytes - REQUEST.len() - "X: \r\n".len() + 1;
    let request = request_with(&[&format!("X: {}", "a".repeat(fill))]);
    for chunk in [1, 1000, request.len()] {
        let served = serve(request.chunks(chunk), &[], HeadLimits::default()).unwrap();
        assert_eq!(served.verdict, Err(HeadError::TooLong { limit: 16 * 1024 }.into()));
        assert_eq!((served.status(), served.taken), (431, 16 * 1024));
    }
}

#[test]
fn a_request_line_beyond_the_limit_is_refused_as_such() {
    let request = format!("GET /{} HTTP/1.1\r\n", "a".repeat(256));
    for chunk in [1, 7, request.len()] {
        let served = serve(request.as_bytes().chunks(chunk), &[], SMALL).unwrap();
        assert_eq!(served.verdict, Err(HeadError::FirstLineTooLong { limit: 256 }.into()));
        assert_eq!((served.status(), served.taken), (414, 256));
    }
}

#[test]
fn fields_beyond_the_limit_are_refused_at_the_first() {
    let lines: Vec<_> = (0..94).map(|n| format!("X-{n}: {n}")).collect();
    let mut lines: Vec<_> = lines.iter().map(String::as_str).collect();
    assert_eq!(accepted(&request_with(&lines)).headers.len(), 100);
    lines.push("One-More: x");
    let request = request_with(&lines);
    for chunk in [1, 7, request.len()] {
        let served = serve(request.chunks(chunk), &[], HeadLimits::default()).unwrap();
        assert_eq!(served.verdict, Err(HeadError::TooManyFields { limit: 100 }.into()));
        // The empty line was not needed.
        assert_eq!((served.status(), served.taken), (431, request.len() - 2));
    }
}

#[test]
fn limits_may_be_larger_than_the_default() {
    let lines: Vec<_> = (0..1000).map(|n| format!("X-{n}: {n}")).collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let limits = HeadLimits { max_bytes: 1 << 20, max_fields: 2000 };
    let served = serve([&request_with(&lines)[..]], &[], limits).unwrap();
    assert_eq!(served.verdict.unwrap().headers.len(), 1006);
}

#[test]
fn the_earlier_of_two_defects_decides() {
    // A control character before the limit, and one after it.
    let mut request = format!("GET /{} HTTP/1.1\r\n", "a".repeat(300)).into_bytes();
    request[255] = 0;
    for chunk in [1, 7, request.len()] {
        let served = serve(request.chunks(chunk), &[], SMALL).unwrap();
        assert_eq!(served.verdict, Err(HeadError::ControlCharacter { offset: 255 }.into()));
    }
    request[255] = b'a';
    request[256] = 0;
    for chunk in [1, 7, request.len()] {
        let served = serve(request.chunks(chunk), &[], SMALL).unwrap();
        assert_eq!(served.verdict, Err(HeadError::FirstLineTooLong { limit: 256 }.into()));
    }
}

#[test]
fn the_end_of_the_transport_inside_the_head_is_an_error() {
    let mut handshake = ServerHandshake::new();
    let mut input = &b"GET / HTTP/1.1\r\n"[..];
    assert!(handshake.receive(&mut input).unwrap().is_none());
    let incomplete = Rejection::Head(HeadError::Incomplete { received: 16 });
    assert_eq!(handshake.receive_eof(), Err(incomplete));
    assert_eq!(incomplete.status(), Status::BAD_REQUEST);
    let mut late = &b"Host: a\r\n"[..];
    assert_eq!(handshake.receive(&mut late).unwrap_err(), incomplete);
    assert_eq!(late, b"Host: a\r\n");
}

#[test]
fn the_end_of_the_transport_after_the_head_is_none() {
    let mut handshake = ServerHandshake::new();
    assert!(handshake.receive(&mut REQUEST.as_bytes()).unwrap().is_some());
    assert_eq!(handshake.receive_eof(), Ok(()));
}

#[test]
fn interim_responses_are_skipped() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n";
    let stream = [interim, RESPONSE, "frames"].concat();
    let offer = Offer::new("server.example.com", "/chat");
    let asked = ask_at_every_split(stream.as_bytes(), &offer, &sample_key()).unwrap();
    let plain = ask([RESPONSE.as_bytes()], &offer, &sample_key(), HeadLimits::default()).unwrap();
    assert_eq!(asked.verdict, plain.verdict);
    assert_eq!(asked.taken, stream.len() - "frames".len());
}

#[test]
fn interim_responses_count_towards_the_limits() {
    let offer = Offer::new("server.example.com", "/chat");
    let many = "HTTP/1.1 100 Continue\r\n\r\n".repeat(100);
    let asked = ask([many.as_bytes()], &offer, &sample_key(), SMALL).unwrap();
    let error = asked.verdict.unwrap_err();
    assert!(
        matches!(
            error,
            ResponseError::Head(HeadError::FirstLineTooLong { limit: 256 } | HeadError::TooLong { limit: 256 })
        ),
        "{error:?}"
    );
    assert_eq!(asked.taken, 256);
}
