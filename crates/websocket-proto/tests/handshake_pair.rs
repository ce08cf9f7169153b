//! Both sides together: what one writes the other reads, however it is cut.

#![cfg(feature = "alloc")]

mod handshake_support;

use handshake_support::{Answer, ask, request_with, sample_key, serve};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use websocket_proto::handshake::{Acceptance, ClientHandshake, HeadLimits, Key, Offer, Outcome, ServerHandshake};

/// Cuts an input at these places.
fn cut<'i>(input: &'i [u8], at: &[Index]) -> Vec<&'i [u8]> {
    let mut places: Vec<_> = at.iter().map(|index| index.index(input.len() + 1)).collect();
    places.sort_unstable();
    let mut pieces = Vec::new();
    let mut start = 0;
    for place in places.into_iter().chain([input.len()]) {
        pieces.push(&input[start..place]);
        start = place;
    }
    pieces
}

fn token() -> impl Strategy<Value = String> {
    "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}"
}

proptest! {
    #[test]
    fn an_offer_is_accepted(
        nonce: [u8; 16],
        host in "[a-z0-9.-]{1,20}(:[0-9]{1,4})?",
        target in "/[!-\"$-~]{0,30}",
        origin in proptest::option::of("[!-~]{0,20}"),
        mut subprotocols in vec(token(), 0..5),
        extensions in vec((token(), vec((token(), proptest::option::of(token())), 0..3)), 0..4),
        chosen: Index,
        request_cuts: Vec<Index>,
        response_cuts: Vec<Index>,
        rest: Vec<u8>,
    ) {
        subprotocols.sort_unstable();
        subprotocols.dedup();
        let names: Vec<_> = subprotocols.iter().map(String::as_str).collect();
        let extensions: Vec<_> = extensions
            .iter()
            .map(|(name, params)| params.iter().fold(name.clone(), |list, (name, value)| match value {
                Some(value) => format!("{list}; {name}=\"{value}\""),
                None => format!("{list}; {name}"),
            }))
            .collect();
        let extensions = extensions.join(", ");
        let key = Key::from_nonce(nonce);
        let offer = Offer {
            origin: origin.as_deref(), subprotocols: &names, extensions: &extensions,
            headers: &[("X-Extra", "a b")],
            ..Offer::new(&host, &target)
        };
        let mut request = Vec::new();
        let mut client = ClientHandshake::new(&offer, &key, &mut request).unwrap();

        // The server sees what was offered, and chooses one of each.
        let chosen = names.get(chosen.index(names.len() + 1)).copied();
        let accepted_extension = extensions.split([',', ';']).next().unwrap_or_default();
        let mut server = ServerHandshake::new();
        let mut response = Vec::new();
        for piece in cut(&request, &request_cuts) {
            let mut input = piece;
            if let Some(request) = server.receive(&mut input).unwrap() {
                let seen = [Some(request.path()), request.query()].into_iter().flatten().collect::<Vec<_>>().join("?");
                prop_assert_eq!(seen, target.as_str());
                prop_assert_eq!(request.host(), host.as_str());
                prop_assert_eq!(request.origin(), origin.as_deref());
                prop_assert!(request.subprotocols().eq(names.iter().copied()));
                prop_assert_eq!(request.headers().get("x-extra"), Some(&b"a b"[..]));
                let acceptance = Acceptance { subprotocol: chosen, extensions: accepted_extension, headers: &[] };
                request.accept(&acceptance).unwrap().append_to(&mut response);
            }
        }
        prop_assert!(!response.is_empty());

        // The client agrees, and leaves what follows.
        let response_len = response.len();
        response.extend_from_slice(&rest);
        let mut taken = 0;
        let mut established = false;
        for piece in cut(&response, &response_cuts) {
            let mut input = piece;
            match client.receive(&mut input).unwrap() {
                None => {}
                Some(Outcome::Established { negotiated, .. }) => {
                    established = true;
                    prop_assert_eq!(negotiated.subprotocol, chosen);
                    let names: Vec<_> = negotiated.extensions.map(|extension| extension.name()).collect();
                    prop_assert_eq!(names.join(","), accepted_extension);
                }
                Some(Outcome::Refused { .. }) => prop_assert!(false, "refused"),
            }
            taken += piece.len() - input.len();
        }
        prop_assert!(established);
        prop_assert_eq!(taken, response_len);
    }

    /// A request with anything changed has one verdict for every cut.
    #[test]
    fn the_cut_of_a_request_changes_nothing(
        line in "[ -~\\t\\r\\n]{0,20}", at: Index, byte: u8, cuts in vec(any::<Vec<Index>>(), 5),
    ) {
        let mut request = request_with(&[&line]);
        let at = at.index(request.len());
        request[at] = byte;
        let limits = HeadLimits { max_bytes: 260, max_fields: 7 };
        let whole = serve([&request[..]], &[], limits);
        for cuts in cuts {
            prop_assert_eq!(&serve(cut(&request, &cuts), &[], limits), &whole);
        }
    }

    /// A response with anything changed has one outcome for every cut.
    #[test]
    fn the_cut_of_a_response_changes_nothing(
        line in "[ -~\\t\\r\\n]{0,20}", at: Index, byte: u8, cuts in vec(any::<Vec<Index>>(), 5),
    ) {
        let mut response = handshake_support::response_with(&[&line]);
        let at = at.index(response.len());
        response[at] = byte;
        let limits = HeadLimits { max_bytes: 170, max_fields: 4 };
        let offer = Offer::new("a.example", "/");
        let whole = ask([&response[..]], &offer, &sample_key(), limits);
        for cuts in cuts {
            prop_assert_eq!(&ask(cut(&response, &cuts), &offer, &sample_key(), limits), &whole);
        }
    }

    /// A rejection is a response that a client reads as the refusal that it is.
    #[test]
    fn a_rejection_is_read_as_a_refusal(line in "[ -~\\t]{0,20}", at: Index, byte: u8) {
        let mut request = request_with(&[&line]);
        let at = at.index(request.len());
        request[at] = byte;
        let Some(served) = serve([&request[..]], &[], HeadLimits::default()) else { return Ok(()) };
        if let Err(rejection) = served.verdict {
            let offer = Offer::new("a.example", "/");
            let asked = ask([&served.response[..]], &offer, &sample_key(), HeadLimits::default()).unwrap();
            let body = &served.response[asked.taken..];
            prop_assert_eq!(String::from_utf8_lossy(body), format!("{rejection}\n"));
            match asked.verdict {
                Ok(Answer::Refused { status, headers, .. }) => {
                    prop_assert_eq!(status, rejection.status().code());
                    let length = body.len().to_string().into_bytes();
                    prop_assert!(headers.contains(&("Content-Length".into(), length)));
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
