//! Arbitrary bytes to a server's handshake, whole and cut at random: the same verdict, response and bytes left. What is
//! accepted is what httparse reads, an independent computation agrees with the accept value, and the client that sent the
//! request takes the response; a rejection is a response that a client reads as one.

#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket_proto::handshake::{
    Acceptance, ClientHandshake, HeadLimits, Key, Offer, Outcome, Rejection, Request, ServerHandshake,
};

const LIMITS: HeadLimits = HeadLimits { max_bytes: 1024, max_fields: 16 };

#[derive(Debug, PartialEq)]
struct Served {
    verdict: Result<(), Rejection>,
    response: Vec<u8>,
    left: Vec<u8>,
}

/// `None` if the request is incomplete.
fn serve<'a>(mut pieces: impl Iterator<Item = &'a [u8]>, check: impl Fn(&Request<'_>, &[u8])) -> Option<Served> {
    let mut handshake = ServerHandshake::with_limits(LIMITS);
    let mut response = Vec::new();
    while let Some(mut input) = pieces.next() {
        let verdict = match handshake.receive(&mut input) {
            Ok(None) => {
                assert!(input.is_empty());
                continue;
            }
            Ok(Some(request)) => {
                let acceptance = Acceptance { subprotocol: request.subprotocols().last(), ..Acceptance::default() };
                request.accept(&acceptance).unwrap().append_to(&mut response);
                check(&request, &response);
                Ok(())
            }
            Err(rejection) => {
                rejection.append_to(&mut response);
                Err(rejection)
            }
        };
        let left = pieces.fold(input.to_vec(), |left, piece| [&left, piece].concat());
        return Some(Served { verdict, response, left });
    }
    None
}

/// Compares a request with what httparse reads, its response with the key, and has the client judge the response.
fn check_accepted(bytes: &[u8], request: &Request<'_>, response: &[u8]) {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut parsed = httparse::Request::new(&mut headers);
    let len = parsed.parse(bytes).unwrap().unwrap();
    assert!(bytes[..len].ends_with(b"\r\n\r\n"));
    assert_eq!((parsed.method, parsed.version), (Some("GET"), Some(1)));
    let target = parsed.path.unwrap();
    assert!(target.contains(request.path()) || request.path() == "/");
    assert!(request.query().is_none_or(|query| target.ends_with(query)));
    let expected = parsed.headers.iter().map(|header| (header.name, header.value));
    assert!(request.headers().iter().map(|field| (field.name, field.value)).eq(expected));

    let key = request.headers().get("sec-websocket-key").unwrap();
    let digest = sha1_smol::Sha1::from([key, b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"].concat()).digest().bytes();
    let line = format!("\r\nSec-WebSocket-Accept: {}\r\n", data_encoding::BASE64.encode(&digest));
    assert!(response.windows(line.len()).any(|window| window == line.as_bytes()));

    let mut offered: Vec<_> = request.subprotocols().collect();
    offered.sort_unstable();
    offered.dedup();
    let offer = Offer { subprotocols: &offered, ..Offer::new("a", "/") };
    let key = Key::from_value(key).unwrap();
    let mut client = ClientHandshake::new(&offer, &key, &mut Vec::new()).unwrap();
    let mut input = response;
    match client.receive(&mut input) {
        Ok(Some(Outcome::Established { negotiated, .. })) => {
            assert_eq!(negotiated.subprotocol, request.subprotocols().last());
        }
        other => panic!("{other:?}"),
    }
    assert!(input.is_empty());
}

fn check_rejected(rejection: Rejection, response: &[u8]) {
    let key = Key::from_nonce([0; 16]);
    let mut client = ClientHandshake::new(&Offer::new("a", "/"), &key, &mut Vec::new()).unwrap();
    let mut input = response;
    match client.receive(&mut input) {
        Ok(Some(Outcome::Refused { status, headers, .. })) => {
            assert_eq!(status, rejection.status());
            assert_eq!(headers.get("connection").map(|value| value.starts_with(b"close")), Some(true));
            assert_eq!(headers.get("content-length"), Some(input.len().to_string().as_bytes()));
        }
        other => panic!("{other:?}"),
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((cuts, bytes)) = push_proto_fuzz::cuts_and_bytes(input) else { return };
    let whole = serve(std::iter::once(bytes), |request, response| check_accepted(bytes, request, response));
    assert_eq!(serve(push_proto_fuzz::pieces(bytes, cuts), |_, _| {}), whole);
    if let Some(Served { verdict: Err(rejection), response, .. }) = whole {
        check_rejected(rejection, &response);
    }
});
