//! The handshake parts of the test vectors, at every split.

#![cfg(feature = "alloc")]

mod handshake_support;

use handshake_support::{Answer, REQUEST, ask_at_every_split, serve, serve_at_every_split};
use serde::Deserialize;
use websocket_proto::handshake::{HeadLimits, Key, Offer};

#[derive(Deserialize)]
struct Vectors {
    accept_keys: Vec<AcceptKey>,
    server_handshake: Vec<ServerVector>,
    client_handshake: Vec<ClientVector>,
}

#[derive(Deserialize)]
struct AcceptKey {
    key: String,
    accept: String,
}

#[derive(Deserialize)]
struct ServerVector {
    name: String,
    request_base64: Option<String>,
    request_recipe: Option<Recipe>,
    expect: Expect,
    status: Vec<u16>,
}

/// How to make a request that is too large to be written down.
#[derive(Deserialize)]
struct Recipe {
    add_header: Option<(String, String)>,
    add_headers_n: Option<usize>,
    target_len: Option<usize>,
    #[serde(default)]
    truncate_each: bool,
}

#[derive(Deserialize)]
struct ClientVector {
    name: String,
    key: String,
    response_base64: String,
    expect: Expect,
    #[serde(default)]
    requested_protocols: Vec<String>,
    delivers: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Accept,
    Reject,
    Either,
    Incomplete,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/websocket.json")).expect("the vectors are as described")
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).expect("the vectors hold base64")
}

#[test]
fn accept_values() {
    let vectors = vectors().accept_keys;
    assert_eq!(vectors.len(), 5);
    for AcceptKey { key, accept } in vectors {
        let key = Key::from_value(key.as_bytes()).expect("a key");
        assert_eq!(key.accept().as_str(), accept, "{key:?}");
    }
}

#[test]
fn server() {
    let vectors = vectors().server_handshake;
    assert_eq!(vectors.len(), 75);
    for vector in vectors {
        if vector.request_recipe.as_ref().is_some_and(|recipe| recipe.truncate_each) {
            every_prefix_is_incomplete();
            continue;
        }
        let request = match (&vector.request_base64, &vector.request_recipe) {
            (Some(request), None) => base64(request),
            (None, Some(recipe)) => make(recipe),
            _ => panic!("{}: neither a request nor a recipe", vector.name),
        };
        check_server(&vector, &request);
    }
}

fn check_server(vector: &ServerVector, request: &[u8]) {
    let served = if request.len() <= 4096 {
        serve_at_every_split(request, &[])
    } else {
        let limits = HeadLimits::default();
        let whole = serve([request], &[], limits);
        for chunk in [1, 7, 4096] {
            assert_eq!(serve(request.chunks(chunk), &[], limits), whole, "{} in pieces of {chunk}", vector.name);
        }
        whole
    };
    let served = served.unwrap_or_else(|| panic!("{}: no verdict", vector.name));
    assert!(vector.status.contains(&served.status()), "{}: {:?}", vector.name, served.verdict);
    match vector.expect {
        Expect::Accept => assert!(served.verdict.is_ok(), "{}: {:?}", vector.name, served.verdict),
        Expect::Reject => assert!(served.verdict.is_err(), "{}: {:?}", vector.name, served.verdict),
        Expect::Either => {}
        Expect::Incomplete => panic!("{}: not a whole request", vector.name),
    }
    if served.status() == 426 {
        let response = String::from_utf8(served.response).unwrap();
        assert!(response.contains("\r\nSec-WebSocket-Version: 13\r\n"), "{}: {response}", vector.name);
    }
}

fn make(recipe: &Recipe) -> Vec<u8> {
    let mut added = String::new();
    if let Some((name, value)) = &recipe.add_header {
        let (text, count) = value.split_once(" x ").expect("text x count");
        added += &format!("{name}: {}\r\n", text.repeat(count.parse().expect("a count")));
    }
    for n in 0..recipe.add_headers_n.unwrap_or_default() {
        added += &format!("X-{n}: {n}\r\n");
    }
    let mut request = REQUEST.replace("Origin", &format!("{added}Origin"));
    if let Some(len) = recipe.target_len {
        request = request.replace("/chat", &format!("/{}", "a".repeat(len - 1)));
    }
    request.into_bytes()
}

fn every_prefix_is_incomplete() {
    for len in 0..REQUEST.len() {
        let prefix = &REQUEST.as_bytes()[..len];
        assert_eq!(serve_at_every_split(prefix, &[]), None, "the first {len} bytes");
    }
}

#[test]
fn client() {
    let vectors = vectors().client_handshake;
    assert_eq!(vectors.len(), 35);
    for vector in vectors {
        let response = base64(&vector.response_base64);
        let key = Key::from_value(vector.key.as_bytes()).expect("a key");
        let requested: Vec<_> = vector.requested_protocols.iter().map(String::as_str).collect();
        let offer = Offer { subprotocols: &requested, ..Offer::new("server.example.com", "/chat") };
        let asked = ask_at_every_split(&response, &offer, &key);
        if vector.expect == Expect::Incomplete {
            assert_eq!(asked, None, "{}", vector.name);
            continue;
        }
        let asked = asked.unwrap_or_else(|| panic!("{}: no outcome", vector.name));
        let established = matches!(asked.verdict, Ok(Answer::Established { .. }));
        if vector.expect != Expect::Either {
            assert_eq!(established, vector.expect == Expect::Accept, "{}: {:?}", vector.name, asked.verdict);
        }
        if let Some(text) = vector.delivers {
            // The frame of an unmasked text message has a header of two bytes.
            assert_eq!(&response[asked.taken + 2..], text.as_bytes(), "{}", vector.name);
        }
    }
}
