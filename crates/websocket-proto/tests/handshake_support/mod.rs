//! What the tests of the opening handshake share: both machines driven over an input in pieces, to a verdict that owns
//! all it holds and can be compared.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use websocket_proto::handshake::{
    Acceptance, ClientHandshake, HeadLimits, Key, Offer, Outcome, Rejection, ResponseError, ServerHandshake,
};

/// The request of RFC 6455 1.2, less its subprotocols.
pub const REQUEST: &str = "GET /chat HTTP/1.1\r\n\
    Host: server.example.com\r\n\
    Upgrade: websocket\r\n\
    Connection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Origin: http://example.com\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";

/// The response of RFC 6455 1.2, less its subprotocol.
pub const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\n\
    Upgrade: websocket\r\n\
    Connection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// The sample request with these lines (each without its CRLF) before its last field.
pub fn request_with(lines: &[&str]) -> Vec<u8> {
    with(REQUEST, lines)
}

/// The sample request with one line in place of the line of this field, or without it.
pub fn request_with_instead(name: &str, line: Option<&str>) -> Vec<u8> {
    with_instead(REQUEST, name, line)
}

/// The sample response with these lines (each without its CRLF) before its empty line.
pub fn response_with(lines: &[&str]) -> Vec<u8> {
    with(RESPONSE, lines)
}

/// The sample response with one line in place of the line of this field, or without it.
pub fn response_with_instead(name: &str, line: Option<&str>) -> Vec<u8> {
    with_instead(RESPONSE, name, line)
}

fn with(head: &str, lines: &[&str]) -> Vec<u8> {
    let mut head = head.strip_suffix("\r\n").unwrap().to_owned();
    for line in lines {
        head += line;
        head += "\r\n";
    }
    (head + "\r\n").into_bytes()
}

fn with_instead(head: &str, name: &str, line: Option<&str>) -> Vec<u8> {
    let start = head.find(&format!("\r\n{name}:")).expect("a field of the head") + 2;
    let end = start + head[start..].find("\r\n").unwrap() + 2;
    let line = line.map(|line| format!("{line}\r\n")).unwrap_or_default();
    [&head[..start], &line, &head[end..]].concat().into_bytes()
}

/// The key of RFC 6455 1.2.
pub fn sample_key() -> Key {
    Key::from_nonce(*b"the sample nonce")
}

/// How a handshake of a server's ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Served {
    pub verdict: Result<Accepted, Rejection>,
    /// The whole response.
    pub response: Vec<u8>,
    /// How many bytes were taken.
    pub taken: usize,
}

/// What a test looks at in an accepted request.
#[derive(Debug, PartialEq, Eq)]
pub struct Accepted {
    pub path: String,
    pub query: Option<String>,
    pub host: String,
    pub origin: Option<String>,
    pub offered: Vec<String>,
    pub subprotocol: Option<String>,
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Served {
    pub fn status(&self) -> u16 {
        std::str::from_utf8(&self.response[9..12]).unwrap().parse().unwrap()
    }
}

/// Serves a request that comes in these pieces, with these subprotocols; `None` if the request is incomplete.
pub fn serve<'i>(pieces: impl IntoIterator<Item = &'i [u8]>, served: &[&str], limits: HeadLimits) -> Option<Served> {
    let mut handshake = ServerHandshake::with_limits(limits);
    let mut response = Vec::new();
    let mut taken = 0;
    for piece in pieces {
        let mut input = piece;
        let verdict = match handshake.receive(&mut input) {
            Ok(None) => {
                assert_eq!(input, b"", "a handshake that asks for more has taken all there is");
                taken += piece.len();
                continue;
            }
            Ok(Some(request)) => {
                let subprotocol = request.choose_subprotocol(served);
                let accepted = request.accept(&Acceptance { subprotocol, ..Acceptance::default() }).unwrap();
                accepted.append_to(&mut response);
                Ok(Accepted {
                    path: request.path().into(),
                    query: request.query().map(Into::into),
                    host: request.host().into(),
                    origin: request.origin().map(Into::into),
                    offered: request.subprotocols().map(Into::into).collect(),
                    subprotocol: accepted.negotiated().subprotocol.map(Into::into),
                    headers: request.headers().iter().map(|f| (f.name.into(), f.value.into())).collect(),
                })
            }
            Err(rejection) => {
                rejection.append_to(&mut response);
                Err(rejection)
            }
        };
        taken += piece.len() - input.len();
        let again = handshake.receive(&mut input).map(|request| request.map(|_| ()));
        assert_eq!(again, verdict.as_ref().map(|_| None).map_err(|rejection| *rejection), "a verdict lasts");
        return Some(Served { verdict, response, taken });
    }
    None
}

/// Serves a request whole, byte by byte, and cut in two at every place: always with the same result.
pub fn serve_at_every_split(request: &[u8], served: &[&str]) -> Option<Served> {
    let limits = HeadLimits::default();
    let whole = serve([request], served, limits);
    assert_eq!(serve(request.chunks(1), served, limits), whole, "byte by byte");
    for at in 0..=request.len() {
        let (first, second) = request.split_at(at);
        assert_eq!(serve([first, second], served, limits), whole, "cut at {at}");
    }
    whole
}

/// The rejection of a request at every split, whose response has this status.
pub fn rejected(request: &[u8]) -> (Rejection, u16) {
    let served = serve_at_every_split(request, &[]).expect("a verdict");
    let status = served.status();
    let rejection = served.verdict.expect_err("a rejection");
    assert_eq!(rejection.status().code(), status);
    (rejection, status)
}

/// The accepted request at every split.
pub fn accepted(request: &[u8]) -> Accepted {
    serve_at_every_split(request, &[]).expect("a verdict").verdict.expect("an accepted request")
}

/// How a handshake of a client's ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    pub verdict: Result<Answer, ResponseError>,
    /// How many bytes were taken.
    pub taken: usize,
}

/// What a test looks at in a response.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Established { subprotocol: Option<String>, extensions: Vec<String>, headers: Vec<(String, Vec<u8>)> },
    Refused { status: u16, reason: String, headers: Vec<(String, Vec<u8>)> },
}

/// Reads a response to this offer that comes in these pieces; `None` if the response is incomplete.
pub fn ask<'i>(
    pieces: impl IntoIterator<Item = &'i [u8]>,
    offer: &Offer<'_>,
    key: &Key,
    limits: HeadLimits,
) -> Option<Asked> {
    let mut handshake = ClientHandshake::with_limits(offer, key, limits, &mut Vec::new()).unwrap();
    let mut taken = 0;
    for piece in pieces {
        let mut input = piece;
        let verdict = match handshake.receive(&mut input) {
            Ok(None) => {
                assert_eq!(input, b"", "a handshake that asks for more has taken all there is");
                taken += piece.len();
                continue;
            }
            Ok(Some(Outcome::Established { negotiated, headers, .. })) => Ok(Answer::Established {
                subprotocol: negotiated.subprotocol.map(Into::into),
                extensions: negotiated.extensions.map(|extension| extension.name().into()).collect(),
                headers: headers.iter().map(|f| (f.name.into(), f.value.into())).collect(),
            }),
            Ok(Some(Outcome::Refused { status, reason, headers, .. })) => Ok(Answer::Refused {
                status: status.code(),
                reason: reason.into(),
                headers: headers.iter().map(|f| (f.name.into(), f.value.into())).collect(),
            }),
            Err(error) => Err(error),
        };
        taken += piece.len() - input.len();
        let again = handshake.receive(&mut input).map(|outcome| outcome.map(|_| ()));
        assert_eq!(again, verdict.as_ref().map(|_| None).map_err(|error| *error), "a verdict lasts");
        return Some(Asked { verdict, taken });
    }
    None
}

/// Reads a response whole, byte by byte, and cut in two at every place: always with the same result.
pub fn ask_at_every_split(response: &[u8], offer: &Offer<'_>, key: &Key) -> Option<Asked> {
    let limits = HeadLimits::default();
    let whole = ask([response], offer, key, limits);
    assert_eq!(ask(response.chunks(1), offer, key, limits), whole, "byte by byte");
    for at in 0..=response.len() {
        let (first, second) = response.split_at(at);
        assert_eq!(ask([first, second], offer, key, limits), whole, "cut at {at}");
    }
    whole
}
