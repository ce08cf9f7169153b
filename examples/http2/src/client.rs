//! The client: one connection of HTTP/2, and WebSockets on it.

use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use h2::client::SendRequest;
use h2::ext::Protocol;
use h2::{Ping, SendStream};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use websocket_proto::connection::TransportAction;
use websocket_proto::handshake::{Offer, Outcome};
use websocket_proto::{Client as Masking, CloseCode, Config, Connection, Event, MessageBuffer, State};

use crate::Failure;
use crate::stream::{Reader, Writer};

/// How many outputs may wait to be written.
const WRITE_QUEUE: usize = 16;
/// How long the server may take to end its side of the stream after the closing handshake.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

type MaskingKeys = fn() -> [u8; 4];

/// A connection of HTTP/2 to a server that has WebSockets.
pub struct Client {
    requests: SendRequest<Bytes>,
}

impl Client {
    /// Connects, and waits until the server says that it knows extended CONNECT.
    ///
    /// # Errors
    ///
    /// If the server can't be reached, or does not say so in its first settings.
    pub async fn connect(host: &str) -> Result<Self, Failure> {
        let tcp = TcpStream::connect(host).await?;
        tcp.set_nodelay(true)?;
        let (requests, mut connection) = h2::client::handshake(tcp).await?;
        let mut pings = connection.ping_pong().ok_or("h2 lends its pings once")?;
        // What drives all the streams. It ends when they have, and nobody can open another.
        tokio::spawn(async {
            if let Err(error) = connection.await {
                eprintln!("the connection broke: {error}");
            }
        });
        // The server's settings are its first frame (RFC 9113 3.4): they have come when an answer has.
        pings.ping(Ping::opaque()).await?;
        if !requests.is_extended_connect_protocol_enabled() {
            return Err("the server does not offer WebSocket over HTTP/2".into());
        }
        Ok(Self { requests })
    }

    /// Opens a WebSocket on a stream of its own.
    ///
    /// # Errors
    ///
    /// If the server refuses.
    pub async fn open(&self, offer: &Offer<'_>) -> Result<WebSocket, Failure> {
        let (mut request, expected) = offer.to_http_connect(false)?;
        request.extensions_mut().insert(Protocol::from_static("websocket"));
        let (response, stream) = self.requests.clone().ready().await?.send_request(request, false)?;
        let (head, body) = response.await?.into_parts();
        let subprotocol = match expected.check(head.status.into(), (&head.headers).into())? {
            Outcome::Established { negotiated, .. } => negotiated.subprotocol.map(str::to_owned),
            Outcome::Refused { status, .. } => return Err(format!("the server refused: {status}").into()),
        };
        let (queue, writer) = start_writer(stream);
        Ok(WebSocket {
            connection: Connection::client(Config::default(), masking_key),
            subprotocol,
            reader: Reader(body),
            unread: BytesMut::new(),
            message_buffer: MessageBuffer::new(),
            queue,
            writer,
        })
    }
}

/// What the server sent, or is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

/// A WebSocket, the stream that carries it, and the buffers between them.
pub struct WebSocket {
    connection: Connection<Masking<MaskingKeys>>,
    /// The subprotocol in use.
    pub subprotocol: Option<String>,
    reader: Reader,
    /// What of the latest DATA frame the machine has not been given yet.
    unread: BytesMut,
    message_buffer: MessageBuffer,
    queue: mpsc::Sender<Vec<u8>>,
    writer: JoinHandle<Result<(), Failure>>,
}

impl WebSocket {
    /// Sends a message.
    ///
    /// # Errors
    ///
    /// If the connection is closing, or the stream broke.
    pub async fn send(&mut self, message: &Message) -> Result<(), Failure> {
        let mut output = Vec::new();
        match message {
            Message::Text(text) => self.connection.send_text(text, &mut output)?,
            Message::Binary(bytes) => self.connection.send_binary(bytes, &mut output)?,
        }
        self.write(output).await
    }

    /// Sends a text message in fragments, as one does who does not have all of it yet.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn send_in_fragments(&mut self, fragments: &[&str]) -> Result<(), Failure> {
        for (index, fragment) in fragments.iter().enumerate() {
            let mut output = Vec::new();
            let fin = index + 1 == fragments.len();
            self.connection.send_text_fragment(fragment, fin, &mut output)?;
            self.write(output).await?;
        }
        Ok(())
    }

    /// Waits for a message; `None` once the closing handshake is done.
    ///
    /// # Errors
    ///
    /// If the server breaks the protocol, or the stream breaks.
    pub async fn receive(&mut self) -> Result<Option<Message>, Failure> {
        loop {
            let mut input = &mut self.unread[..];
            let before = input.len();
            let event = self.connection.receive(&mut input, &mut self.message_buffer);
            let used = before - input.len();
            let message = match event {
                Ok(Some(Event::Text(text))) => Ok(Some(Message::Text(text.to_owned()))),
                Ok(Some(Event::Binary(bytes))) => Ok(Some(Message::Binary(bytes.to_owned()))),
                Ok(Some(_)) => Ok(None),
                Ok(None) if self.connection.transport() != TransportAction::KeepOpen => return Ok(None),
                Ok(None) => {
                    self.read(used).await?;
                    continue;
                }
                Err(error) => Err(error),
            };
            self.unread.advance(used);
            self.reader.release(used)?;
            // Pings and Closes are answered by the machine: the latest Ping alone unless it is asked after each.
            let mut output = Vec::new();
            self.connection.poll_transmit(&mut output);
            self.write(output).await?;
            if let Some(message) = message? {
                return Ok(Some(message));
            }
        }
    }

    /// Reads more, when the machine has used all there was.
    async fn read(&mut self, used: usize) -> Result<(), Failure> {
        self.reader.release(used)?;
        self.unread = self.reader.read().await?;
        if self.unread.is_empty() {
            self.connection.receive_eof()?;
        }
        Ok(())
    }

    /// Closes the connection in good order. Messages that come meanwhile are dropped.
    ///
    /// # Errors
    ///
    /// If the stream breaks first.
    pub async fn close(mut self) -> Result<(), Failure> {
        // The server may have closed it already.
        if self.connection.state() == State::Open {
            let mut output = Vec::new();
            self.connection.close(CloseCode::NORMAL, "", &mut output)?;
            self.write(output).await?;
        }
        while self.receive().await?.is_some() {}
        // As over TCP, the server ends its side first (RFC 6455 7.1.1); then the writer, with its queue gone, does.
        let ended = timeout(CLOSE_TIMEOUT, self.reader.drain()).await;
        drop(self.queue);
        self.writer.await??;
        Ok(ended?)
    }

    async fn write(&mut self, output: Vec<u8>) -> Result<(), Failure> {
        if output.is_empty() {
            return Ok(());
        }
        self.queue.send(output).await.map_err(|_| "the stream is at its end, or the server does not read".into())
    }
}

/// Starts what writes, a task of its own, so that a server that answers before it has read everything can't make both sides
/// wait for each other.
fn start_writer(stream: SendStream<Bytes>) -> (mpsc::Sender<Vec<u8>>, JoinHandle<Result<(), Failure>>) {
    let (queue, mut due) = mpsc::channel::<Vec<u8>>(WRITE_QUEUE);
    let writer = tokio::spawn(async move {
        let mut writer = Writer(stream);
        while let Some(output) = due.recv().await {
            writer.write(output).await?;
        }
        writer.finish()
    });
    (queue, writer)
}

/// A masking key must be unpredictable (RFC 6455 10.3).
fn masking_key() -> [u8; 4] {
    let mut key = [0; 4];
    getrandom::fill(&mut key).expect("without randomness nothing can be sent");
    key
}
