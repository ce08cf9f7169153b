//! RFC 6455 4.2.2: what the server sends.

#![cfg(feature = "alloc")]

mod handshake_support;

use handshake_support::{REQUEST, request_with, request_with_instead};
use websocket_proto::handshake::{Acceptance, BuildError, Refusal, Rejection, ServerHandshake, Status};

/// The response to a request with this acceptance.
fn accept(request: &[u8], acceptance: &Acceptance<'_>) -> Result<String, BuildError> {
    let mut handshake = ServerHandshake::new();
    let mut input = request;
    let request = handshake.receive(&mut input).unwrap().unwrap();
    let mut response = Vec::new();
    request.accept(acceptance)?.append_to(&mut response);
    Ok(String::from_utf8(response).unwrap())
}

fn reject(request: &[u8]) -> String {
    let mut handshake = ServerHandshake::new();
    let mut response = b"before ".to_vec();
    let rejection = handshake.receive(&mut &request[..]).unwrap_err();
    rejection.append_to(&mut response);
    String::from_utf8(response).unwrap().strip_prefix("before ").unwrap().to_owned()
}

#[test]
fn the_plainest_response() {
    let response = accept(REQUEST.as_bytes(), &Acceptance::default()).unwrap();
    assert_eq!(
        response,
        "HTTP/1.1 101 Switching Protocols\r\n\
         Upgrade: websocket\r\n\
         Connection: Upgrade\r\n\
         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    );
}

#[test]
fn a_response_with_all_parts() {
    let request = request_with(&["Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: x-a; b, x-c"]);
    let acceptance = Acceptance {
        subprotocol: Some("chat"),
        extensions: "x-c; d=1",
        headers: &[("Set-Cookie", "a=b; Path=/"), ("X-Text", "caf\u{e9}")],
    };
    let response = accept(&request, &acceptance).unwrap();
    assert!(response.ends_with(
        "xOo=\r\n\
         Sec-WebSocket-Protocol: chat\r\n\
         Sec-WebSocket-Extensions: x-c; d=1\r\n\
         Set-Cookie: a=b; Path=/\r\n\
         X-Text: caf\u{e9}\r\n\r\n"
    ));
}

#[test]
fn what_the_client_does_not_offer_is_not_accepted() {
    let request = request_with(&["Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: x-a"]);
    for (acceptance, error) in [
        (Acceptance { subprotocol: Some("Chat"), ..Acceptance::default() }, BuildError::SubprotocolNotOffered),
        (Acceptance { subprotocol: Some(""), ..Acceptance::default() }, BuildError::SubprotocolNotOffered),
        (Acceptance { extensions: "x-b", ..Acceptance::default() }, BuildError::ExtensionNotOffered),
        (Acceptance { extensions: "x-a, x-b", ..Acceptance::default() }, BuildError::ExtensionNotOffered),
        (Acceptance { extensions: "x-a\r\nX: y", ..Acceptance::default() }, BuildError::Extensions),
    ] {
        assert_eq!(accept(&request, &acceptance), Err(error), "{acceptance:?}");
    }
}

#[test]
fn a_list_without_extensions_is_not_sent() {
    let acceptance = Acceptance { extensions: " , ", ..Acceptance::default() };
    let response = accept(REQUEST.as_bytes(), &acceptance).unwrap();
    assert!(!response.contains("Extensions"), "{response}");
}

#[test]
fn a_rejection_is_a_response_for_a_person_to_read() {
    assert_eq!(
        reject(&request_with_instead("Sec-WebSocket-Key", None)),
        "HTTP/1.1 400 Bad Request\r\n\
         Connection: close\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Length: 46\r\n\r\n\
         the header field Sec-WebSocket-Key is missing\n"
    );
}

#[test]
fn a_405_says_what_is_allowed() {
    let response = reject(REQUEST.replace("GET", "POST").as_bytes());
    assert!(
        response.starts_with("HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nAllow: GET\r\n"),
        "{response}"
    );
}

#[test]
fn a_426_says_what_to_upgrade_to() {
    for request in [
        request_with_instead("Upgrade", None),
        request_with_instead("Sec-WebSocket-Version", Some("Sec-WebSocket-Version: 8")),
    ] {
        let response = reject(&request);
        let head = "HTTP/1.1 426 Upgrade Required\r\n\
             Connection: close, Upgrade\r\n\
             Upgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\n";
        assert!(response.starts_with(head), "{response}");
    }
}

#[test]
fn the_version_that_was_met_is_named() {
    let version = |line| reject(&request_with_instead("Sec-WebSocket-Version", Some(line)));
    assert!(version("Sec-WebSocket-Version: 8").ends_with("Sec-WebSocket-Version is 8, expected 13\n"));
    assert!(
        version("Sec-WebSocket-Version: x").ends_with("Sec-WebSocket-Version is not a version number, expected 13\n")
    );
}

#[test]
fn an_origin_that_is_not_served_is_forbidden() {
    let mut handshake = ServerHandshake::new();
    let request = handshake.receive(&mut REQUEST.as_bytes()).unwrap().unwrap();
    assert_eq!(request.check_origin(|origin| origin == Some("http://example.com")), Ok(()));
    let rejection = request.check_origin(|origin| origin.is_none()).unwrap_err();
    assert_eq!((rejection, rejection.status()), (Rejection::Origin, Status::FORBIDDEN));
}

#[test]
fn a_refusal_of_the_servers_own() {
    let refusal = Refusal { headers: &[("Location", "/elsewhere")], ..Refusal::new(Status::new(302).unwrap()) };
    let mut response = Vec::new();
    refusal.append_to(&mut response).unwrap();
    assert_eq!(
        String::from_utf8(response).unwrap(),
        "HTTP/1.1 302 Found\r\n\
         Connection: close\r\n\
         Location: /elsewhere\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Length: 5\r\n\r\n\
         Found"
    );
}

#[test]
fn a_refusal_has_its_own_content_type_once() {
    let refusal = Refusal {
        headers: &[("content-type", "application/json")],
        body: "{}",
        ..Refusal::new(Status::SERVICE_UNAVAILABLE)
    };
    let mut response = Vec::new();
    refusal.append_to(&mut response).unwrap();
    let response = String::from_utf8(response).unwrap();
    assert!(response.contains("\r\ncontent-type: application/json\r\n"), "{response}");
    assert!(!response.contains("text/plain"), "{response}");
}

#[test]
fn a_refusal_has_a_status_that_refuses() {
    for code in [100, 101, 200, 299, 600, 999] {
        let mut response = Vec::new();
        let refusal = Refusal::new(Status::new(code).unwrap());
        assert_eq!(refusal.append_to(&mut response), Err(BuildError::RefusalStatus { status: code }));
        assert_eq!(response, b"");
    }
    assert_eq!((Status::new(99), Status::new(1000)), (None, None));
}

#[test]
fn a_status_without_a_known_reason_phrase() {
    let mut response = Vec::new();
    Refusal::new(Status::new(499).unwrap()).append_to(&mut response).unwrap();
    assert!(response.starts_with(b"HTTP/1.1 499 \r\n"));
}
