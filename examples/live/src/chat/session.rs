//! One WebSocket after the opening handshake: the loop that drives a connection.

use std::io;
use std::time::Duration;

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout};
use websocket_proto::connection::TransportAction;
use websocket_proto::deflate::{DeflateConfig, Parameters};
use websocket_proto::{CloseCode, Config, Connection, Event, MessageBuffer, Server, State};

use super::room::{Guest, Message};
use crate::app::{App, WRITE_TIMEOUT};

/// How many messages a client may send in a second.
const MESSAGES_PER_SECOND: u32 = 30;
/// The size of the read buffer, in bytes; it is allocated once for each connection.
const READ_BUFFER: usize = 4096;
/// How long the closing handshake may take, and after it the end of the transport.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

fn config() -> Config {
    Config {
        // A client that sends a longer one gets Close 1009.
        max_message_len: 4096,
        // A client that has been silent for so long gets a Ping, and is dropped if it does not answer.
        ping_interval: Some(Duration::from_secs(20)),
        close_timeout: CLOSE_TIMEOUT,
        ..Config::default()
    }
}

/// Serves one client until either side closes the connection.
pub(super) async fn run(app: &App, stream: TokioIo<Upgraded>, compression: Option<Parameters>) {
    let _open = app.figures.websockets.hold();
    let (guest, first, mut inbox) = app.room.enter();
    let mut connection = Connection::server(config());
    if let Some(parameters) = compression {
        connection = connection.with_deflate(&parameters, DeflateConfig::default(), &app.compression);
    }
    let mut session = Session { app, guest, stream, connection, output: Vec::new(), rate: Rate::new() };
    first.iter().for_each(|message| session.send(message));

    let mut read_buffer = vec![0; READ_BUFFER];
    let mut message_buffer = MessageBuffer::new();
    let epoch = Instant::now();
    loop {
        // A deadline that has passed shows in what the transport is to do.
        session.connection.handle_timeout(epoch.elapsed());
        if session.write().await.is_err() {
            return;
        }
        if session.connection.transport() != TransportAction::KeepOpen {
            break;
        }
        let is_open = session.connection.state() == State::Open;
        let deadline = session.connection.next_timeout().map(|timeout| epoch + timeout);
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
            () = app.shutdown.cancelled(), if is_open => {
                session.close(CloseCode::GOING_AWAY, "the server is stopping");
            }
            () = sleep_until(deadline.unwrap_or(epoch)), if deadline.is_some() => {}
        }
    }
    // The server closes first; that the client's side ends too shows that it has read everything (RFC 6455 7.1.1).
    if session.stream.shutdown().await.is_ok() {
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
    rate: Rate,
}

impl Session<'_> {
    /// Acts on bytes that came.
    fn receive(&mut self, mut input: &mut [u8], message_buffer: &mut MessageBuffer) {
        self.app.figures.websocket_bytes_in.add(input.len());
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
