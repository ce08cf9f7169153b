//! What is refused, by either side.

use bytes::Bytes;
use h2::ext::Protocol;
use http::{HeaderValue, Method, Request, Response};
use http2::client::Client;
use tokio::net::TcpListener;
use websocket_proto::handshake::Offer;

use crate::raw::{Raw, read_to_end};
use crate::{client, run, server};

#[test]
fn a_refused_request_leaves_the_connection_usable() {
    run(async {
        let (client, host) = client().await;
        let refused = client.open(&Offer::new(&host, "/elsewhere")).await.err().expect("a refusal");
        assert_eq!(refused.to_string(), "the server refused: 404");
        let socket = client.open(&Offer::new(&host, "/echo")).await.expect("a WebSocket");
        socket.close().await.expect("a closing handshake");
    });
}

#[test]
fn requests_that_are_no_handshake_get_an_answer() {
    run(async {
        let raw = Raw::connect(&server().await).await;
        let mut old_version = raw.request();
        old_version.headers_mut().insert("sec-websocket-version", HeaderValue::from_static("8"));
        let mut other_protocol = raw.request();
        other_protocol.extensions_mut().insert(Protocol::from_static("connect-udp"));
        let mut bad_list = raw.request();
        bad_list.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("a b"));
        let mut get = Request::get(format!("http://{}/echo", raw.host)).body(()).expect("a request");
        *get.version_mut() = http::Version::HTTP_2;
        for (request, status) in [(old_version, 400), (other_protocol, 501), (bad_list, 400), (get, 400)] {
            let is_version = request.headers().get("sec-websocket-version").is_some_and(|value| value == "8");
            let (mut response, _) = raw.send(request).await;
            assert_eq!(response.status(), status);
            let version = response.headers().get("sec-websocket-version");
            assert_eq!(version.is_some_and(|value| value == "13"), is_version, "{version:?}");
            let text = read_to_end(response.body_mut()).await;
            assert!(text.ends_with(b"\n"), "a line that tells why: {text:?}");
        }
    });
}

/// A server of HTTP/2 that gives every request this response.
async fn server_with(response: Response<()>, extended_connect: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let host = listener.local_addr().expect("a bound socket").to_string();
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.expect("a client");
        let mut builder = h2::server::Builder::new();
        if extended_connect {
            builder.enable_connect_protocol();
        }
        let mut connection = builder.handshake::<_, Bytes>(tcp).await.expect("HTTP/2");
        while let Some(Ok((request, mut respond))) = connection.accept().await {
            assert_eq!(request.method(), Method::CONNECT);
            respond.send_response(response.clone(), true).expect("the client waits");
        }
    });
    host
}

#[test]
fn a_server_without_extended_connect_is_not_asked() {
    run(async {
        let host = server_with(Response::new(()), false).await;
        let error = Client::connect(&host).await.err().expect("an error");
        assert_eq!(error.to_string(), "the server does not offer WebSocket over HTTP/2");
    });
}

#[test]
fn a_response_must_fit_the_offer() {
    run(async {
        for (name, value, reason) in [
            ("sec-websocket-protocol", "other", "subprotocol"),
            ("sec-websocket-extensions", "permessage-deflate", "extension"),
        ] {
            let response = Response::builder().header(name, value).body(()).expect("a response");
            let host = server_with(response, true).await;
            let client = Client::connect(&host).await.expect("a connection");
            let offer = Offer { subprotocols: &["chat"], ..Offer::new(&host, "/") };
            let error = client.open(&offer).await.err().expect("an error").to_string();
            assert!(error.contains(reason), "{error}");
        }
    });
}
