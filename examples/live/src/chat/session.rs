//! One WebSocket after the opening handshake: the loop that drives a connection.

use std::io;
use std::time::Duration;

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use websocket_proto::connection::TransportAction;
use websocket_proto::{CloseCode, Config, Connection, Event, MessageBuffer, Server, State};

use super::room::{Guest, Message};
use crate::app::{App, WRITE_TIMEOUT};

/// The longest message that a client may send, in bytes.
const MAX_MESSAGE_LEN: u64 = 4096;
/// How many messages a client may send in a second.
const MESSAGES_PER_SECOND: u32 = 30;
/// The size of the read buffer, in bytes; it is allocated once and for one connection.
const READ_BUFFER: usize = 4096;
/// Between two Pings. A client that sent nothing from one to the next is gone.
const PING_INTERVAL: Duration = Duration::from_secs(20);
/// How long the closing handshake may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Serves one client until either side closes the connection.
pub(super) async fn run(app: &App, stream: TokioIo<Upgraded>) {
    let _open = app.figures.websockets.hold();
    let (guest, first, mut inbox) = app.room.enter();
    let config = Config { max_message_len: MAX_MESSAGE_LEN, ..Config::default() };
    let mut session = Session {
        app,
        guest,
        stream,
        connection: Connection::server(config),
        output: Vec::new(),
        is_alive: true,
        rate: Rate::new(),
    };
    for message in &first {
        session.send(message);
    }

    let mut read_buffer = vec![0; READ_BUFFER];
    let mut message_buffer = MessageBuffer::new();
    let mut pings = interval(PING_INTERVAL);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut deadline = None;
    while session.connection.transport() == TransportAction::KeepOpen {
        if session.write().await.is_err() {
            return;
        }
        let is_open = session.connection.state() == State::Open;
        if !is_open {
            deadline.get_or_insert(Instant::now() + CLOSE_TIMEOUT);
        }
        tokio::select! {
            read = session.stream.read(&mut read_buffer) => match read {
                Ok(0) | Err(_) => return,
                Ok(len) => session.receive(&mut read_buffer[..len], &mut message_buffer),
            },
            message = inbox.recv(), if is_open => match message {
                Ok(message) => session.send(&message),
                Err(RecvError::Lagged(lost)) => {
                    session.close(CloseCode::POLICY_VIOLATION, &format!("too slow: {lost} messages behind"));
                }
                Err(RecvError::Closed) => session.close(CloseCode::GOING_AWAY, ""),
            },
            _ = pings.tick(), if is_open => {
                if !session.is_alive {
                    return;
                }
                session.ping();
            }
            () = app.shutdown.cancelled(), if is_open => {
                session.close(CloseCode::GOING_AWAY, "the server is stopping");
            }
            () = sleep_until(deadline.unwrap_or_else(Instant::now)), if !is_open => return,
        }
    }
    // The server closes first, and tells so; the end of the client's side then shows that it has read everything
    // (RFC 6455 7.1.1).
    if session.write().await.is_ok() && session.stream.shutdown().await.is_ok() {
        let drain = async { while session.stream.read(&mut read_buffer).await.is_ok_and(|len| len > 0) {} };
        let _ = timeout(CLOSE_TIMEOUT, drain).await;
    }
}
