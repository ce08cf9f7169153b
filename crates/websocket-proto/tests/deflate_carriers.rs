//! permessage-deflate is negotiated alike whatever carries the opening handshake: bytes of HTTP/1.1, the types of the
//! `http` crate, and extended CONNECT over HTTP/2 (RFC 8441) and HTTP/3 (RFC 9220), as decoded fields and as types.

#![cfg(all(feature = "deflate", feature = "http"))]

use http::Version;
use websocket_proto::deflate::{Limits, NegotiationError, Offers, Parameters, Policy, WindowBits};
use websocket_proto::handshake::{
    Acceptance, ClientHandshake, Connect, Extensions, Field, Headers, Key, Negotiated, Offer, Outcome, Request,
    ResponseError, ServerHandshake, Status,
};

const EXTENSIONS: &str = "sec-websocket-extensions";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carrier {
    Bytes,
    Types,
    /// HTTP/2 or HTTP/3.
    ConnectFields(Version),
    ConnectTypes(Version),
}

const CARRIERS: [Carrier; 6] = [
    Carrier::Bytes,
    Carrier::Types,
    Carrier::ConnectFields(Version::HTTP_2),
    Carrier::ConnectFields(Version::HTTP_3),
    Carrier::ConnectTypes(Version::HTTP_2),
    Carrier::ConnectTypes(Version::HTTP_3),
];

/// Why there is no connection.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    /// The server's response has another status.
    Status(u16),
    /// The client's handshake refuses the response.
    Response(ResponseError),
    /// The client refuses the parameters.
    Negotiation(NegotiationError),
}

/// The values of `Sec-WebSocket-Extensions` in a server's response to a request that has these.
fn serve(carrier: Carrier, offered: &[&str], policy: Policy) -> Result<Vec<String>, Failure> {
    match carrier {
        Carrier::Bytes => {
            let lines: String = offered.iter().map(|value| format!("Sec-WebSocket-Extensions: {value}\r\n")).collect();
            let request = format!(
                "GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{lines}\
                 Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            );
            let mut handshake = ServerHandshake::new();
            let request = handshake.receive(&mut request.as_bytes()).map_err(|r| Failure::Status(r.status().code()))?;
            let request = request.expect("a whole head");
            let answer = answer(policy, request.extensions());
            let mut response = Vec::new();
            request.accept(&accepting(&answer)).unwrap().append_to(&mut response);
            let response = String::from_utf8(response).unwrap();
            let values = response.lines().filter_map(|line| line.strip_prefix("Sec-WebSocket-Extensions: "));
            Ok(values.map(str::to_owned).collect())
        }
        Carrier::Types => {
            let mut request = http::Request::get("/chat").header("Host", "localhost").header("Upgrade", "websocket");
            request = request.header("Connection", "Upgrade").header("Sec-WebSocket-Version", "13");
            request = request.header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
            for value in offered {
                request = request.header(EXTENSIONS, *value);
            }
            let request = request.body(()).unwrap();
            let request = Request::from_http(&request).map_err(|r| Failure::Status(r.status().code()))?;
            let answer = answer(policy, request.extensions());
            let response = request.accept(&accepting(&answer)).unwrap().to_http().unwrap();
            assert_eq!(response.status(), 101);
            Ok(values(response.headers().into()))
        }
        Carrier::ConnectFields(_) => {
            let mut fields = vec![
                (":method", "CONNECT"),
                (":protocol", "websocket"),
                (":scheme", "https"),
                (":path", "/chat"),
                (":authority", "localhost"),
                ("sec-websocket-version", "13"),
            ];
            fields.extend(offered.iter().map(|value| (EXTENSIONS, *value)));
            let fields: Vec<Field<'_>> = fields.iter().map(|(name, value)| Field::new(name, value)).collect();
            let request = Request::<Connect>::from_fields(&fields).map_err(|r| Failure::Status(r.status().code()))?;
            let answer = answer(policy, request.extensions());
            let response = request.accept(&accepting(&answer)).unwrap().fields();
            assert_eq!(response[0], (":status".to_owned(), "200".to_owned()));
            Ok(response.into_iter().filter_map(|(name, value)| (name == EXTENSIONS).then_some(value)).collect())
        }
        Carrier::ConnectTypes(version) => {
            let mut request = http::Request::connect("https://localhost/chat").version(version);
            request = request.header("Sec-WebSocket-Version", "13");
            for value in offered {
                request = request.header(EXTENSIONS, *value);
            }
            let request = request.body(()).unwrap();
            let request = Request::from_http_connect(&request, "websocket")
                .map_err(|rejection| Failure::Status(rejection.status().code()))?;
            let answer = answer(policy, request.extensions());
            let response = request.accept(&accepting(&answer)).unwrap().to_http().unwrap();
            assert_eq!(response.status(), 200);
            Ok(values(response.headers().into()))
        }
    }
}

fn answer(policy: Policy, offers: Extensions<'_>) -> String {
    policy.accept(offers).map(|parameters| parameters.to_string()).unwrap_or_default()
}

fn accepting(extensions: &str) -> Acceptance<'_> {
    Acceptance { extensions, ..Acceptance::default() }
}

fn values(headers: Headers<'_>) -> Vec<String> {
    headers.get_all(EXTENSIONS).map(|value| String::from_utf8(value.to_vec()).unwrap()).collect()
}

/// The server's part: from the values in the request to those in the response.
type Answered<'a> = &'a dyn Fn(&[&str]) -> Result<Vec<String>, Failure>;

/// What a client with these policies makes of the answer to the values of `Sec-WebSocket-Extensions` in its request.
fn ask(carrier: Carrier, policies: &[Policy], answered: Answered<'_>) -> Result<Option<Parameters>, Failure> {
    let offers = Offers(policies);
    let extensions = offers.to_string();
    let offer = Offer { extensions: &extensions, ..Offer::new("localhost", "/chat") };
    let key = Key::from_nonce(*b"the sample nonce");
    let confirm = |outcome: Result<Outcome<'_>, ResponseError>| match outcome.map_err(Failure::Response)? {
        Outcome::Established { negotiated: Negotiated { extensions, .. }, .. } => {
            offers.confirm(extensions).map_err(Failure::Negotiation)
        }
        Outcome::Refused { status, .. } => Err(Failure::Status(status.code())),
    };
    match carrier {
        Carrier::Bytes => {
            let mut request = Vec::new();
            let mut handshake = ClientHandshake::new(&offer, &key, &mut request).unwrap();
            let request = String::from_utf8(request).unwrap();
            let offered: Vec<&str> =
                request.lines().filter_map(|line| line.strip_prefix("Sec-WebSocket-Extensions: ")).collect();
            let lines: String =
                answered(&offered)?.iter().map(|value| format!("Sec-WebSocket-Extensions: {value}\r\n")).collect();
            let response = format!(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n{lines}\r\n"
            );
            confirm(handshake.receive(&mut response.as_bytes()).map(|outcome| outcome.expect("a whole head")))
        }
        Carrier::Types | Carrier::ConnectTypes(_) => {
            let (request, upgrade, connect) = if carrier == Carrier::Types {
                let (request, expected) = offer.to_http(&key).unwrap();
                (request, Some(expected), None)
            } else {
                let (request, expected) = offer.to_http_connect(true).unwrap();
                (request, None, Some(expected))
            };
            let offered = values(request.headers().into());
            let mut response = http::Response::builder().status(if upgrade.is_some() { 101 } else { 200 });
            if upgrade.is_some() {
                response = response.header("Upgrade", "websocket").header("Connection", "Upgrade");
                response = response.header("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            }
            for value in answered(&offered.iter().map(String::as_str).collect::<Vec<_>>())? {
                response = response.header(EXTENSIONS, value);
            }
            let response = response.body(()).unwrap();
            let (status, headers) = (response.status().into(), Headers::from(response.headers()));
            confirm(match (&upgrade, &connect) {
                (Some(expected), _) => expected.check(status, headers),
                (_, Some(expected)) => expected.check(status, headers),
                (None, None) => unreachable!("one of the two was made"),
            })
        }
        Carrier::ConnectFields(_) => {
            let (request, expected) = offer.connect_fields(true).unwrap();
            let offered: Vec<&str> =
                request.iter().filter_map(|(name, value)| (name == EXTENSIONS).then_some(value.as_str())).collect();
            let answer = answered(&offered)?;
            let fields: Vec<Field<'_>> = answer.iter().map(|value| Field::new(EXTENSIONS, value)).collect();
            confirm(expected.check(Status::new(200).unwrap(), Headers::new(&fields)))
        }
    }
}

fn limits(context_takeover: bool, bits: u8) -> Limits {
    Limits { context_takeover, max_window_bits: WindowBits::new(bits).unwrap() }
}

/// A server's policy, what it is offered, and what it answers.
type Case = (Policy, &'static [&'static str], Result<&'static [&'static str], Failure>);

#[test]
fn a_server_answers_alike() {
    let all = Policy::default();
    let strict = Policy { sending: limits(false, 11), receiving: limits(false, 10) };
    let cases: [Case; 15] = [
        (all, &[], Ok(&[])),
        (all, &["permessage-deflate"], Ok(&["permessage-deflate"])),
        (all, &["permessage-deflate; client_max_window_bits"], Ok(&["permessage-deflate"])),
        (all, &["x-other; a=b, permessage-deflate"], Ok(&["permessage-deflate"])),
        // What is in several fields is one list.
        (all, &["x-other", "permessage-deflate"], Ok(&["permessage-deflate"])),
        (
            all,
            &["permessage-deflate; server_max_window_bits=7", "permessage-deflate; server_max_window_bits=9"],
            Ok(&["permessage-deflate; server_max_window_bits=9"]),
        ),
        (
            all,
            &["permessage-deflate; server_no_context_takeover; client_max_window_bits=\"12\""],
            Ok(&["permessage-deflate; server_no_context_takeover; client_max_window_bits=12"]),
        ),
        // Declined, with the connection open all the same.
        (all, &["permessage-deflate; unknown"], Ok(&[])),
        (all, &["permessage-deflate; server_max_window_bits=16"], Ok(&[])),
        (all, &["permessage-deflate; client_no_context_takeover; client_no_context_takeover"], Ok(&[])),
        (all, &["x-webkit-deflate-frame"], Ok(&[])),
        (strict, &["permessage-deflate"], Ok(&[])),
        (
            strict,
            &["permessage-deflate", "permessage-deflate; client_max_window_bits"],
            Ok(&["permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
                  server_max_window_bits=11; client_max_window_bits=10"]),
        ),
        // No list at all.
        (all, &["permessage-deflate; server_max_window_bits="], Err(Failure::Status(400))),
        (all, &["permessage-deflate", "; "], Err(Failure::Status(400))),
    ];
    for (policy, offered, expected) in cases {
        for carrier in CARRIERS {
            let answered = serve(carrier, offered, policy);
            let answered = answered.as_ref().map(|values| values.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(answered, expected.as_ref().map(|values| values.to_vec()), "{carrier:?} {offered:?}");
        }
    }
}

#[test]
fn a_client_judges_alike() {
    let all = Policy::default();
    let strict = Policy { sending: limits(true, 12), receiving: limits(false, 10) };
    let agreed = |client: (bool, u8), server: (bool, u8)| Ok(Some((client, server)));
    let cases = [
        (all, vec![], Ok(None)),
        (all, vec!["permessage-deflate"], agreed((true, 15), (true, 15))),
        (all, vec!["permessage-deflate; client_max_window_bits=9"], agreed((true, 9), (true, 15))),
        (all, vec!["permessage-deflate; server_max_window_bits=\"8\""], agreed((true, 15), (true, 8))),
        (
            strict,
            vec!["permessage-deflate; server_no_context_takeover; server_max_window_bits=9"],
            agreed((true, 12), (false, 9)),
        ),
        (
            strict,
            vec!["permessage-deflate; server_max_window_bits=10"],
            Err(Failure::Negotiation(NegotiationError::NotAsOffered("server_no_context_takeover"))),
        ),
        (
            all,
            vec!["permessage-deflate; server_max_window_bits"],
            Err(Failure::Negotiation(NegotiationError::InvalidValue("server_max_window_bits"))),
        ),
        (all, vec!["permessage-deflate; level=1"], Err(Failure::Negotiation(NegotiationError::UnknownParameter))),
        (
            all,
            vec!["permessage-deflate", "permessage-deflate"],
            Err(Failure::Negotiation(NegotiationError::AcceptedTwice)),
        ),
        (all, vec!["x-other"], Err(Failure::Response(ResponseError::ExtensionNotOffered))),
        (all, vec!["permessage-deflate", "x-other"], Err(Failure::Response(ResponseError::ExtensionNotOffered))),
    ];
    for (policy, answer, expected) in cases {
        for carrier in CARRIERS {
            let answered = |_: &[&str]| Ok(answer.iter().map(|value| (*value).to_owned()).collect());
            let confirmed = ask(carrier, &[policy], &answered).map(|parameters| {
                let plain = |limits: Limits| (limits.context_takeover, limits.max_window_bits.get());
                parameters.map(|parameters| (plain(parameters.client()), plain(parameters.server())))
            });
            assert_eq!(confirmed, expected, "{carrier:?} {answer:?}");
        }
    }
}

#[test]
fn both_ends_agree_over_each_carrier() {
    let choices = [limits(true, 15), limits(false, 15), limits(true, 9), limits(false, 8)];
    for carrier in CARRIERS {
        let mut count = 0;
        for (client_sends, server_sends) in choices.into_iter().flat_map(|a| choices.map(|b| (a, b))) {
            let client = Policy { sending: client_sends, receiving: Limits::default() };
            let server = Policy { sending: server_sends, receiving: Limits::default() };
            let agreed = ask(carrier, &[client], &|offered| serve(carrier, offered, server)).unwrap().unwrap();
            assert_eq!((agreed.client(), agreed.server()), (client_sends, server_sends), "{carrier:?}");
            count += 1;
        }
        assert_eq!(count, 16);
    }
}
