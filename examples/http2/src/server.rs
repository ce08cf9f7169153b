//! The server: `/echo` is a WebSocket that echoes every message, and may speak the subprotocol `echo`.

use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use h2::ext::Protocol;
use h2::server::SendResponse;
use http::{Request as HttpRequest, Response, StatusCode};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use websocket_proto::connection::TransportAction;
use websocket_proto::handshake::{Acceptance, Connect, Request};
use websocket_proto::{Config, Connection, Event, MessageBuffer, Server};

use crate::Failure;
use crate::stream::{Reader, Writer};

const SUBPROTOCOLS: [&str; 1] = ["echo"];
/// The longest message to accept, in bytes.
const MAX_MESSAGE_LEN: usize = 1 << 20;
/// What one read can complete: a message that began before, and others that lie in it. No echo is longer than the frames it
/// answers. A DATA frame has at most 16 KiB unless a setting allows more (RFC 9113 4.2).
const MAX_OUTPUT: usize = MAX_MESSAGE_LEN + 2 * 16 * 1024;
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take to end its side of a stream when the server has ended its own.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Accepts connections for ever, each served by a task of its own.
pub async fn serve(listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((tcp, address)) => {
                tokio::spawn(async move {
                    if let Err(error) = serve_connection(tcp).await {
                        eprintln!("{address}: {error}");
                    }
                });
            }
            Err(error) => {
                // Such as too many open files: that passes, but not at once.
                eprintln!("cannot accept a connection: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Serves one connection of HTTP/2, each of its streams by a task of its own.
async fn serve_connection(tcp: TcpStream) -> Result<(), Failure> {
    tcp.set_nodelay(true)?;
    // SETTINGS_ENABLE_CONNECT_PROTOCOL, without which no client may ask for a WebSocket (RFC 8441 3).
    let mut builder = h2::server::Builder::new();
    builder.enable_connect_protocol();
    let mut connection = timeout(HANDSHAKE_TIMEOUT, builder.handshake(tcp)).await??;
    // This also is what drives all the streams.
    while let Some(incoming) = connection.accept().await {
        let (request, response) = incoming?;
        tokio::spawn(async move {
            if let Err(error) = serve_stream(request, response).await {
                eprintln!("a stream ended: {error}");
            }
        });
    }
    Ok(())
}

/// Answers one request, and is a WebSocket if it asks for one.
async fn serve_stream(request: HttpRequest<RecvStream>, mut respond: SendResponse<Bytes>) -> Result<(), Failure> {
    let (head, body) = request.into_parts();
    let (head, text) = answer(&HttpRequest::from_parts(head, ())).into_parts();
    let is_accepted = head.status == StatusCode::OK;
    let mut writer = Writer(respond.send_response(Response::from_parts(head, ()), false)?);
    if is_accepted {
        return echo(Reader(body), writer).await;
    }
    writer.write(text).await?;
    writer.finish()
}

/// The response that makes the request's stream a WebSocket, with status 200, or the one that tells why not.
fn answer(request: &HttpRequest<()>) -> Response<String> {
    let protocol = request.extensions().get::<Protocol>().map_or("", Protocol::as_str);
    let checked = match Request::<Connect>::from_http_connect(request, protocol) {
        Ok(checked) => checked,
        Err(rejection) => return rejection.to_http(),
    };
    // The place to look at the origin and at cookies as well.
    if checked.path() != "/echo" {
        return status(StatusCode::NOT_FOUND, "there is a WebSocket at /echo\n");
    }
    let subprotocol = checked.choose_subprotocol(&SUBPROTOCOLS);
    let accepted = checked.accept(&Acceptance { subprotocol, ..Acceptance::default() });
    match accepted.and_then(|accepted| accepted.to_http()) {
        Ok(response) => response.map(|()| String::new()),
        Err(_) => status(StatusCode::INTERNAL_SERVER_ERROR, ""),
    }
}

fn status(status: StatusCode, text: &str) -> Response<String> {
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    response
}

/// Drives a WebSocket until it is over.
async fn echo(mut reader: Reader, mut writer: Writer) -> Result<(), Failure> {
    let config = Config { max_message_len: MAX_MESSAGE_LEN as u64, max_output: MAX_OUTPUT, ..Config::default() };
    let mut connection = Connection::server(config);
    let mut message_buffer = MessageBuffer::new();
    let mut verdict = Ok(());
    while verdict.is_ok() && connection.transport() == TransportAction::KeepOpen {
        let mut data = reader.read().await?;
        let mut output = Vec::new();
        verdict = if data.is_empty() {
            connection.receive_eof().map_err(Failure::from)
        } else {
            receive(&mut connection, &mut data, &mut message_buffer, &mut output)
        };
        // Also after an error, as the Close that tells the client about it is waiting.
        connection.poll_transmit(&mut output);
        writer.write(output).await?;
        // Not before the echoes are written: a client that does not read them is not read from either.
        reader.release(data.len())?;
    }
    // As over TCP, the server ends its side first, and waits for the client's (RFC 6455 7.1.1).
    writer.finish()?;
    if timeout(CLOSE_TIMEOUT, reader.drain()).await.is_err() {
        writer.cancel();
    }
    verdict
}

/// Hands bytes to the machine, and echoes the messages that they complete.
fn receive(
    connection: &mut Connection<Server>,
    mut input: &mut [u8],
    buffer: &mut MessageBuffer,
    output: &mut Vec<u8>,
) -> Result<(), Failure> {
    while let Some(event) = connection.receive(&mut input, buffer)? {
        match event {
            Event::Text(text) => connection.send_text(text, output)?,
            Event::Binary(bytes) => connection.send_binary(bytes, output)?,
            // The machine answers the latest Ping alone unless it is asked after each.
            Event::Ping(_) => connection.poll_transmit(output),
            _ => {}
        }
    }
    Ok(())
}
