//! What goes out can't be injected into: a field that would end its line, or split the head, cannot be built.

#![cfg(feature = "alloc")]

mod handshake_support;

use handshake_support::{REQUEST, sample_key};
use proptest::prelude::*;
use websocket_proto::handshake::{Acceptance, BuildError, ClientHandshake, Offer, Refusal, ServerHandshake, Status};

const EVIL: [&str; 7] = ["\r\nX: y", "\nX: y", "\rX: y", "a\0b", "\x0b", "\x7f", "a\r\n"];

fn ask(offer: &Offer<'_>) -> Result<Vec<u8>, BuildError> {
    let mut request = Vec::new();
    let built = ClientHandshake::new(offer, &sample_key(), &mut request).map(|_| ());
    assert!(built.is_ok() || request.is_empty(), "nothing is written on an error");
    built.map(|()| request)
}

fn accept(acceptance: &Acceptance<'_>) -> Result<Vec<u8>, BuildError> {
    let mut handshake = ServerHandshake::new();
    let request = handshake.receive(&mut REQUEST.as_bytes()).unwrap().unwrap();
    let mut response = Vec::new();
    request.accept(acceptance)?.append_to(&mut response);
    Ok(response)
}

fn refuse(refusal: &Refusal<'_>) -> Result<Vec<u8>, BuildError> {
    let mut response = Vec::new();
    let built = refusal.append_to(&mut response);
    assert!(built.is_ok() || response.is_empty(), "nothing is written on an error");
    built.map(|()| response)
}

#[test]
fn values_of_extra_fields() {
    for value in EVIL {
        let headers = &[("X-Fine", "fine\tvalue"), ("X-Evil", value)];
        let error = Some(BuildError::FieldValue { index: 1 });
        assert_eq!(ask(&Offer { headers, ..Offer::new("a", "/") }).err(), error, "{value:?}");
        assert_eq!(accept(&Acceptance { headers, ..Acceptance::default() }).err(), error, "{value:?}");
        assert_eq!(refuse(&Refusal { headers, ..Refusal::new(Status::NOT_FOUND) }).err(), error, "{value:?}");
    }
}

#[test]
fn names_of_extra_fields() {
    for name in EVIL.into_iter().chain(["", "X:", "X Y", "X\t", "caf\u{e9}", "(x)"]) {
        let headers = &[(name, "value")];
        let error = Some(BuildError::FieldName { index: 0 });
        assert_eq!(ask(&Offer { headers, ..Offer::new("a", "/") }).err(), error, "{name:?}");
        assert_eq!(accept(&Acceptance { headers, ..Acceptance::default() }).err(), error, "{name:?}");
        assert_eq!(refuse(&Refusal { headers, ..Refusal::new(Status::NOT_FOUND) }).err(), error, "{name:?}");
    }
}

#[test]
fn fields_that_the_handshake_writes_itself() {
    for name in [
        "Host",
        "upgrade",
        "CONNECTION",
        "Origin",
        "Content-Length",
        "Transfer-Encoding",
        "Sec-WebSocket-Key",
        "sec-websocket-anything",
    ] {
        let headers = &[(name, "value")];
        let error = Some(BuildError::ReservedField { index: 0 });
        assert_eq!(ask(&Offer { headers, ..Offer::new("a", "/") }).err(), error, "{name}");
        assert_eq!(accept(&Acceptance { headers, ..Acceptance::default() }).err(), error, "{name}");
        assert_eq!(refuse(&Refusal { headers, ..Refusal::new(Status::NOT_FOUND) }).err(), error, "{name}");
    }
}

#[test]
fn the_parts_of_an_offer() {
    for evil in EVIL {
        let offer = Offer::new("a.example", "/");
        let target = format!("/{evil}");
        assert_eq!(ask(&Offer { target: &target, ..offer }), Err(BuildError::Target), "{evil:?}");
        let host = format!("a{evil}");
        assert_eq!(ask(&Offer { host: &host, ..offer }), Err(BuildError::Host), "{evil:?}");
        assert_eq!(ask(&Offer { origin: Some(evil), ..offer }), Err(BuildError::Origin), "{evil:?}");
        assert_eq!(ask(&Offer { subprotocols: &["a", evil], ..offer }), Err(BuildError::Subprotocol), "{evil:?}");
        assert_eq!(ask(&Offer { extensions: evil, ..offer }), Err(BuildError::Extensions), "{evil:?}");
    }
}

proptest! {
    /// Whatever the parts of an offer are, what is written has the lines of the offer and no others.
    #[test]
    fn the_lines_of_a_request(
        host in any::<String>(),
        target in any::<String>(),
        origin in any::<Option<String>>(),
        subprotocol in any::<Option<String>>(),
        extensions in any::<String>(),
        name in "[a-z\\r\\n:]{1,3}",
        value in "[a-z\\r\\n\\x00é]{0,3}",
    ) {
        let subprotocols: Vec<_> = subprotocol.iter().map(String::as_str).collect();
        let fields = [(name.as_str(), value.as_str())];
        // Parts that are valid more often than not, so that each gets its turn.
        for (host, target, extensions) in [
            (host.as_str(), target.as_str(), extensions.as_str()),
            ("a.example", "/", ""),
            ("a.example", "/", extensions.as_str()),
        ] {
            let offer = Offer {
                origin: origin.as_deref(), subprotocols: &subprotocols, extensions, headers: &fields,
                ..Offer::new(host, target)
            };
            if let Ok(request) = ask(&offer) {
                let lines = request.split(|&b| b == b'\n').count() - 1;
                let expected = 5 // the request line, Host, Upgrade, Connection, the key
                    + 1 // the version
                    + usize::from(origin.is_some())
                    + subprotocols.len()
                    + usize::from(!extensions.trim_matches([' ', '\t', ',']).is_empty())
                    + fields.len()
                    + 1; // the empty line
                prop_assert_eq!(lines, expected);
                prop_assert!(ServerHandshake::new().receive(&mut &request[..]).unwrap().is_some());
            }
        }
    }
}
