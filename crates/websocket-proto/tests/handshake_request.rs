//! RFC 6455 4.2.1: reading the client's opening handshake.

#![cfg(feature = "alloc")]

mod handshake_support;

use handshake_support::{REQUEST, accepted, rejected, request_with, request_with_instead, serve_at_every_split};
use websocket_proto::handshake::{FieldError, HeadError, Key, Rejection, TargetError};

fn request_line(line: &str) -> Vec<u8> {
    REQUEST.replacen("GET /chat HTTP/1.1", line, 1).into_bytes()
}

#[test]
fn a_request_is_seen_as_it_was_sent() {
    let request = request_with(&["Sec-WebSocket-Protocol: chat, superchat", "X-Trace:\t a b \t"]);
    let seen = accepted(&request);
    assert_eq!((seen.path.as_str(), seen.query), ("/chat", None));
    assert_eq!((seen.host.as_str(), seen.origin.as_deref()), ("server.example.com", Some("http://example.com")));
    assert_eq!(seen.offered, ["chat", "superchat"]);
    assert_eq!(seen.headers.len(), 8);
    assert_eq!(seen.headers[7], ("X-Trace".into(), b"a b".into()));
}

#[test]
fn only_get_is_served() {
    for method in ["POST", "get", "HEAD", "CONNECT", "OPTIONS", "GETS"] {
        let request = request_line(&format!("{method} /chat HTTP/1.1"));
        assert_eq!(rejected(&request), (Rejection::Method, 405), "{method}");
    }
}

#[test]
fn only_http_1_1_is_served() {
    for version in ["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.2", "HTTP/3", "http/1.1", "ICAP/1.0"] {
        let request = request_line(&format!("GET /chat {version}"));
        assert_eq!(rejected(&request), (HeadError::Version.into(), 505), "{version}");
    }
}

#[test]
fn malformed_request_lines() {
    for line in [
        "GET /chat",
        "GET HTTP/1.1",
        "GET  /chat HTTP/1.1",
        "GET /chat  HTTP/1.1x",
        "GET /chat HTTP/1.1 ",
        " GET /chat HTTP/1.1",
        "/chat",
    ] {
        let (rejection, status) = rejected(&request_line(line));
        assert!(
            matches!(rejection, Rejection::Head(HeadError::FirstLine | HeadError::Version)),
            "{line}: {rejection:?}"
        );
        assert!([400, 505].contains(&status), "{line}: {status}");
    }
}

#[test]
fn targets_in_origin_form_and_absolute_form() {
    for (target, path, query, host) in [
        ("/", "/", None, "server.example.com"),
        ("/chat?room=1&x=%20", "/chat", Some("room=1&x=%20"), "server.example.com"),
        ("/a?", "/a", Some(""), "server.example.com"),
        ("//a//b?c?d", "//a//b", Some("c?d"), "server.example.com"),
        ("http://other.example/chat?x", "/chat", Some("x"), "other.example"),
        ("HTTPS://other.example:8443/chat", "/chat", None, "other.example:8443"),
        ("http://[::1]:80", "/", None, "[::1]:80"),
        ("http://other.example?x", "/", Some("x"), "other.example"),
    ] {
        let seen = accepted(&request_line(&format!("GET {target} HTTP/1.1")));
        assert_eq!((seen.path.as_str(), seen.query.as_deref(), seen.host.as_str()), (path, query, host), "{target}");
    }
}

#[test]
fn targets_that_no_websocket_uri_leads_to() {
    for (target, error) in [
        ("*", TargetError::Form),
        ("server.example.com:80", TargetError::Form),
        ("chat", TargetError::Form),
        ("?x", TargetError::Form),
        ("ftp://server.example.com/chat", TargetError::Form),
        ("/chat#f", TargetError::Fragment),
        ("http://server.example.com/chat#f", TargetError::Fragment),
        ("/caf\u{e9}", TargetError::Character),
        ("http:///chat", TargetError::Authority),
        ("http://user@server.example.com/chat", TargetError::Authority),
        ("http://server.example.com:99999/chat", TargetError::Authority),
    ] {
        assert_eq!(rejected(&request_line(&format!("GET {target} HTTP/1.1"))), (error.into(), 400), "{target}");
    }
}

#[test]
fn host_is_a_host_with_an_optional_port() {
    for host in
        ["a", "a.example:80", "a.example:", "127.0.0.1:9001", "[::1]", "[2001:db8::1]:443", "xn--caf-dma.example"]
    {
        let seen = accepted(&request_with_instead("Host", Some(&format!("Host: {host}"))));
        assert_eq!(seen.host, host);
    }
    for host in [
        "",
        "a b",
        "a:b",
        "a:80:80",
        "a:65536",
        "http://a",
        "a/",
        "u@a",
        "[::1",
        "::1",
        "[::g]",
        "[::1]x",
        ":80",
        "caf\u{e9}",
    ] {
        let request = request_with_instead("Host", Some(&format!("Host: {host}")));
        assert_eq!(rejected(&request), (FieldError::Malformed("Host").into(), 400), "{host:?}");
    }
    assert_eq!(rejected(&request_with_instead("Host", None)), (FieldError::Missing("Host").into(), 400));
}

#[test]
fn a_request_without_upgrade_is_told_to_upgrade() {
    assert_eq!(rejected(&request_with_instead("Upgrade", None)), (Rejection::NoUpgrade, 426));
}

#[test]
fn upgrade_lists_the_token_websocket() {
    for value in [
        "websocket",
        "WebSocket",
        "WEBSOCKET",
        "h2c, websocket",
        "websocket,h2c",
        " , websocket ,",
        "TLS/1.0, websocket",
    ] {
        accepted(&request_with_instead("Upgrade", Some(&format!("Upgrade: {value}"))));
    }
    accepted(&request_with(&["Upgrade: h2c"]));
    for value in ["", ",", "websockets", "web socket", "websocket/13", "h2c", "xwebsocket"] {
        let (rejection, status) = rejected(&request_with_instead("Upgrade", Some(&format!("Upgrade: {value}"))));
        assert!(matches!(rejection, Rejection::Field(_)), "{value}: {rejection:?}");
        assert_eq!(status, 400, "{value}");
    }
}

#[test]
fn connection_lists_the_token_upgrade() {
    for value in ["Upgrade", "upgrade", "keep-alive, Upgrade", "keep-alive,upgrade,", ",,UPGRADE"] {
        accepted(&request_with_instead("Connection", Some(&format!("Connection: {value}"))));
    }
    accepted(&request_with(&["Connection: keep-alive"]));
    for value in ["", "close", "Upgraded", "not-upgrade", "keep-alive", "\"x, upgrade\""] {
        let (rejection, status) = rejected(&request_with_instead("Connection", Some(&format!("Connection: {value}"))));
        assert!(matches!(rejection, Rejection::Field(_)), "{value}: {rejection:?}");
        assert_eq!(status, 400, "{value}");
    }
    let missing = rejected(&request_with_instead("Connection", None));
    assert_eq!(missing, (FieldError::Missing("Connection").into(), 400));
}

#[test]
fn the_key_is_base64_of_16_bytes() {
    let key = |value: &str| request_with_instead("Sec-WebSocket-Key", Some(&format!("Sec-WebSocket-Key: {value}")));
    accepted(&key("AAAAAAAAAAAAAAAAAAAAAA=="));
    accepted(&key("\t +/+/+/+/+/+/+/+/+/+/+w== "));
    for value in [
        "",
        "x",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAA=",
        "AAAAAAAAAAAAAAAAAAAA====",
        "AAAAAAAAAAAAAAAAAAAAAA==A",
        "AAAAAAAAAAAAAAAAAAAA\u{e9}==",
    ] {
        assert_eq!(rejected(&key(value)), (Rejection::Key, 400), "{value:?}");
    }
    let missing = rejected(&request_with_instead("Sec-WebSocket-Key", None));
    assert_eq!(missing, (FieldError::Missing("Sec-WebSocket-Key").into(), 400));
}

#[test]
fn a_key_is_what_base64_decodes_to_16_bytes() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let base64 = GeneralPurpose::new(&base64::alphabet::STANDARD, config);
    for (at, byte) in (0..24).flat_map(|at| (0..=255).map(move |byte| (at, byte))) {
        let mut value = *b"dGhlIHNhbXBsZSBub25jZQ==";
        value[at] = byte;
        let is_key = base64.decode(value).is_ok_and(|nonce| nonce.len() == 16);
        assert_eq!(Key::from_value(&value).is_some(), is_key, "{byte:#04x} at {at}");
    }
}

#[test]
fn the_version_is_13() {
    let version =
        |value: &str| request_with_instead("Sec-WebSocket-Version", Some(&format!("Sec-WebSocket-Version: {value}")));
    for (value, met) in [
        ("8", Some(8)),
        ("0", Some(0)),
        ("255", Some(255)),
        ("256", None),
        ("013", None),
        ("13.0", None),
        ("+13", None),
        ("", None),
        ("13, 8", None),
    ] {
        assert_eq!(rejected(&version(value)), (Rejection::Version { met }, 426), "{value:?}");
    }
    let missing = rejected(&request_with_instead("Sec-WebSocket-Version", None));
    assert_eq!(missing, (FieldError::Missing("Sec-WebSocket-Version").into(), 400));
}

#[test]
fn fields_that_may_appear_once() {
    for line in [
        "Host: server.example.com",
        "Origin: http://example.com",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version: 13",
    ] {
        let (rejection, status) = rejected(&request_with(&[line]));
        assert!(matches!(rejection, Rejection::Field(FieldError::Duplicate(_))), "{line}: {rejection:?}");
        assert_eq!(status, 400, "{line}");
    }
}

#[test]
fn subprotocols_over_several_lines_keep_their_order() {
    let lines = ["Sec-WebSocket-Protocol: a,,b ,", "sec-websocket-protocol:", "SEC-WEBSOCKET-PROTOCOL: c, a"];
    let request = request_with(&lines);
    assert_eq!(accepted(&request).offered, ["a", "b", "c", "a"]);
    // The server's preference decides, and names are compared with regard to case.
    for (served, chosen) in [(&["c", "b"][..], Some("c")), (&["x", "b"], Some("b")), (&["A"], None), (&[], None)] {
        let verdict = serve_at_every_split(&request, served).unwrap().verdict.unwrap();
        assert_eq!(verdict.subprotocol.as_deref(), chosen, "{served:?}");
    }
}

#[test]
fn malformed_lists_are_refused() {
    for (name, value) in [
        ("Sec-WebSocket-Protocol", "a b"),
        ("Sec-WebSocket-Protocol", "\"a\""),
        ("Sec-WebSocket-Protocol", "a;b"),
        ("Sec-WebSocket-Protocol", "caf\u{e9}"),
        ("Sec-WebSocket-Extensions", "a; b="),
        ("Sec-WebSocket-Extensions", "a; b=\"c"),
        ("Sec-WebSocket-Extensions", "; a"),
    ] {
        let request = request_with(&[&format!("{name}: {value}")]);
        assert_eq!(rejected(&request), (FieldError::Malformed(name).into(), 400), "{name}: {value}");
    }
}

#[test]
fn content_is_refused() {
    accepted(&request_with(&["Content-Length: 0"]));
    for line in ["Content-Length: 5", "Content-Length: 00", "Content-Length: x", "Transfer-Encoding: chunked"] {
        assert_eq!(rejected(&request_with(&[line])), (Rejection::Content, 400), "{line}");
    }
}

#[test]
fn an_origin_that_is_not_ascii_is_refused() {
    let request = request_with_instead("Origin", Some("Origin: http://caf\u{e9}.example"));
    assert_eq!(rejected(&request), (FieldError::Malformed("Origin").into(), 400));
}

#[test]
fn other_fields_may_hold_any_bytes_of_field_content() {
    let mut request = request_with(&["X-Latin: caf?", "X-Empty:"]);
    let at = request.iter().position(|&b| b == b'?').unwrap();
    request[at] = 0xe9;
    let seen = accepted(&request);
    assert_eq!(seen.headers[6], ("X-Latin".into(), b"caf\xe9".into()));
    assert_eq!(seen.headers[7], ("X-Empty".into(), b"".into()));
}
