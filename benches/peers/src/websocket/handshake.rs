//! The server's opening handshake: a request that has arrived, and the response to it.
//!
//! fastwebsockets and yawc take theirs from hyper, which is not compared here.

use std::cell::RefCell;

use nexus_web::ws::{Client as Nexus, ClientBuilder};
use soketto::handshake::Server;
use soketto::handshake::server::Response;
use tokio_websockets::ServerBuilder;
use websocket_proto::handshake::{Acceptance, ServerHandshake};
use wtx::web_socket::WebSocketAcceptor;

use super::pipe::{Input, Pipe, now};
use super::{Run, time};
use crate::Effort;
use benches::handshake::{BROWSER, MINIMAL};

use crate::report::{Cell, Counted, Table, Unit};
use crate::timing::progress;

/// How many handshakes one run makes.
const COUNT: usize = 1000;

pub fn compare(effort: Effort) {
    let mut table = Table::new("websocket: server's opening handshake", Unit::Nanoseconds);
    for request in [MINIMAL, BROWSER] {
        let name = format!("{} B", request.len());
        progress(&format!("handshake: {name}"));
        let runs = [
            run("websocket-proto", request, ours()),
            run("tungstenite", request, |pipe| tungstenite::accept(pipe.clone()).is_ok()),
            run("tokio-websockets", request, |pipe| {
                matches!(now(ServerBuilder::new().accept(pipe.clone())), Some(Ok(_)))
            }),
            run("sockudo-ws", request, sockudo()),
            run("wtx", request, |pipe| matches!(now(WebSocketAcceptor::default().accept(pipe.clone())), Some(Ok(_)))),
            run("soketto", request, |pipe| now(soketto(pipe)).flatten().is_some()),
            run("nexus-web", request, nexus),
        ];
        let times = time(&runs, COUNT, effort, &mut (), |(), _, _| {});
        table.add(&Cell { name: &name, bytes: request.len(), times: &times, goal: Some(1.0) });
    }
    table.finish();
}

fn run(name: &'static str, request: &str, accept: impl Fn(&Pipe) -> bool + 'static) -> Run<()> {
    let pipe = Pipe::new(16 * 1024);
    let request = Input::new(request.as_bytes());
    pipe.feed(&request);
    pipe.keep_written();
    assert!(accept(&pipe), "{name} refuses the request");
    let response = String::from_utf8_lossy(&pipe.take_written()).to_lowercase();
    assert!(response.starts_with("http/1.1 101 "), "{name}: {response}");
    assert!(response.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{name}: {response}");
    let run = Box::new(move |(): &mut ()| {
        for _ in 0..COUNT {
            pipe.feed(&request);
            assert!(accept(&pipe));
        }
    });
    (name, Counted::Yes, run)
}

fn ours() -> impl Fn(&Pipe) -> bool {
    let buffers = RefCell::new((vec![0; 4096], Vec::new()));
    move |pipe| {
        let (read, response) = &mut *buffers.borrow_mut();
        let len = pipe.read_some(read);
        let mut handshake = ServerHandshake::new();
        let mut input = &read[..len];
        let Ok(Some(request)) = handshake.receive(&mut input) else { return false };
        let Ok(accepted) = request.accept(&Acceptance::default()) else { return false };
        response.clear();
        accepted.append_to(response);
        pipe.write_some(response);
        true
    }
}

/// Its functions over a buffer that is kept.
fn sockudo() -> impl Fn(&Pipe) -> bool {
    use sockudo_ws::handshake::{build_response, generate_accept_key, parse_request};
    let buffer = RefCell::new(vec![0; 4096]);
    move |pipe| {
        let read = &mut *buffer.borrow_mut();
        let len = pipe.read_some(read);
        let Ok(Some((request, _))) = parse_request(&read[..len]) else { return false };
        pipe.write_some(&build_response(&generate_accept_key(request.key), None, None));
        true
    }
}

async fn soketto(pipe: &Pipe) -> Option<()> {
    let mut server = Server::new(pipe.clone());
    let key = server.receive_request().await.ok()?.key();
    server.send_response(&Response::Accept { key, protocol: None }).await.ok()
}

/// With buffers as small as it allows, so that their allocation does not count much.
fn nexus(pipe: &Pipe) -> bool {
    let accepted: Result<Nexus<Pipe>, _> =
        ClientBuilder::new().buffer_capacity(1024).write_buffer_capacity(1024).accept(pipe.clone());
    accepted.is_ok()
}
