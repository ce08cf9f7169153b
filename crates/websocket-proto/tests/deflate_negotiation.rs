//! The negotiation of permessage-deflate (RFC 7692 5 and 7.1), both roles.

#![cfg(feature = "deflate")]

use serde::Deserialize;
use websocket_proto::deflate::{Limits, NegotiationError, Offers, Parameters, Policy, WindowBits};
use websocket_proto::handshake::{
    Acceptance, ClientHandshake, Extensions, Key, Negotiated, Offer, Outcome, ServerHandshake,
};

#[derive(Deserialize)]
struct Vectors {
    permessage_deflate: Deflate,
}

#[derive(Deserialize)]
struct Deflate {
    negotiation: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    client_offer: Option<String>,
    server_expect: Option<String>,
    server_response: Option<String>,
    client_expect: Option<String>,
}

fn limits(context_takeover: bool, bits: u8) -> Limits {
    Limits { context_takeover, max_window_bits: WindowBits::new(bits).unwrap() }
}

fn policy(sending: Limits, receiving: Limits) -> Policy {
    Policy { sending, receiving }
}

/// A server's answer to these offers, through the opening handshake; `None` if it rejects the request.
fn answer(policy: Policy, offers: &str) -> Option<String> {
    let request = format!(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Extensions: {offers}\r\n\r\n"
    );
    let mut handshake = ServerHandshake::new();
    let request = handshake.receive(&mut request.as_bytes()).ok()?.expect("a whole head");
    let answer = policy.accept(request.extensions()).map(|parameters| parameters.to_string()).unwrap_or_default();
    let acceptance = Acceptance { extensions: &answer, ..Acceptance::default() };
    let mut response = Vec::new();
    request.accept(&acceptance).unwrap().append_to(&mut response);
    let response = String::from_utf8(response).unwrap();
    let line = response.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Extensions: "));
    assert_eq!(line.unwrap_or_default(), answer);
    Some(answer)
}

/// What a client with these policies makes of an answer, through the opening handshake; `Err(None)` if that refuses it.
fn confirm(policies: &[Policy], answer: &str) -> Result<Option<Parameters>, Option<NegotiationError>> {
    let offers = Offers(policies);
    let extensions = offers.to_string();
    let mut request = Vec::new();
    let offer = Offer { extensions: &extensions, ..Offer::new("localhost", "/") };
    let mut handshake = ClientHandshake::new(&offer, &Key::from_nonce(*b"the sample nonce"), &mut request).unwrap();
    assert!(String::from_utf8(request).unwrap().contains(&format!("Sec-WebSocket-Extensions: {extensions}\r\n")));
    let response = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: {answer}\r\n\r\n"
    );
    match handshake.receive(&mut response.as_bytes()) {
        Ok(Some(Outcome::Established { negotiated: Negotiated { extensions, .. }, .. })) => {
            offers.confirm(extensions).map_err(Some)
        }
        Ok(other) => panic!("{other:?}"),
        Err(_) => Err(None),
    }
}

#[test]
fn the_vectors_are_negotiated_as_expected() {
    let vectors: Vectors = serde_json::from_str(include_str!("vectors/websocket.json")).unwrap();
    let cases = vectors.permessage_deflate.negotiation;
    assert!(cases.len() >= 19);
    for Case { name, client_offer, server_expect, server_response, client_expect } in &cases {
        if let (Some(offer), Some(expected)) = (client_offer, server_expect) {
            let answer = answer(Policy::default(), offer).unwrap_or_default();
            let accepts = expected.starts_with("accept") || expected == "same as unquoted";
            assert_eq!(answer.starts_with("permessage-deflate"), accepts, "{name}: {answer}");
        }
        if let (Some(response), Some(expected)) = (server_response, client_expect) {
            let confirmed = confirm(&[Policy::default()], response);
            assert_eq!(confirmed.is_ok_and(|parameters| parameters.is_some()), expected == "accept", "{name}");
        }
    }
}

#[test]
fn a_server_answers_the_first_offer_that_it_can_accept() {
    let all = Policy::default();
    let modest = policy(limits(false, 11), Limits::default());
    let strict = policy(Limits::default(), limits(false, 10));
    for (policy, offers, expected) in [
        (all, "permessage-deflate", "permessage-deflate"),
        (all, "permessage-deflate; client_max_window_bits", "permessage-deflate"),
        (all, "permessage-deflate; client_max_window_bits=15", "permessage-deflate"),
        (all, "permessage-deflate; client_max_window_bits=8", "permessage-deflate; client_max_window_bits=8"),
        (all, "permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15"),
        (all, "permessage-deflate; server_max_window_bits=\"9\"", "permessage-deflate; server_max_window_bits=9"),
        (all, "permessage-deflate; server_max_window_bits=8", "permessage-deflate; server_max_window_bits=8"),
        (all, "permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"),
        (all, "permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover"),
        // Declined: the next one counts.
        (all, "permessage-deflate; server_max_window_bits, permessage-deflate", "permessage-deflate"),
        (
            all,
            "permessage-deflate; x, permessage-deflate; client_max_window_bits=9, permessage-deflate",
            "permessage-deflate; client_max_window_bits=9",
        ),
        (all, "permessage-deflate; server_max_window_bits=07", ""),
        (all, "permessage-deflate; server_max_window_bits=08", ""),
        (all, "permessage-deflate; server_max_window_bits=010", ""),
        (all, "permessage-deflate; server_max_window_bits=16", ""),
        (all, "permessage-deflate; server_max_window_bits=99999999999999999999", ""),
        (all, "permessage-deflate; server_max_window_bits=+9", ""),
        (all, "permessage-deflate; client_max_window_bits=7", ""),
        (all, "permessage-deflate; client_max_window_bits; client_max_window_bits", ""),
        (all, "permessage-deflate; client_no_context_takeover=true", ""),
        (all, "permessage-deflate; server_no_context_takeover=\"true\"", ""),
        (all, "permessage-deflate; server_no_context_takeover; server_no_context_takeover", ""),
        (all, "permessage-deflate; client_max_window_bits=\"010\"", ""),
        (all, "permessage-deflate; Server_no_context_takeover", ""),
        (all, "x-webkit-deflate-frame", ""),
        // What the server wants of itself.
        (modest, "permessage-deflate", "permessage-deflate; server_no_context_takeover; server_max_window_bits=11"),
        (
            modest,
            "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10",
        ),
        (
            modest,
            "permessage-deflate; server_max_window_bits=12",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=11",
        ),
        // What it wants of the client, whose window it may limit only if the offer allows for it.
        (strict, "permessage-deflate", ""),
        (
            strict,
            "permessage-deflate, permessage-deflate; client_max_window_bits",
            "permessage-deflate; client_no_context_takeover; client_max_window_bits=10",
        ),
        (
            strict,
            "permessage-deflate; client_max_window_bits=9",
            "permessage-deflate; client_no_context_takeover; client_max_window_bits=9",
        ),
    ] {
        assert_eq!(answer(policy, offers).as_deref(), Some(expected), "{policy:?} {offers}");
    }
    // Not even a list: a value, quoted or not, is a token (RFC 6455 9.1).
    for value in ["", "\"\"", "\"1 0\""] {
        assert_eq!(answer(all, &format!("permessage-deflate; server_max_window_bits={value}")), None, "{value}");
    }
}

#[test]
fn a_client_takes_no_answer_but_to_what_it_offers() {
    const CLIENT_BITS: &str = "client_max_window_bits";
    const SERVER_BITS: &str = "server_max_window_bits";
    let all = Policy::default();
    let strict = policy(limits(true, 12), limits(false, 10));
    for (policy, answer, expected) in [
        (all, "permessage-deflate", Ok((limits(true, 15), limits(true, 15)))),
        (all, "permessage-deflate; server_no_context_takeover", Ok((limits(true, 15), limits(false, 15)))),
        (all, "permessage-deflate; client_no_context_takeover", Ok((limits(false, 15), limits(true, 15)))),
        (all, "permessage-deflate; server_max_window_bits=8", Ok((limits(true, 15), limits(true, 8)))),
        (all, "permessage-deflate; client_max_window_bits=\"8\"", Ok((limits(true, 8), limits(true, 15)))),
        (all, "permessage-deflate; client_max_window_bits", Err(NegotiationError::InvalidValue(CLIENT_BITS))),
        (all, "permessage-deflate; server_max_window_bits", Err(NegotiationError::InvalidValue(SERVER_BITS))),
        (all, "permessage-deflate; server_max_window_bits=16", Err(NegotiationError::InvalidValue(SERVER_BITS))),
        (all, "permessage-deflate; server_max_window_bits=09", Err(NegotiationError::InvalidValue(SERVER_BITS))),
        (all, "permessage-deflate; client_max_window_bits=\"08\"", Err(NegotiationError::InvalidValue(CLIENT_BITS))),
        (all, "permessage-deflate; client_max_window_bits=7", Err(NegotiationError::InvalidValue(CLIENT_BITS))),
        (
            all,
            "permessage-deflate; server_no_context_takeover=1",
            Err(NegotiationError::InvalidValue("server_no_context_takeover")),
        ),
        (
            all,
            "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
            Err(NegotiationError::DuplicateParameter("client_no_context_takeover")),
        ),
        (all, "permessage-deflate; level=9", Err(NegotiationError::UnknownParameter)),
        (
            all,
            "permessage-deflate; server_max_window_bits=9; server_max_window_bits=9",
            Err(NegotiationError::DuplicateParameter(SERVER_BITS)),
        ),
        (all, "permessage-deflate, permessage-deflate", Err(NegotiationError::AcceptedTwice)),
        (
            strict,
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=9",
            Ok((limits(true, 12), limits(false, 9))),
        ),
        (
            strict,
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11",
            Ok((limits(true, 11), limits(false, 10))),
        ),
        (
            strict,
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; client_max_window_bits=13",
            Err(NegotiationError::NotAsOffered(CLIENT_BITS)),
        ),
        (
            strict,
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=11",
            Err(NegotiationError::NotAsOffered(SERVER_BITS)),
        ),
        (strict, "permessage-deflate; server_no_context_takeover", Err(NegotiationError::NotAsOffered(SERVER_BITS))),
        (
            strict,
            "permessage-deflate; server_max_window_bits=10",
            Err(NegotiationError::NotAsOffered("server_no_context_takeover")),
        ),
    ] {
        let confirmed = confirm(&[policy], answer).map(|parameters| {
            let parameters = parameters.expect("compression");
            (parameters.client(), parameters.server())
        });
        assert_eq!(confirmed, expected.map_err(Some), "{policy:?} {answer}");
    }
    // An answer may limit the client's window if the offer says so (7.1.2.2), and each of this client does.
    for policy in [all, strict] {
        assert!(Offers(&[policy]).to_string().contains("; client_max_window_bits"));
    }
    // The last of several offers is the one that was accepted.
    assert!(confirm(&[strict, all], "permessage-deflate").is_ok());
    assert_eq!(confirm(&[all], ""), Ok(None));
}

#[test]
fn every_pair_of_policies_agrees() {
    let choices = || [8, 9, 15].into_iter().flat_map(|bits| [limits(true, bits), limits(false, bits)]);
    let policies = || choices().flat_map(|sending| choices().map(move |receiving| policy(sending, receiving)));
    let mut count = 0;
    for server in policies() {
        for client in policies() {
            let offers = Offers(std::slice::from_ref(&client)).to_string();
            let accepted =
                server.accept(Extensions::parse(&offers).unwrap()).expect("a client lets its window be limited");
            let confirmed = confirm(&[client], &accepted.to_string()).unwrap().unwrap();
            assert_eq!((confirmed.client(), confirmed.server()), (accepted.client(), accepted.server()));
            for (agreed, [sender, receiver]) in [
                (accepted.client(), [client.sending, server.receiving]),
                (accepted.server(), [server.sending, client.receiving]),
            ] {
                assert_eq!(agreed.context_takeover, sender.context_takeover && receiver.context_takeover);
                assert_eq!(agreed.max_window_bits, sender.max_window_bits.min(receiver.max_window_bits));
            }
            count += 1;
        }
    }
    assert_eq!(count, 36 * 36);
}
