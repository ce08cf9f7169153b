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

struct Session<'a> {
    app: &'a App,
    guest: Guest<'a>,
    stream: TokioIo<Upgraded>,
    connection: Connection<Server>,
    /// What is to be written.
    output: Vec<u8>,
    /// Whether anything came since the latest Ping.
    is_alive: bool,
    rate: Rate,
}

impl Session<'_> {
    /// Acts on bytes that came.
    fn receive(&mut self, mut input: &mut [u8], message_buffer: &mut MessageBuffer) {
        self.app.figures.websocket_bytes_in.add(input.len());
        self.is_alive = true;
        // An error ends the connection as a Close does: the machine has its Close frame ready.
        while let Ok(Some(event)) = self.connection.receive(&mut input, message_buffer) {
            match event {
                Event::Text(text) if self.admit() => self.guest.say(text),
                Event::Binary(bytes) if self.admit() => self.guest.show(bytes),
                // Pings and Closes are answered by the machine.
                _ => {}
            }
        }
    }

    /// Counts a message, and tells whether the client may still send one.
    fn admit(&mut self) -> bool {
        self.app.figures.messages_in.add(1);
        let is_within = self.rate.count();
        if !is_within {
            self.close(CloseCode::POLICY_VIOLATION, &format!("more than {MESSAGES_PER_SECOND} messages in a second"));
        }
        is_within
    }

    fn send(&mut self, message: &Message) {
        let sent = match message {
            Message::Text(text) => self.connection.send_text(text, &mut self.output),
            Message::Binary(bytes) => self.connection.send_binary(bytes, &mut self.output),
        };
        // After a Close nothing is sent any more, and the client expects nothing.
        self.app.figures.messages_out.add(usize::from(sent.is_ok()));
    }

    fn ping(&mut self) {
        self.is_alive = false;
        let _ = self.connection.send_ping(b"", &mut self.output);
    }

    /// Starts the closing handshake, unless it is under way.
    fn close(&mut self, code: CloseCode, reason: &str) {
        let _ = self.connection.close(code, reason, &mut self.output);
    }

    /// Writes everything that is due.
    async fn write(&mut self) -> io::Result<()> {
        self.connection.poll_transmit(&mut self.output);
        if self.output.is_empty() {
            return Ok(());
        }
        timeout(WRITE_TIMEOUT, self.stream.write_all(&self.output)).await??;
        timeout(WRITE_TIMEOUT, self.stream.flush()).await??;
        self.app.figures.websocket_bytes_out.add(self.output.len());
        self.output.clear();
        Ok(())
    }
}

/// How many messages came in the current second.
struct Rate {
    second: Instant,
    count: u32,
}

impl Rate {
    fn new() -> Self {
        Self { second: Instant::now(), count: 0 }
    }

    /// Counts one more; `false` if it is one too many.
    fn count(&mut self) -> bool {
        let now = Instant::now();
        if now.duration_since(self.second) >= Duration::from_secs(1) {
            *self = Self { second: now, count: 0 };
        }
        self.count += 1;
        self.count <= MESSAGES_PER_SECOND
    }
}
