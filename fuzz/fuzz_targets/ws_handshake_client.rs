//! Arbitrary bytes to a client's handshake, whole and cut at random: the same outcome and bytes left. A response that
//! establishes a connection has what RFC 6455 4.1 demands in the eyes of httparse and of a naive look at its fields.

#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket_proto::handshake::{ClientHandshake, HeadLimits, Key, Offer, Outcome, ResponseError};

const LIMITS: HeadLimits = HeadLimits { max_bytes: 1024, max_fields: 16 };
const NONCE: [u8; 16] = *b"the sample nonce";
const ACCEPT: &[u8] = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const OFFER: Offer<'_> =
    Offer { subprotocols: &["chat", "superchat"], extensions: "x-a; b=1", ..Offer::new("a.example", "/") };

#[derive(Debug, PartialEq)]
struct Asked {
    /// The status, and the fields.
    outcome: Result<(u16, Vec<(String, Vec<u8>)>), ResponseError>,
    subprotocol: Option<String>,
    left: Vec<u8>,
}

/// `None` if the response is incomplete.
fn ask<'a>(mut pieces: impl Iterator<Item = &'a [u8]>) -> Option<Asked> {
    let key = Key::from_nonce(NONCE);
    let mut handshake = ClientHandshake::with_limits(&OFFER, &key, LIMITS, &mut Vec::new()).unwrap();
    while let Some(mut input) = pieces.next() {
        let mut subprotocol = None;
        let outcome = match handshake.receive(&mut input) {
            Ok(None) => {
                assert!(input.is_empty());
                continue;
            }
            Ok(Some(Outcome::Established { negotiated, headers, .. })) => {
                assert!(negotiated.extensions.into_iter().all(|extension| extension.name() == "x-a"));
                subprotocol = negotiated.subprotocol.map(Into::into);
                Ok((101, headers.iter().map(|field| (field.name.into(), field.value.into())).collect()))
            }
            Ok(Some(Outcome::Refused { status, headers, .. })) => {
                Ok((status.code(), headers.iter().map(|field| (field.name.into(), field.value.into())).collect()))
            }
            Err(error) => Err(error),
        };
        let left = pieces.fold(input.to_vec(), |left, piece| [&left, piece].concat());
        return Some(Asked { outcome, subprotocol, left });
    }
    None
}

/// Compares a response with what httparse reads after the interim responses.
fn check(head: &[u8], asked: &Asked) {
    let Ok((status, fields)) = &asked.outcome else { return };
    let mut rest = head;
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 16];
        let mut parsed = httparse::Response::new(&mut headers);
        let len = parsed.parse(rest).unwrap().unwrap();
        rest = &rest[len..];
        let code = parsed.code.unwrap();
        if !rest.is_empty() {
            assert!((100..=199).contains(&code) && code != 101);
            continue;
        }
        assert_eq!(code, *status);
        let expected = parsed.headers.iter().map(|header| (header.name.to_owned(), header.value.to_vec()));
        assert!(fields.iter().cloned().eq(expected));
        break;
    }
    if *status == 101 {
        let values = |wanted: &str| {
            let fields = fields.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(wanted));
            fields.map(|(_, value)| &value[..]).collect::<Vec<_>>()
        };
        assert_eq!(values("sec-websocket-accept"), [ACCEPT]);
        assert!(values("upgrade").concat().to_ascii_lowercase().windows(9).any(|window| window == b"websocket"));
        assert!(values("connection").concat().to_ascii_lowercase().windows(7).any(|window| window == b"upgrade"));
        let subprotocols = values("sec-websocket-protocol");
        assert_eq!(subprotocols, asked.subprotocol.iter().map(|name| name.as_bytes()).collect::<Vec<_>>());
        assert!(asked.subprotocol.iter().all(|name| OFFER.subprotocols.contains(&name.as_str())));
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((cuts, bytes)) = push_proto_fuzz::cuts_and_bytes(input) else { return };
    let whole = ask(std::iter::once(bytes));
    assert_eq!(ask(push_proto_fuzz::pieces(bytes, cuts)), whole);
    if let Some(asked) = whole {
        check(&bytes[..bytes.len() - asked.left.len()], &asked);
    }
});
