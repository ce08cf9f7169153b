//! RFC 6455 4.1: the client's opening handshake.

#![cfg(feature = "alloc")]

mod handshake_support;

use handshake_support::{Answer, RESPONSE, ask_at_every_split, response_with, response_with_instead, sample_key};
use websocket_proto::handshake::{
    BuildError, ClientHandshake, FieldError, HeadError, Offer, Outcome, ResponseError, Status,
};

const OFFER: Offer<'_> = Offer {
    subprotocols: &["chat", "superchat"],
    extensions: "x-a; b=1, x-c",
    ..Offer::new("server.example.com", "/chat")
};

/// What a response to [`OFFER`] leads to, at every split.
fn outcome(response: &[u8]) -> Result<Answer, ResponseError> {
    ask_at_every_split(response, &OFFER, &sample_key()).expect("a whole response").verdict
}

fn established(response: &[u8]) -> (Option<String>, Vec<String>) {
    match outcome(response) {
        Ok(Answer::Established { subprotocol, extensions, .. }) => (subprotocol, extensions),
        other => panic!("{other:?}"),
    }
}

fn request(offer: &Offer<'_>) -> Result<String, BuildError> {
    let mut request = b"before ".to_vec();
    let built = ClientHandshake::new(offer, &sample_key(), &mut request);
    let request = String::from_utf8(request).unwrap().strip_prefix("before ").unwrap().to_owned();
    assert!(built.is_ok() || request.is_empty(), "nothing is written on an error");
    built.map(|_| request)
}

#[test]
fn the_plainest_request() {
    assert_eq!(
        request(&Offer::new("server.example.com", "/chat")).unwrap(),
        "GET /chat HTTP/1.1\r\n\
         Host: server.example.com\r\n\
         Upgrade: websocket\r\n\
         Connection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Version: 13\r\n\r\n"
    );
}

#[test]
fn a_request_with_all_parts() {
    let offer = Offer {
        origin: Some("http://example.com"),
        headers: &[("Authorization", "Bearer x"), ("Cookie", "a=b")],
        host: "[2001:db8::1]:9001",
        target: "/chat?room=%20",
        ..OFFER
    };
    let request = request(&offer).unwrap();
    assert!(request.starts_with("GET /chat?room=%20 HTTP/1.1\r\nHost: [2001:db8::1]:9001\r\n"), "{request}");
    assert!(
        request.ends_with(
            "Origin: http://example.com\r\n\
             Sec-WebSocket-Protocol: chat, superchat\r\n\
             Sec-WebSocket-Extensions: x-a; b=1, x-c\r\n\
             Authorization: Bearer x\r\n\
             Cookie: a=b\r\n\r\n"
        ),
        "{request}"
    );
}

#[test]
fn offers_that_can_not_be_sent() {
    let offer = Offer::new("a.example", "/");
    for (offer, error) in [
        (Offer { host: "", ..offer }, BuildError::Host),
        (Offer { host: "::1", ..offer }, BuildError::Host),
        (Offer { host: "ws://a.example", ..offer }, BuildError::Host),
        (Offer { target: "", ..offer }, BuildError::Target),
        (Offer { target: "chat", ..offer }, BuildError::Target),
        (Offer { target: "/a#b", ..offer }, BuildError::Target),
        (Offer { target: "/caf\u{e9}", ..offer }, BuildError::Target),
        (Offer { target: "http://a.example/", ..offer }, BuildError::Target),
        (Offer { origin: Some("http://a b"), ..offer }, BuildError::Origin),
        (Offer { subprotocols: &[""], ..offer }, BuildError::Subprotocol),
        (Offer { subprotocols: &["a,b"], ..offer }, BuildError::Subprotocol),
        (Offer { subprotocols: &["a", "b", "a"], ..offer }, BuildError::DuplicateSubprotocol),
        (Offer { extensions: "a; b=", ..offer }, BuildError::Extensions),
    ] {
        assert_eq!(request(&offer), Err(error), "{offer:?}");
    }
}

#[test]
fn a_response_without_subprotocol_and_extensions() {
    assert_eq!(established(RESPONSE.as_bytes()), (None, vec![]));
}

#[test]
fn a_response_with_subprotocol_and_extensions() {
    let response = response_with(&["Sec-WebSocket-Protocol: superchat", "Sec-WebSocket-Extensions: x-c; d"]);
    assert_eq!(established(&response), (Some("superchat".into()), vec!["x-c".into()]));
}

#[test]
fn upgrade_is_websocket_alone() {
    let upgrade = |value: &str| outcome(&response_with_instead("Upgrade", Some(&format!("Upgrade: {value}"))));
    for value in ["websocket", "WebSocket", "WEBSOCKET"] {
        assert!(upgrade(value).is_ok(), "{value}");
    }
    for value in ["", "websocket/13", "h2c", "websockets", "websocket, h2c", "h2c, websocket", "websocket, websocket"] {
        assert_eq!(upgrade(value), Err(ResponseError::Upgrade), "{value}");
    }
    assert_eq!(outcome(&response_with(&["Upgrade: websocket"])), Err(ResponseError::Upgrade));
    let missing = outcome(&response_with_instead("Upgrade", None));
    assert_eq!(missing, Err(FieldError::Missing("Upgrade").into()));
}

#[test]
fn connection_lists_the_token_upgrade() {
    let connection = |value: &str| outcome(&response_with_instead("Connection", Some(&format!("Connection: {value}"))));
    for value in ["Upgrade", "upgrade", "keep-alive, Upgrade"] {
        assert!(connection(value).is_ok(), "{value}");
    }
    for value in ["", "close", "upgraded", "keep-alive"] {
        assert_eq!(
            connection(value),
            Err(FieldError::NoToken { name: "Connection", token: "Upgrade" }.into()),
            "{value}"
        );
    }
    let missing = outcome(&response_with_instead("Connection", None));
    assert_eq!(missing, Err(FieldError::Missing("Connection").into()));
}

#[test]
fn the_accept_value_answers_the_key() {
    for value in [
        "",
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo",
        "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, x",
        "C/0nmHhBztSRGR1CwL6Tf4ZjwpY=",
    ] {
        let line = format!("Sec-WebSocket-Accept: {value}");
        let outcome = outcome(&response_with_instead("Sec-WebSocket-Accept", Some(&line)));
        assert_eq!(outcome, Err(ResponseError::AcceptValue), "{value}");
    }
    let spaced =
        response_with_instead("Sec-WebSocket-Accept", Some("Sec-WebSocket-Accept:\t s3pPLMBiTxaQ9kYGzzhZRbK+xOo= "));
    assert!(outcome(&spaced).is_ok());
    let twice = response_with(&["Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]);
    assert_eq!(outcome(&twice), Err(FieldError::Duplicate("Sec-WebSocket-Accept").into()));
}

#[test]
fn the_subprotocol_is_one_that_was_offered() {
    for (value, error) in [
        ("other", ResponseError::SubprotocolNotOffered),
        ("Chat", ResponseError::SubprotocolNotOffered),
        ("", FieldError::Malformed("Sec-WebSocket-Protocol").into()),
        ("chat, superchat", FieldError::Malformed("Sec-WebSocket-Protocol").into()),
    ] {
        let response = response_with(&[&format!("Sec-WebSocket-Protocol: {value}")]);
        assert_eq!(outcome(&response), Err(error), "{value}");
    }
    let twice = response_with(&["Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: chat"]);
    assert_eq!(outcome(&twice), Err(FieldError::Duplicate("Sec-WebSocket-Protocol").into()));
}

#[test]
fn the_extensions_are_some_that_were_offered() {
    for (value, error) in [
        ("permessage-deflate", ResponseError::ExtensionNotOffered),
        ("x-a, x-d", ResponseError::ExtensionNotOffered),
        ("x-a; =", FieldError::Malformed("Sec-WebSocket-Extensions").into()),
    ] {
        let response = response_with(&[&format!("Sec-WebSocket-Extensions: {value}")]);
        assert_eq!(outcome(&response), Err(error), "{value}");
    }
}

#[test]
fn other_statuses_are_handed_to_the_caller_with_their_head() {
    let response = b"HTTP/1.1 401 Log in\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 4\r\n\r\nbody";
    let asked = ask_at_every_split(response, &OFFER, &sample_key()).unwrap();
    assert_eq!(asked.taken, response.len() - 4);
    let headers =
        vec![("WWW-Authenticate".into(), b"Basic realm=\"x\"".to_vec()), ("Content-Length".into(), b"4".to_vec())];
    assert_eq!(asked.verdict, Ok(Answer::Refused { status: 401, reason: "Log in".into(), headers }));
}

#[test]
fn a_redirect_says_where_to() {
    let mut handshake = ClientHandshake::new(&OFFER, &sample_key(), &mut Vec::new()).unwrap();
    let mut input = &b"HTTP/1.0 302 Found\r\nlocation: wss://b.example/\r\n\r\n"[..];
    match handshake.receive(&mut input).unwrap().unwrap() {
        Outcome::Refused { status, headers, .. } => {
            assert_eq!(status, Status::new(302).unwrap());
            assert_eq!(headers.get("Location"), Some(&b"wss://b.example/"[..]));
            assert_eq!(headers.get("Retry-After"), None);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn malformed_status_lines() {
    for (line, error) in [
        ("HTTP/2 101 Switching Protocols", HeadError::Version),
        ("HTTP/1.0 101 Switching Protocols", HeadError::Version),
        ("WS/1.1 101 Switching Protocols", HeadError::Version),
        ("HTTP/1.1 1011 Switching Protocols", HeadError::FirstLine),
        ("HTTP/1.1 abc Switching Protocols", HeadError::FirstLine),
        ("HTTP/1.1 10 Switching Protocols", HeadError::FirstLine),
        ("HTTP/1.1 001 Switching Protocols", HeadError::FirstLine),
    ] {
        let response = RESPONSE.replace("HTTP/1.1 101 Switching Protocols", line);
        assert_eq!(outcome(response.as_bytes()), Err(error.into()), "{line}");
    }
}
