//! Ctrl-C and SIGTERM: everybody is told, then the program ends.
#![cfg(unix)]

use websocket_proto::CloseCode;

use crate::support::http;
use crate::support::server::Server;
use crate::support::websocket::{Message, WebSocket};

#[test]
fn ctrl_c_closes_websockets_with_1001_and_ends_streams_in_good_order() {
    ends_cleanly_on("INT");
}

#[test]
fn so_does_sigterm() {
    ends_cleanly_on("TERM");
}

fn ends_cleanly_on(signal: &str) {
    let server = Server::start();
    let mut socket = WebSocket::open(&server.address.to_string(), "/chat", &["chat"]);
    assert_eq!(socket.receive_json()["type"], "welcome");
    let mut stream = http::get(&server, "/prices?stream=a", &[]);
    assert!(stream.chunk().is_some());
    // A connection that has said nothing must not hold the program up either.
    let _idle = server.connect();

    server.signal(signal);
    let close = loop {
        match socket.receive() {
            Message::Text(_) => {}
            other => break other,
        }
    };
    assert_eq!(close, Message::Close(Some(CloseCode::GOING_AWAY), "the server is stopping".into()));
    assert_eq!(socket.receive(), Message::End);
    drop(socket);
    while !stream.chunk().expect("the stream ends in good order").is_empty() {}
    drop(stream);

    let (status, stderr) = server.wait();
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn clients_that_do_not_answer_hold_the_end_up_for_a_bounded_time_only() {
    let server = Server::start();
    let socket = WebSocket::open(&server.address.to_string(), "/chat", &["chat"]);
    server.signal("INT");
    // The client reads nothing, answers nothing, and closes nothing before the program has ended.
    let (status, _) = server.wait();
    assert_eq!(status.code(), Some(0));
    drop(socket);
}
