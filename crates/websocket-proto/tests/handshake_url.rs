//! Offers made from the `url` crate's URLs.

#![cfg(feature = "url")]

use url::Url;
use websocket_proto::handshake::{BuildError, ClientHandshake, Key, Offer};

fn offer(url: &str) -> Result<(String, String), BuildError> {
    let url = Url::parse(url).unwrap();
    Offer::from_url(&url).map(|offer| (offer.host.to_owned(), offer.target.to_owned()))
}

#[test]
fn a_url_gives_host_and_target() {
    for (url, host, target) in [
        ("ws://example.com", "example.com", "/"),
        ("ws://example.com:80/", "example.com", "/"),
        ("ws://example.com:8080/a/../b", "example.com:8080", "/b"),
        ("wss://example.com:443?q", "example.com", "/?q"),
        ("wss://EXAMPLE.com:80/%7e", "example.com:80", "/%7e"),
        ("http://b\u{fc}cher.example/", "xn--bcher-kva.example", "/"),
        ("https://[::1]:9001/chat", "[::1]:9001", "/chat"),
        ("ws://127.1/a b#c", "127.0.0.1", "/a%20b"),
    ] {
        assert_eq!(offer(url), Ok((host.to_owned(), target.to_owned())), "{url}");
    }
}

#[test]
fn what_is_no_websocket_url_is_refused() {
    for url in ["ftp://example.com/", "mailto:user@example.com", "ws://user@example.com/", "wss://u:p@example.com/"] {
        assert_eq!(offer(url), Err(BuildError::Host), "{url}");
    }
}

/// The `url` crate lets some characters stand that RFC 3986 does not: nothing of it reaches the request line.
#[test]
fn no_url_breaks_the_request_line() {
    let key = Key::from_nonce(*b"the sample nonce");
    for path in ["/a|b", "/a^b", "/[", "/{}", "/\"", "/<>", "/`", "/a\r\nX: y", "/\t", "/?a|b", "/?\"'", "/?{}`^"] {
        let url = Url::parse(&format!("ws://example.com{path}")).unwrap();
        let Ok(offer) = Offer::from_url(&url) else { continue };
        let mut request = Vec::new();
        ClientHandshake::new(&offer, &key, &mut request).unwrap();
        let line = request.split(|&byte| byte == b'\r').next().unwrap();
        assert_eq!(line, format!("GET {} HTTP/1.1", offer.target).as_bytes());
        assert!(offer.target.bytes().all(|byte| byte.is_ascii_graphic()), "{path}");
    }
}
