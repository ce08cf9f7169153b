//! The WebSocket: who hears what, and what gets no WebSocket.

use serde_json::json;
use websocket_proto::CloseCode;

use crate::support::http;
use crate::support::server::Server;
use crate::support::websocket::{Message, WebSocket};

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

fn enter(server: &Server) -> (WebSocket, String) {
    let mut socket = WebSocket::open(&server.address.to_string(), "/chat", &["chat"]);
    let welcome = socket.receive_json();
    assert_eq!(welcome["type"], "welcome");
    let name = welcome["name"].as_str().expect("a name").to_owned();
    // Its own arrival is the first thing that everybody hears.
    while socket.receive_json()["name"] != json!(name) {}
    (socket, name)
}

/// A drawing as everybody gets it.
fn shown(name: &str, bytes: &[u8]) -> Message {
    let name_len = u8::try_from(name.len()).expect("a short name");
    Message::Binary([&[name_len], name.as_bytes(), bytes].concat())
}

#[test]
fn text_and_binary_reach_everybody() {
    let server = Server::start();
    let (mut first, first_name) = enter(&server);
    let (mut second, second_name) = enter(&server);
    assert_eq!(first.receive_json(), json!({ "type": "joined", "name": second_name, "present": 2 }));

    first.send_text("grüße 🦊");
    let said = json!({ "type": "said", "from": first_name, "text": "grüße 🦊" });
    assert_eq!(first.receive_json(), said);
    assert_eq!(second.receive_json(), said);

    second.send_binary(&[0, 255, 7]);
    assert_eq!(first.receive(), shown(&second_name, &[0, 255, 7]));
    assert_eq!(second.receive(), shown(&second_name, &[0, 255, 7]));

    drop(first);
    assert_eq!(second.receive_json(), json!({ "type": "left", "name": first_name, "present": 1 }));
}

#[test]
fn a_newcomer_sees_what_was_said() {
    let server = Server::start();
    let (mut first, name) = enter(&server);
    first.send_text("before");
    first.send_binary(b"drawing");
    while first.receive() != shown(&name, b"drawing") {}

    let mut late = WebSocket::open(&server.address.to_string(), "/chat", &["chat"]);
    assert_eq!(late.receive_json()["type"], "welcome");
    assert_eq!(late.receive_json(), json!({ "type": "said", "from": name, "text": "before" }));
    assert_eq!(late.receive(), shown(&name, b"drawing"));
}

#[test]
fn a_message_beyond_the_limit_is_refused_with_1009_and_hurts_nobody_else() {
    let server = Server::start();
    let (mut bystander, _) = enter(&server);
    let (mut sender, name) = enter(&server);
    sender.send_text(&"x".repeat(4097));
    assert_eq!(sender.receive(), Message::Close(Some(CloseCode::MESSAGE_TOO_BIG), String::new()));
    assert_eq!(sender.receive(), Message::End);
    assert_eq!(bystander.receive_json()["type"], "joined");
    assert_eq!(bystander.receive_json(), json!({ "type": "left", "name": name, "present": 1 }));
}

#[test]
fn a_flood_is_refused_with_1008() {
    let server = Server::start();
    let (mut socket, _) = enter(&server);
    socket.send_texts(["again"; 100]);
    let code = loop {
        match socket.receive() {
            Message::Text(_) => {}
            Message::Close(code, _) => break code,
            other => panic!("expected a Close, got {other:?}"),
        }
    };
    assert_eq!(code, Some(CloseCode::POLICY_VIOLATION));
}

#[test]
fn requests_that_are_no_handshake_get_the_status_that_says_so() {
    let server = Server::start();
    let upgrade = ["Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", KEY];
    let protocol = "Sec-WebSocket-Protocol: superchat, chat";
    let status = |headers: &[&str]| http::get(&server, "/chat", headers).status;

    let accepted = http::get(&server, "/chat", &[&upgrade[..], &[protocol]].concat());
    assert_eq!(accepted.status, 101);
    assert_eq!(accepted.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_eq!(accepted.header("sec-websocket-protocol"), Some("chat"));
    assert_eq!(accepted.header("upgrade"), Some("websocket"));

    assert_eq!(status(&upgrade), 400, "no subprotocol");
    assert_eq!(status(&[&upgrade[..], &["Sec-WebSocket-Protocol: superchat"]].concat()), 400);
    assert_eq!(status(&[&upgrade[..], &[protocol, KEY]].concat()), 400, "two keys");
    assert_eq!(status(&[&upgrade[..3], &[protocol, "Sec-WebSocket-Key: c2hvcnQ="]].concat()), 400, "a short key");
    assert_eq!(status(&[&upgrade[..], &[protocol, "Origin: http://evil.example"]].concat()), 403);
    let own = format!("Origin: http://{}", server.address);
    assert_eq!(status(&[&upgrade[..], &[protocol, &own]].concat()), 101);

    let ordinary = http::get(&server, "/chat", &[]);
    assert_eq!((ordinary.status, ordinary.header("upgrade")), (426, Some("websocket")));
    let old = http::get(&server, "/chat", &[upgrade[0], upgrade[1], "Sec-WebSocket-Version: 8", KEY, protocol]);
    assert_eq!((old.status, old.header("sec-websocket-version")), (426, Some("13")));
    let post = http::request(&server, "POST", "/chat", &["Content-Length: 0"]);
    assert_eq!((post.status, post.header("allow")), (405, Some("GET")));
}
