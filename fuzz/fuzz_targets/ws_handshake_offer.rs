//! Arbitrary offers: one that a client can build is one request, which a server accepts as it was meant, with any of what
//! was offered; the client takes the answer. By extended CONNECT it is the same.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use websocket_proto::handshake::{
    Acceptance, ClientHandshake, Connect, Field, HeadLimits, Headers, Key, Offer, Outcome, Request, ServerHandshake,
    Status,
};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    nonce: [u8; 16],
    host: Option<&'a str>,
    target: Option<&'a str>,
    origin: Option<&'a str>,
    subprotocols: Vec<&'a str>,
    extensions: Option<&'a str>,
    fields: Vec<(&'a str, &'a str)>,
    chosen: u8,
    cuts: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let offer = Offer {
        host: input.host.unwrap_or("a.example:80"),
        target: input.target.unwrap_or("/"),
        origin: input.origin,
        subprotocols: &input.subprotocols,
        extensions: input.extensions.unwrap_or("x-a; b, x-c"),
        headers: &input.fields,
    };
    let key = Key::from_nonce(input.nonce);
    let mut request = Vec::new();
    let Ok(mut client) = ClientHandshake::new(&offer, &key, &mut request) else {
        assert!(request.is_empty());
        return;
    };

    let chosen = input.subprotocols.get(usize::from(input.chosen)).copied();
    connect(&offer, chosen);

    let limits = HeadLimits { max_bytes: usize::MAX, max_fields: usize::MAX };
    let mut server = ServerHandshake::with_limits(limits);
    let mut response = Vec::new();
    for mut piece in push_proto_fuzz::pieces(&request, input.cuts) {
        let Some(seen) = server.receive(&mut piece).unwrap() else { continue };
        assert!(piece.is_empty(), "nothing follows the head");
        assert_eq!((seen.host(), seen.origin()), (offer.host, offer.origin));
        let target = seen.query().map_or(seen.path().to_owned(), |query| format!("{}?{query}", seen.path()));
        assert_eq!(target, offer.target);
        assert!(seen.subprotocols().eq(offer.subprotocols.iter().copied()));
        for (name, value) in offer.headers {
            let value = value.trim_matches([' ', '\t']).as_bytes();
            assert!(seen.headers().get_all(name).any(|found| found == value));
        }
        let acceptance = Acceptance { subprotocol: chosen, extensions: offer.extensions, headers: offer.headers };
        seen.accept(&acceptance).unwrap().append_to(&mut response);
    }

    let mut input = &response[..];
    // The client reads heads within its limits alone.
    let Ok(outcome) = client.receive(&mut input) else {
        assert!(response.len() > HeadLimits::default().max_bytes || offer.headers.len() > 90);
        return;
    };
    match outcome {
        Some(Outcome::Established { negotiated, .. }) => assert_eq!(negotiated.subprotocol, chosen),
        other => panic!("{other:?}"),
    }
    assert!(input.is_empty());
});

/// The offer by extended CONNECT, from client to server and back.
fn connect(offer: &Offer<'_>, chosen: Option<&str>) {
    let (request, expected) = offer.connect_fields(true).unwrap();
    let fields: Vec<_> = request.iter().map(|(name, value)| Field::new(name, value)).collect();
    let seen = Request::<Connect>::from_fields(&fields).unwrap();
    assert_eq!((seen.host(), seen.origin()), (offer.host, offer.origin));
    assert!(seen.subprotocols().eq(offer.subprotocols.iter().copied()));
    let acceptance = Acceptance { subprotocol: chosen, extensions: offer.extensions, headers: offer.headers };
    let response = seen.accept(&acceptance).unwrap().fields();
    assert!(request.iter().chain(&response).all(|(name, _)| !name.bytes().any(|b| b.is_ascii_uppercase())));

    let fields: Vec<_> = response.iter().skip(1).map(|(name, value)| Field::new(name, value)).collect();
    match expected.check(Status::OK, Headers::new(&fields)) {
        Ok(Outcome::Established { negotiated, .. }) => assert_eq!(negotiated.subprotocol, chosen),
        other => panic!("{other:?}"),
    }
}
