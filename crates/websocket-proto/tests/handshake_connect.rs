//! RFC 8441 and RFC 9220: the opening handshake by extended CONNECT.

#![cfg(feature = "alloc")]

use serde_json::Value;
use websocket_proto::handshake::{
    Acceptance, BuildError, Connect, ConnectRejection, Expected, Field, FieldError, Headers, Offer, Outcome, Rejection,
    Request, ResponseError, Status, TargetError,
};

type Pairs = Vec<(String, String)>;

/// The request of RFC 8441 5.1.
fn sample() -> Pairs {
    pairs("request_headers")
}

/// A list of fields of the test vectors.
fn pairs(name: &str) -> Pairs {
    let all: Value = serde_json::from_str(include_str!("vectors/websocket.json")).expect("the vectors are JSON");
    serde_json::from_value(all["rfc8441"][name].clone()).expect("pairs of strings")
}

fn fields(pairs: &Pairs) -> Vec<Field<'_>> {
    pairs.iter().map(|(name, value)| Field::new(name, value)).collect()
}

fn without(name: &str) -> Pairs {
    sample().into_iter().filter(|(found, _)| found != name).collect()
}

/// The sample request with another value of a field, or one field more.
fn with(name: &str, value: &str) -> Pairs {
    let mut pairs = without(name);
    let at = if name.starts_with(':') { 0 } else { pairs.len() };
    pairs.insert(at, (name.into(), value.into()));
    pairs
}

fn rejected(pairs: &Pairs) -> (Rejection, u16) {
    let fields = fields(pairs);
    let rejection = Request::<Connect>::from_fields(&fields).expect_err("a rejection");
    check_rejection(rejection);
    (rejection.reason(), rejection.status().code())
}

/// The parts of the response agree.
fn check_rejection(rejection: ConnectRejection) {
    let fields = rejection.fields();
    assert_eq!(fields[0], (":status".into(), rejection.status().to_string()));
    assert!(fields.iter().all(|(name, _)| !["connection", "upgrade"].contains(&name.as_str())), "{fields:?}");
    assert_eq!(rejection.body(), format!("{}\n", rejection.reason()));
}

#[test]
fn the_example_of_the_standard() {
    let pairs = sample();
    let fields = fields(&pairs);
    let request = Request::<Connect>::from_fields(&fields).unwrap();
    assert_eq!((request.path(), request.query(), request.host()), ("/chat", None, "server.example.com"));
    assert_eq!(request.origin(), Some("http://www.example.com"));
    assert_eq!(request.subprotocols().collect::<Vec<_>>(), ["chat", "superchat"]);
    assert_eq!(request.extensions().map(|e| e.name()).collect::<Vec<_>>(), ["permessage-deflate"]);
    assert_eq!(request.headers().iter().count(), 4, "the pseudo-header fields are not among them");

    let subprotocol = request.choose_subprotocol(&["chat"]);
    let accepted = request.accept(&Acceptance { subprotocol, ..Acceptance::default() }).unwrap();
    assert_eq!(accepted.fields(), self::pairs("response_headers"));
    assert_eq!(accepted.negotiated().subprotocol, Some("chat"));
}

#[test]
fn the_pseudo_header_fields() {
    let bad_request = |error: FieldError| (error.into(), 400);
    assert_eq!(rejected(&without(":method")), (Rejection::NotConnect, 400));
    assert_eq!(rejected(&with(":method", "GET")), (Rejection::NotConnect, 400));
    assert_eq!(rejected(&without(":protocol")), (Rejection::NotConnect, 400));
    assert_eq!(rejected(&with(":protocol", "connect-udp")), (Rejection::Protocol, 501));
    assert_eq!(rejected(&without(":scheme")), bad_request(FieldError::Missing(":scheme")));
    assert_eq!(rejected(&with(":scheme", "ftp")), bad_request(FieldError::Malformed(":scheme")));
    assert_eq!(rejected(&without(":path")), bad_request(FieldError::Missing(":path")));
    assert_eq!(rejected(&with(":path", "/caf\u{e9}")), bad_request(FieldError::Malformed(":path")));
    assert_eq!(rejected(&with(":path", "*")), (TargetError::Form.into(), 400));
    assert_eq!(rejected(&with(":path", "/a#b")), (TargetError::Fragment.into(), 400));
    assert_eq!(rejected(&with(":authority", "a b")), bad_request(FieldError::Malformed(":authority")));
    assert_eq!(rejected(&with(":unknown", "")), bad_request(FieldError::PseudoHeader));
    for name in [":method", ":protocol", ":scheme", ":path", ":authority"] {
        let mut twice = sample();
        twice.insert(0, twice.iter().find(|(found, _)| found == name).unwrap().clone());
        assert!(matches!(rejected(&twice).0, Rejection::Field(FieldError::Duplicate(found)) if found == name));
    }
    let mut late = sample();
    let first = late.remove(0);
    late.push(first);
    assert_eq!(rejected(&late), bad_request(FieldError::PseudoHeader));
}

#[test]
fn the_authority_may_stand_in_host() {
    let mut pairs = without(":authority");
    pairs.push(("host".into(), "other.example:444".into()));
    assert_eq!(Request::<Connect>::from_fields(&fields(&pairs)).unwrap().host(), "other.example:444");
    assert_eq!(rejected(&without(":authority")), (FieldError::Missing("Host").into(), 400));
    assert_eq!(rejected(&with("host", "other.example")), (FieldError::Malformed("Host").into(), 400));
    assert!(Request::<Connect>::from_fields(&fields(&with("host", "SERVER.example.com"))).is_ok());
}

#[test]
fn fields_about_a_connection_have_no_place() {
    for (name, field) in [("connection", "Connection"), ("upgrade", "Upgrade")] {
        for value in ["", "upgrade", "websocket"] {
            assert_eq!(rejected(&with(name, value)), (FieldError::Forbidden(field).into(), 400), "{name}: {value}");
        }
    }
    assert_eq!(rejected(&with("transfer-encoding", "chunked")), (Rejection::Content, 400));
}

#[test]
fn the_key_is_not_used() {
    let pairs = with("sec-websocket-key", "not a key");
    let fields = fields(&pairs);
    let request = Request::<Connect>::from_fields(&fields).unwrap();
    let response = request.accept(&Acceptance::default()).unwrap().fields();
    assert_eq!(response, [(":status".to_owned(), "200".to_owned())]);
}

#[test]
fn the_version_is_13() {
    let missing = FieldError::Missing("Sec-WebSocket-Version");
    assert_eq!(rejected(&without("sec-websocket-version")), (missing.into(), 400));
    let pairs = with("sec-websocket-version", "8");
    let fields = fields(&pairs);
    let rejection = Request::<Connect>::from_fields(&fields).unwrap_err();
    check_rejection(rejection);
    assert_eq!((rejection.reason(), rejection.status()), (Rejection::Version { met: Some(8) }, Status::BAD_REQUEST));
    assert!(rejection.fields().contains(&("sec-websocket-version".into(), "13".into())));
}

#[test]
fn a_response_with_all_parts_has_names_in_lower_case() {
    let pairs = sample();
    let fields = fields(&pairs);
    let request = Request::<Connect>::from_fields(&fields).unwrap();
    let acceptance = Acceptance {
        subprotocol: Some("superchat"),
        extensions: "permessage-deflate",
        headers: &[("Set-Cookie", "A=B")],
    };
    let expected = [
        (":status", "200"),
        ("sec-websocket-protocol", "superchat"),
        ("sec-websocket-extensions", "permessage-deflate"),
        ("set-cookie", "A=B"),
    ];
    let response = request.accept(&acceptance).unwrap().fields();
    assert!(response.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected), "{response:?}");
    let not_offered = Acceptance { subprotocol: Some("x"), ..Acceptance::default() };
    assert_eq!(request.accept(&not_offered).unwrap_err(), BuildError::SubprotocolNotOffered);
}

fn offer() -> (Pairs, Expected<Connect>) {
    let offer = Offer {
        origin: Some("http://www.example.com"),
        subprotocols: &["chat", "superchat"],
        extensions: "permessage-deflate",
        headers: &[("X-Extra", "Value")],
        ..Offer::new("server.example.com", "/chat")
    };
    offer.connect_fields(true).unwrap()
}

#[test]
fn an_offer_is_the_request_of_the_standard() {
    let (mut request, _) = offer();
    assert!(Request::<Connect>::from_fields(&fields(&request)).is_ok());
    assert_eq!(request.pop(), Some(("x-extra".into(), "Value".into())));
    request.sort_unstable();
    let mut expected = sample();
    expected.sort_unstable();
    assert_eq!(request, expected);

    let (plain, _) = Offer::new("a.example", "/").connect_fields(false).unwrap();
    assert!(plain.contains(&(":scheme".into(), "http".into())));
    assert_eq!(Offer::new("a b", "/").connect_fields(true).unwrap_err(), BuildError::Host);
}

#[test]
fn the_clients_rules() {
    let (_, expected) = offer();
    let check = |status: u16, pairs: &[(&str, &str)]| {
        let fields: Vec<_> = pairs.iter().map(|(name, value)| Field::new(name, value)).collect();
        expected.check(Status::new(status).unwrap(), Headers::new(&fields)).map(|outcome| match outcome {
            Outcome::Established { negotiated, .. } => Ok(negotiated.subprotocol.map(str::to_owned)),
            Outcome::Refused { status, headers, .. } => Err((status.code(), headers.iter().count())),
        })
    };
    let chat = [("sec-websocket-protocol", "chat")];
    for status in [200, 204, 299] {
        assert_eq!(check(status, &chat), Ok(Ok(Some("chat".into()))), "{status}");
    }
    assert_eq!(check(200, &[]), Ok(Ok(None)));
    for status in [302, 400, 404, 501, 503] {
        assert_eq!(check(status, &chat), Ok(Err((status, 1))), "{status}");
    }
    assert_eq!(check(101, &chat), Err(ResponseError::SwitchingProtocols));
    assert_eq!(check(200, &[("sec-websocket-protocol", "Chat")]), Err(ResponseError::SubprotocolNotOffered));
    assert_eq!(check(200, &[("sec-websocket-extensions", "x-a")]), Err(ResponseError::ExtensionNotOffered));
    let twice = check(200, &[chat[0], chat[0]]);
    assert_eq!(twice, Err(FieldError::Duplicate("Sec-WebSocket-Protocol").into()));
}
