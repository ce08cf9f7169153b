//! An axum application with a route that becomes a WebSocket, to copy from: axum and hyper do HTTP, `websocket-proto` judges
//! the request, makes the response, and speaks the protocol once hyper has handed the transport over.
//!
//! ```text
//! upgrade [--port PORT]
//! ```
//!
//! Listens on 127.0.0.1 and prints `listening on http://127.0.0.1:PORT` as its first line. `/` says where to go, `/echo`
//! echoes every message.
//!
//! The idea:
//!
//! 1. A handler takes the whole request. [`Request::from_http`] checks it; what it refuses comes with its response.
//! 2. `hyper::upgrade::on` promises the transport: it comes once the response with status 101 is written.
//! 3. A task waits for the transport, and drives a [`Connection`] on it. Bytes that came right after the request are the
//!    first that it reads.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{self, StatusCode};
use axum::response::Response;
use axum::routing::get;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::timeout;
use websocket_proto::connection::TransportAction;
use websocket_proto::handshake::{Acceptance, Request};
use websocket_proto::{Config, Connection, Event, MessageBuffer, ProtocolError, Server};

const USAGE: &str = "usage: upgrade [--port PORT]

  --port PORT  listen on 127.0.0.1:PORT; 0 takes any free port (default: 9002)";

const READ_BUFFER: usize = 8 * 1024;
/// What one read can complete: a message of 1 MiB that began before, and others that lie in the read. No echo is longer than
/// the frames it answers.
const MAX_OUTPUT: usize = (1 << 20) + 2 * READ_BUFFER;
/// How long a client may take to read what it is sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a client may take to close its side of the transport when the server has closed its own.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let port = match parse(std::env::args().skip(1)) {
        Ok(Some(port)) => port,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("upgrade: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(port).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("upgrade: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(port: u16) -> io::Result<()> {
    let app = Router::new().route("/", get(async || "There is a WebSocket at /echo.\n")).route("/echo", get(echo));
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await
}

/// The handler: the response that makes the request's connection a WebSocket, or the one that tells why not.
async fn echo(mut request: http::Request<Body>) -> Result<Response, Infallible> {
    let upgrade = hyper::upgrade::on(&mut request);
    let checked = match Request::from_http(&request) {
        Ok(checked) => checked,
        Err(rejection) => return Ok(rejection.to_http().map(Body::from)),
    };
    // The place to look at the origin and at cookies, and to choose a subprotocol.
    let accepted = checked.accept(&Acceptance::default()).and_then(|accepted| accepted.to_http());
    let Ok(response) = accepted else {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return Ok(response);
    };
    tokio::spawn(async {
        if let Err(error) = run(upgrade).await {
            eprintln!("a WebSocket ended: {error}");
        }
    });
    Ok(response.map(|()| Body::empty()))
}

/// Drives a connection until it is over.
async fn run(upgrade: OnUpgrade) -> Result<(), Failure> {
    let mut transport = TokioIo::new(upgrade.await?);
    let mut connection = Connection::server(Config { max_output: MAX_OUTPUT, ..Config::default() });
    let mut read_buffer = vec![0; READ_BUFFER];
    let mut message_buffer = MessageBuffer::new();
    let mut output = Vec::new();
    while connection.transport() == TransportAction::KeepOpen {
        let len = transport.read(&mut read_buffer).await?;
        if len == 0 {
            return Ok(connection.receive_eof()?);
        }
        let received = receive(&mut connection, &mut read_buffer[..len], &mut message_buffer, &mut output);
        // Also after an error, as the Close that tells the client about it is waiting.
        connection.poll_transmit(&mut output);
        timeout(WRITE_TIMEOUT, transport.write_all(&output)).await??;
        timeout(WRITE_TIMEOUT, transport.flush()).await??;
        output.clear();
        if let Err(error) = received {
            close(transport).await;
            return Err(error.into());
        }
    }
    close(transport).await;
    Ok(())
}

/// Hands bytes to the machine, and echoes the messages that they complete.
fn receive(
    connection: &mut Connection<Server>,
    mut input: &mut [u8],
    buffer: &mut MessageBuffer,
    output: &mut Vec<u8>,
) -> Result<(), ProtocolError> {
    while let Some(event) = connection.receive(&mut input, buffer)? {
        // Sending fails only when the connection is closing, and then nobody waits for an echo: the output has room for all
        // that one read can complete.
        let _ = match event {
            Event::Text(text) => connection.send_text(text, output),
            Event::Binary(bytes) => connection.send_binary(bytes, output),
            // Pings and Closes are answered by the machine.
            _ => Ok(()),
        };
    }
    Ok(())
}

/// Closes the transport as a server does: its own side first, then it waits for the client to close the other, so that
/// nothing the client still has to read is lost (RFC 6455 7.1.1).
async fn close(mut transport: TokioIo<Upgraded>) {
    if transport.shutdown().await.is_ok() {
        let mut ignored = [0; 512];
        let drain = async { while transport.read(&mut ignored).await.is_ok_and(|len| len > 0) {} };
        // A client that takes longer has had its time.
        let _ = timeout(CLOSE_TIMEOUT, drain).await;
    }
}

/// The port of the command line; `None` asks for help.
fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<u16>, String> {
    let mut port = 9002;
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--help" | "-h" => return Ok(None),
            "--port" => {
                let value = arguments.next().ok_or("--port needs a value")?;
                port = value.parse().map_err(|_| format!("--port {value}: expected 0 to 65535"))?;
            }
            _ => return Err(format!("unknown argument {name:?}")),
        }
    }
    Ok(Some(port))
}
