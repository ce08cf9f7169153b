//! The opening handshake with the types of the `http` crate gives what the raw one gives.

#![cfg(feature = "http")]

mod handshake_support;

use handshake_support::{REQUEST, RESPONSE, request_with, response_with, sample_key};
use http::{Method, StatusCode, Uri, Version};
use serde_json::Value;
use websocket_proto::handshake::{
    Acceptance, BuildError, ClientHandshake, Connect, Field, FieldError, HeadError, Headers, Offer, Outcome, Refusal,
    Rejection, Request, ResponseError, ServerHandshake, Status, TargetError,
};

/// A head as a crate that does HTTP would hand it on.
fn to_http_request(head: &[u8]) -> Option<http::Request<()>> {
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut fields);
    parsed.parse(head).ok().filter(httparse::Status::is_complete)?;
    let mut request = http::Request::builder().method(parsed.method?).uri(parsed.path?);
    request = request.version(if parsed.version? == 1 { Version::HTTP_11 } else { Version::HTTP_10 });
    for field in parsed.headers {
        request = request.header(field.name, field.value);
    }
    request.body(()).ok()
}

fn to_http_response(head: &[u8]) -> Option<http::Response<()>> {
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Response::new(&mut fields);
    parsed.parse(head).ok().filter(httparse::Status::is_complete)?;
    let mut response = http::Response::builder().status(parsed.code?);
    for field in parsed.headers {
        response = response.header(field.name, field.value);
    }
    response.body(()).ok()
}

/// The fields of a response, sorted, with their names in lower case.
fn sorted<B>(response: &http::Response<B>) -> Vec<(String, Vec<u8>)> {
    sort(Headers::from(response.headers()))
}

fn sort(headers: Headers<'_>) -> Vec<(String, Vec<u8>)> {
    let mut fields: Vec<_> = headers.iter().map(|f| (f.name.to_ascii_lowercase(), f.value.to_vec())).collect();
    fields.sort_unstable();
    fields
}

/// A raw response in the same form.
fn parse_response(response: &[u8]) -> (u16, Vec<(String, Vec<u8>)>) {
    let response = to_http_response(response).expect("a response");
    (response.status().as_u16(), sorted(&response))
}

fn vectors(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("vectors/websocket.json")).expect("the vectors are JSON");
    all[name].as_array().expect("a list").clone()
}

fn base64(value: &Value) -> Option<Vec<u8>> {
    use base64::Engine as _;
    Some(base64::engine::general_purpose::STANDARD.decode(value.as_str()?).expect("the vectors hold base64"))
}

#[test]
fn requests_are_judged_as_their_bytes_are() {
    let mut compared = 0;
    for vector in vectors("server_handshake") {
        let Some(bytes) = base64(&vector["request_base64"]) else { continue };
        let Some(request) = to_http_request(&bytes) else { continue };
        let raw = ServerHandshake::new().receive(&mut &bytes[..]).map(|request| {
            let mut response = Vec::new();
            request.expect("a whole head").accept(&Acceptance::default()).unwrap().append_to(&mut response);
            response
        });
        let typed = Request::from_http(&request).map(|request| {
            assert_eq!(request.path(), "/chat");
            assert_eq!(request.host(), "server.example.com");
            request.accept(&Acceptance::default()).unwrap().to_http().unwrap()
        });
        match (raw, typed) {
            (Ok(raw), Ok(typed)) => {
                assert_eq!(parse_response(&raw), (typed.status().as_u16(), sorted(&typed)), "{}", vector["name"]);
            }
            (Err(raw), Err(typed)) => assert_eq!(raw, typed, "{}", vector["name"]),
            // What the types can't hold: line ends that the parser took, a fragment, which `Uri` drops.
            (
                Err(Rejection::Head(HeadError::ControlCharacter { .. }) | Rejection::Target(TargetError::Fragment)),
                _,
            ) => {}
            (raw, typed) => panic!("{}: {raw:?} and {typed:?}", vector["name"]),
        }
        compared += 1;
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn responses_are_judged_as_their_bytes_are() {
    let mut compared = 0;
    for vector in vectors("client_handshake") {
        let bytes = base64(&vector["response_base64"]).expect("a response");
        let Some(response) = to_http_response(&bytes) else { continue };
        let protocols: Vec<_> = vector["requested_protocols"].as_array().into_iter().flatten().collect();
        let protocols: Vec<_> = protocols.iter().map(|name| name.as_str().expect("a name")).collect();
        let offer = Offer { subprotocols: &protocols, ..Offer::new("server.example.com", "/chat") };
        let mut handshake = ClientHandshake::new(&offer, &sample_key(), &mut Vec::new()).unwrap();
        let (_, expected) = offer.to_http(&sample_key()).unwrap();
        let simple = |outcome: Outcome<'_>| match outcome {
            Outcome::Established { negotiated, headers, .. } => {
                (101, negotiated.subprotocol.map(str::to_owned), sort(headers))
            }
            Outcome::Refused { status, headers, .. } => (status.code(), None, sort(headers)),
        };
        let raw = handshake.receive(&mut &bytes[..]).map(|outcome| simple(outcome.expect("a whole head")));
        let typed = expected.check(response.status().into(), response.headers().into()).map(simple);
        // What the types can't hold: the version, and line ends that the parser took.
        if !matches!(raw, Err(ResponseError::Head(_))) {
            assert_eq!(raw, typed, "{}", vector["name"]);
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn other_versions_methods_and_targets() {
    let request = || to_http_request(REQUEST.as_bytes()).unwrap();
    for version in [Version::HTTP_09, Version::HTTP_10, Version::HTTP_2, Version::HTTP_3] {
        let mut request = request();
        *request.version_mut() = version;
        assert_eq!(Request::from_http(&request).unwrap_err(), HeadError::Version.into(), "{version:?}");
    }
    let mut post = request();
    *post.method_mut() = Method::POST;
    assert_eq!(Request::from_http(&post).unwrap_err(), Rejection::Method);
    for (uri, error) in [
        ("*", TargetError::Form),
        ("server.example.com:80", TargetError::Form),
        ("ftp://server.example.com/", TargetError::Form),
        ("http://user@server.example.com/", TargetError::Authority),
    ] {
        let mut request = request();
        *request.uri_mut() = uri.parse().unwrap();
        assert_eq!(Request::from_http(&request).unwrap_err(), error.into(), "{uri}");
    }
    let mut absolute = request();
    *absolute.uri_mut() = "http://other.example:81/a?b".parse().unwrap();
    let absolute = Request::from_http(&absolute).unwrap();
    assert_eq!((absolute.host(), absolute.path(), absolute.query()), ("other.example:81", "/a", Some("b")));
}

#[test]
fn lists_over_several_fields() {
    let head = request_with(&["Sec-WebSocket-Protocol: a, b", "X: y", "Sec-WebSocket-Protocol: c"]);
    let request = to_http_request(&head).unwrap();
    let request = Request::from_http(&request).unwrap();
    let mut offered = request.subprotocols();
    assert_eq!(offered.next(), Some("a"));
    assert_eq!(offered.clone().collect::<Vec<_>>(), ["b", "c"], "a clone goes on from where it is");
    assert_eq!(offered.collect::<Vec<_>>(), ["b", "c"]);
}

#[test]
fn rejections_are_the_responses_that_their_bytes_are() {
    for rejection in [
        Rejection::Method,
        Rejection::NoUpgrade,
        Rejection::Origin,
        Rejection::Version { met: None },
        FieldError::Missing("Host").into(),
        HeadError::TooLong { limit: 1 }.into(),
    ] {
        let mut bytes = Vec::new();
        rejection.append_to(&mut bytes);
        let typed = rejection.to_http();
        assert_eq!(parse_response(&bytes), (typed.status().as_u16(), sorted(&typed)), "{rejection:?}");
        assert!(bytes.ends_with(typed.body().as_bytes()), "{rejection:?}");
    }
}

#[test]
fn refusals_are_the_responses_that_their_bytes_are() {
    let refusal = Refusal { headers: &[("WWW-Authenticate", "Basic")], ..Refusal::new(Status::UNAUTHORIZED) };
    let mut bytes = Vec::new();
    refusal.append_to(&mut bytes).unwrap();
    let typed = refusal.to_http().unwrap();
    assert_eq!(parse_response(&bytes), (401, sorted(&typed)));
    assert_eq!(typed.body(), "Unauthorized");
    let evil = Refusal { headers: &[("X", "a\r\nb")], ..refusal };
    assert_eq!(evil.to_http().unwrap_err(), BuildError::FieldValue { index: 0 });
}

#[test]
fn an_offer_is_the_request_that_its_bytes_are() {
    let offer = Offer {
        origin: Some("http://example.com"),
        subprotocols: &["chat"],
        extensions: "x-a; b=1",
        headers: &[("Cookie", "a=b"), ("Cookie", "c=d")],
        ..Offer::new("[::1]:9001", "/chat?x=%20")
    };
    let mut bytes = Vec::new();
    ClientHandshake::new(&offer, &sample_key(), &mut bytes).unwrap();
    let (typed, _) = offer.to_http(&sample_key()).unwrap();
    let raw = to_http_request(&bytes).unwrap();
    assert_eq!((typed.method(), typed.uri(), typed.version()), (raw.method(), raw.uri(), raw.version()));
    assert_eq!(sort(typed.headers().into()), sort(raw.headers().into()));
    assert!(Request::from_http(&typed).is_ok());
}

#[test]
fn fields_that_the_http_crate_has_no_room_for() {
    let name = "x".repeat(1 << 16);
    let headers = &[(name.as_str(), "y")];
    let offer = Offer { headers, ..Offer::new("a.example", "/") };
    assert_eq!(offer.to_http(&sample_key()).unwrap_err(), BuildError::TooLong);
    let mut handshake = ServerHandshake::new();
    let request = handshake.receive(&mut REQUEST.as_bytes()).unwrap().unwrap();
    let accepted = request.accept(&Acceptance { headers, ..Acceptance::default() }).unwrap();
    assert_eq!(accepted.to_http().unwrap_err(), BuildError::TooLong);
}

#[test]
fn uris_of_servers() {
    for (uri, host, target) in [
        ("ws://a.example", "a.example", "/"),
        ("ws://a.example:80/x?y", "a.example", "/x?y"),
        ("ws://a.example:443/", "a.example:443", "/"),
        ("wss://a.example:443/", "a.example", "/"),
        ("wss://[2001:db8::1]:9001/chat", "[2001:db8::1]:9001", "/chat"),
        ("https://127.0.0.1:80/", "127.0.0.1:80", "/"),
    ] {
        let uri = uri.parse().unwrap();
        let offer = Offer::from_uri(&uri).unwrap();
        assert_eq!((offer.host, offer.target), (host, target), "{uri}");
    }
    for (uri, error) in [
        ("/chat", BuildError::Host),
        ("a.example:80", BuildError::Host),
        ("ftp://a.example/", BuildError::Host),
        ("ws://user:password@a.example/", BuildError::Host),
    ] {
        assert_eq!(Offer::from_uri(&uri.parse::<Uri>().unwrap()).unwrap_err(), error, "{uri}");
    }
}

#[test]
fn an_extended_connect() {
    let offer = Offer { subprotocols: &["chat", "superchat"], ..Offer::new("server.example.com", "/chat?x") };
    let (request, expected) = offer.to_http_connect(true).unwrap();
    assert_eq!((request.method(), request.version()), (&Method::CONNECT, Version::HTTP_2));
    assert_eq!(request.uri(), "https://server.example.com/chat?x");

    let seen = Request::from_http_connect(&request, "websocket").unwrap();
    assert_eq!((seen.path(), seen.query(), seen.host()), ("/chat", Some("x"), "server.example.com"));
    let acceptance = Acceptance { subprotocol: Some("superchat"), ..Acceptance::default() };
    let response = seen.accept(&acceptance).unwrap().to_http().unwrap();
    assert_eq!((response.status(), response.headers().len()), (StatusCode::OK, 1));
    match expected.check(response.status().into(), response.headers().into()).unwrap() {
        Outcome::Established { negotiated, .. } => assert_eq!(negotiated.subprotocol, Some("superchat")),
        other => panic!("{other:?}"),
    }

    let rejection = Request::from_http_connect(&request, "connect-udp").unwrap_err();
    assert_eq!(rejection.reason(), Rejection::Protocol);
    let response = rejection.to_http();
    assert_eq!((response.status(), response.body()), (StatusCode::NOT_IMPLEMENTED, &rejection.body()));
    let plain = http::Request::connect("server.example.com:443").body(()).unwrap();
    let rejection = Request::<Connect>::from_http_connect(&plain, "websocket").unwrap_err();
    assert_eq!(rejection.reason(), FieldError::Missing(":scheme").into());
}

#[test]
fn fields_that_another_layer_has_taken_apart() {
    let response = to_http_response(&response_with(&["Set-Cookie: a", "set-cookie: b"])).unwrap();
    let headers = Headers::from(response.headers());
    assert_eq!(headers.get_all("SET-COOKIE").collect::<Vec<_>>(), [b"a", b"b"]);
    let fields: Vec<Field<'_>> = headers.iter().collect();
    assert_eq!(Headers::new(&fields).get("Upgrade"), Some(&b"websocket"[..]));
    assert_eq!(fields.len(), RESPONSE.matches("\r\n").count() - 2 + 2);
}
