//! The clients.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use websocket_proto::handshake::{ClientHandshake, Key, Offer, Outcome};
use websocket_proto::{Client as Masking, CloseCode, Config, Connection, Event, MessageBuffer};

use crate::Failure;

/// The length of a message, in bytes.
pub const MESSAGE_LEN: usize = 125;
const READ_BUFFER: usize = 16 * 1024;

/// What all connections of the thread read into, put messages together in, and write from.
struct Buffers {
    read: Box<[u8]>,
    message: MessageBuffer,
    output: Vec<u8>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::new(Buffers {
        read: vec![0; READ_BUFFER].into(),
        message: MessageBuffer::new(),
        output: Vec::new(),
    });
    static KEYS: RefCell<Randomness> = const { RefCell::new(Randomness { bytes: [0; 4096], used: 4096 }) };
}

type MaskingKeys = fn() -> [u8; 4];

/// A connection after the opening handshake.
pub struct Client {
    stream: TcpStream,
    connection: Connection<Masking<MaskingKeys>>,
}

/// Connects, and does the opening handshake.
///
/// # Errors
///
/// If the server can't be reached or refuses.
pub async fn connect(host: &str) -> Result<Client, Failure> {
    let mut stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)?;
    let mut request = Vec::new();
    let mut handshake = ClientHandshake::new(&Offer::new(host, "/"), &Key::from_nonce(nonce), &mut request)?;
    stream.write_all(&request).await?;
    // The server sends no frame before it got one, so nothing follows the response.
    let mut buffer = [0; 512];
    loop {
        let len = stream.read(&mut buffer).await?;
        if len == 0 {
            handshake.receive_eof()?;
        }
        match handshake.receive(&mut &buffer[..len])? {
            None => {}
            Some(Outcome::Established { .. }) => {
                return Ok(Client { stream, connection: Connection::client(Config::default(), masking_key) });
            }
            Some(Outcome::Refused { status, .. }) => return Err(format!("the server refused: {status}").into()),
        }
    }
}

impl Client {
    /// Sends `count` messages, never more than `in_flight` before their echoes are back.
    ///
    /// # Errors
    ///
    /// If the connection breaks, or what comes back is not what was sent.
    pub async fn echo(&mut self, count: u64, in_flight: u64) -> Result<(), Failure> {
        let message = str::from_utf8(&[b'm'; MESSAGE_LEN])?;
        let (mut sent, mut received) = (0, 0);
        while received < count {
            let may_send = count.min(received + in_flight);
            if sent < may_send {
                let unsent = self.send(message, may_send - sent)?;
                self.stream.write_all(&unsent).await?;
                sent = may_send;
            }
            received += poll_fn(|context| self.poll_receive(message, context)).await?;
        }
        Ok(())
    }

    /// Sends that many messages in one write. Returns what the socket did not take.
    fn send(&mut self, message: &str, count: u64) -> Result<Vec<u8>, Failure> {
        BUFFERS.with_borrow_mut(|Buffers { output, .. }| {
            for _ in 0..count {
                self.connection.send_text(message, output)?;
            }
            let sent = match self.stream.try_write(output) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
                sent => sent?,
            };
            let unsent = output[sent..].to_vec();
            output.clear();
            Ok(unsent)
        })
    }

    /// Waits for bytes; reads once. Returns how many messages came.
    fn poll_receive(&mut self, expected: &str, context: &mut Context<'_>) -> Poll<Result<u64, Failure>> {
        BUFFERS.with_borrow_mut(|Buffers { read, message, .. }| {
            let mut read = ReadBuf::new(read);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut read))?;
            let mut input = read.filled_mut();
            if input.is_empty() {
                self.connection.receive_eof()?;
            }
            let mut count = 0;
            while let Some(event) = self.connection.receive(&mut input, message)? {
                if event != Event::Text(expected) {
                    return Poll::Ready(Err("what came back is not what was sent".into()));
                }
                count += 1;
            }
            Poll::Ready(Ok(count))
        })
    }

    /// Closes the connection in good order.
    ///
    /// # Errors
    ///
    /// If it breaks.
    pub async fn close(mut self) -> Result<(), Failure> {
        let mut output = Vec::new();
        self.connection.close(CloseCode::NORMAL, "", &mut output)?;
        self.stream.write_all(&output).await?;
        // The server answers, and closes the transport.
        let mut buffer = [0; 512];
        while self.stream.read(&mut buffer).await? > 0 {}
        Ok(())
    }
}

/// Bytes of the system's randomness, drawn many at a time.
struct Randomness {
    bytes: [u8; 4096],
    used: usize,
}

/// A masking key must be unpredictable (RFC 6455 10.3).
fn masking_key() -> [u8; 4] {
    KEYS.with_borrow_mut(|Randomness { bytes, used }| {
        if *used == bytes.len() {
            getrandom::fill(bytes).expect("without randomness nothing can be sent");
            *used = 0;
        }
        let key = [bytes[*used], bytes[*used + 1], bytes[*used + 2], bytes[*used + 3]];
        *used += 4;
        key
    })
}
