//! A WebSocket client that sends messages to an echo server and compares what comes back, to copy from: blocking sockets
//! and two threads, `websocket-proto` for the rest.
//!
//! ```text
//! echo_client ws://HOST:PORT/PATH [--message TEXT]... [--binary HEX]... [--count N] [--protocol P]...
//! echo_client ws://HOST:PORT/PATH --echo [--protocol P]...
//! ```
//!
//! Sends each message N times (once unless told), prints each echo on a line of its own, and closes the connection with
//! code 1000. Compression is offered, and used if the server accepts it. With `--echo` it is the other way round: what
//! the server sends is sent back until the server closes.
//!
//! The exit status is 0 if every message came back as it was sent and the connection was closed in good order; 1 if not,
//! and a line on standard error says why; 2 for wrong arguments.
//!
//! The loop:
//!
//! 1. Send a message.
//! 2. Ask the machine for what was received. While it has nothing, read, and ask again; after a Ping or a Close, and after
//!    an error, let it write its answer.
//! 3. When all messages are back, send a Close, and read on until the machine and the transport are done.
//!
//! A thread of its own writes, so that a server that answers before it has read everything can't make both sides wait for
//! each other.

use std::error::Error;
use std::fmt::{self, Display};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::process::ExitCode;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use websocket_proto::connection::TransportAction;
use websocket_proto::deflate::{DeflateConfig, Offers, Policy, Pool};
use websocket_proto::handshake::{ClientHandshake, Key, Offer, Outcome};
use websocket_proto::{Client, CloseCode, Config, Connection, Event, MessageBuffer};

const USAGE: &str = "\
usage: echo_client ws://HOST:PORT/PATH [--message TEXT]... [--binary HEX]... [--count N] [--protocol P]...
       echo_client ws://HOST:PORT/PATH --echo [--protocol P]...";

const READ_BUFFER: usize = 16 * 1024;
const MAX_MESSAGE_LEN: u64 = 64 << 20;
const MAX_FRAGMENTS: u32 = 1 << 20;
/// How many outputs may wait to be written.
const WRITE_QUEUE: usize = 16;
/// How long to wait for the server, each time.
const TIMEOUT: Duration = Duration::from_secs(30);

type Failure = Box<dyn Error + Send + Sync>;
type MaskingKeys = fn() -> [u8; 4];

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("echo_client: {problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("echo_client: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Failure> {
    let mut socket = WebSocket::connect(options)?;
    let result = if options.echo { echo(&mut socket) } else { compare(&mut socket, options) };
    // Also after an error: the server is to be told about it.
    let finished = socket.finish();
    result.and(finished)
}

/// Sends the messages, and compares what comes back.
fn compare(socket: &mut WebSocket, options: &Options) -> Result<(), Failure> {
    for _ in 0..options.count {
        for message in &options.messages {
            socket.send(message)?;
            let echo = socket.receive()?.ok_or("the server closed the connection before it sent every echo")?;
            println!("{echo}");
            if echo != *message {
                return Err("the echo differs from what was sent".into());
            }
        }
    }
    socket.close()?;
    match socket.receive()? {
        None => Ok(()),
        Some(_) => Err("the server sent more messages than it got".into()),
    }
}

/// Sends back what comes.
fn echo(socket: &mut WebSocket) -> Result<(), Failure> {
    while let Some(message) = socket.receive()? {
        socket.send(&message)?;
    }
    Ok(())
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Message {
    Text(String),
    Binary(Vec<u8>),
}

/// A connection, the socket that carries it, and the buffers between them.
struct WebSocket {
    connection: Connection<Client<MaskingKeys>>,
    stream: TcpStream,
    read_buffer: Vec<u8>,
    /// What of the read buffer the machine has not been given yet.
    unread: Range<usize>,
    message_buffer: MessageBuffer,
    writer: Writer,
}

impl WebSocket {
    /// Connects, and does the opening handshake.
    fn connect(options: &Options) -> Result<Self, Failure> {
        let mut stream = TcpStream::connect(&options.host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        let writer = Writer::start(stream.try_clone()?);

        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce)?;
        let subprotocols: Vec<&str> = options.protocols.iter().map(String::as_str).collect();
        let policies = [Policy::default()];
        let extensions = Offers(&policies).to_string();
        let subprotocols = &subprotocols[..];
        let offer = Offer { subprotocols, extensions: &extensions, ..Offer::new(&options.host, &options.target) };
        let mut request = Vec::new();
        let mut handshake = ClientHandshake::new(&offer, &Key::from_nonce(nonce), &mut request)?;
        writer.write(request)?;

        let mut read_buffer = vec![0; READ_BUFFER];
        let (len, rest, deflate) = loop {
            let len = read(&mut stream, &mut read_buffer)?;
            if len == 0 {
                handshake.receive_eof()?;
            }
            let mut input = &read_buffer[..len];
            match handshake.receive(&mut input)? {
                None => {}
                Some(Outcome::Established { negotiated, .. }) => {
                    break (len, input.len(), Offers(&policies).confirm(negotiated.extensions)?);
                }
                Some(Outcome::Refused { status, reason, .. }) => {
                    return Err(format!("the server refused: {status} {reason}").into());
                }
            }
        };
        let config = Config { max_message_len: MAX_MESSAGE_LEN, max_fragments: MAX_FRAGMENTS, ..Config::default() };
        let mut connection = Connection::client(config, masking_key as MaskingKeys);
        if let Some(parameters) = deflate {
            // A test may well send a message that inflates to a thousand times its length.
            let config = DeflateConfig { ratio_allowance: MAX_MESSAGE_LEN, ..DeflateConfig::default() };
            connection = connection.with_deflate(&parameters, config, &Pool::default());
        }
        Ok(Self {
            connection,
            stream,
            read_buffer,
            // What follows the response are the server's first frames.
            unread: len - rest..len,
            message_buffer: MessageBuffer::new(),
            writer,
        })
    }

    fn send(&mut self, message: &Message) -> Result<(), Failure> {
        let mut output = Vec::new();
        match message {
            Message::Text(text) => self.connection.send_text(text, &mut output)?,
            Message::Binary(bytes) => self.connection.send_binary(bytes, &mut output)?,
        }
        self.writer.write(output)
    }

    /// Waits for a message; `None` once the closing handshake is done.
    fn receive(&mut self) -> Result<Option<Message>, Failure> {
        loop {
            let end = self.unread.end;
            let mut input = &mut self.read_buffer[self.unread.clone()];
            let event = self.connection.receive(&mut input, &mut self.message_buffer);
            self.unread.start = end - input.len();
            match event {
                Ok(Some(Event::Text(text))) => return Ok(Some(Message::Text(text.to_owned()))),
                Ok(Some(Event::Binary(bytes))) => return Ok(Some(Message::Binary(bytes.to_owned()))),
                // Pings and Closes are answered by the machine: the latest Ping alone unless it is asked after each.
                Ok(Some(_)) => self.answer()?,
                Ok(None) if self.connection.transport() != TransportAction::KeepOpen => return Ok(None),
                Ok(None) => self.read()?,
                Err(error) => {
                    // The Close that tells the server about it is waiting.
                    self.answer()?;
                    return Err(error.into());
                }
            }
        }
    }

    /// Writes what the machine has to send by itself.
    fn answer(&mut self) -> Result<(), Failure> {
        let mut output = Vec::new();
        self.connection.poll_transmit(&mut output);
        self.writer.write(output)
    }

    fn read(&mut self) -> Result<(), Failure> {
        let len = read(&mut self.stream, &mut self.read_buffer)?;
        if len == 0 {
            self.connection.receive_eof()?;
        }
        self.unread = 0..len;
        Ok(())
    }

    /// Starts the closing handshake.
    fn close(&mut self) -> Result<(), Failure> {
        let mut output = Vec::new();
        self.connection.close(CloseCode::NORMAL, "", &mut output)?;
        self.writer.write(output)
    }

    /// Writes what is still to be written, and does what the machine says with the transport.
    fn finish(mut self) -> Result<(), Failure> {
        self.writer.finish()?;
        if self.connection.transport() == TransportAction::AwaitPeerClose {
            // Whether it ends by a FIN or a reset does not matter any more.
            while read(&mut self.stream, &mut self.read_buffer).is_ok_and(|len| len > 0) {}
        }
        Ok(())
    }
}

/// Reads what there is, once; a signal that comes meanwhile is no reason to give up.
fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// The thread that writes.
struct Writer {
    queue: SyncSender<Vec<u8>>,
    thread: JoinHandle<io::Result<()>>,
}

impl Writer {
    fn start(mut stream: TcpStream) -> Self {
        let (queue, due) = mpsc::sync_channel::<Vec<u8>>(WRITE_QUEUE);
        let thread = thread::spawn(move || due.iter().try_for_each(|bytes| stream.write_all(&bytes)));
        Self { queue, thread }
    }

    fn write(&self, bytes: Vec<u8>) -> Result<(), Failure> {
        self.queue.send(bytes).map_err(|_| "the server closed the transport, or does not read".into())
    }

    /// Waits until everything is written.
    fn finish(self) -> Result<(), Failure> {
        drop(self.queue);
        Ok(self.thread.join().map_err(|_| "the writing thread panicked")??)
    }
}

/// A masking key must be unpredictable (RFC 6455 10.3). The system's randomness is; where it costs too much for each frame,
/// take the keys from a cryptographic generator that was seeded with it.
fn masking_key() -> [u8; 4] {
    let mut key = [0; 4];
    getrandom::fill(&mut key).expect("without randomness nothing can be sent");
    key
}

/// The command line.
#[derive(Default)]
struct Options {
    /// With the port.
    host: String,
    target: String,
    messages: Vec<Message>,
    count: u64,
    echo: bool,
    protocols: Vec<String>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { count: 1, ..Self::default() };
        while let Some(name) = arguments.next() {
            if let Some(url) = name.strip_prefix("ws://") {
                (options.host, options.target) = match url.find('/') {
                    Some(slash) => (url[..slash].to_owned(), url[slash..].to_owned()),
                    None => (url.to_owned(), "/".to_owned()),
                };
                continue;
            }
            if name == "--echo" {
                options.echo = true;
                continue;
            }
            let value = arguments.next().ok_or(format!("{name}: expected ws://, or an option and its value"))?;
            match name.as_str() {
                "--message" => options.messages.push(Message::Text(value)),
                "--binary" => options.messages.push(Message::Binary(from_hex(&value)?)),
                "--count" => {
                    options.count = value.parse().map_err(|_| format!("--count {value}: expected a number"))?;
                }
                "--protocol" => options.protocols.push(value),
                _ => return Err(format!("unknown option {name:?}")),
            }
        }
        if options.host.is_empty() {
            return Err("no URL".into());
        }
        if options.messages.is_empty() {
            options.messages.push(Message::Text("Hello".into()));
        }
        Ok(options)
    }
}

impl Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Binary(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
    }
}

fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit()) && text.len().is_multiple_of(2);
    let bytes = (0..text.len() / 2).map(|i| u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok());
    is_hex.then(|| bytes.collect()).flatten().ok_or(format!("--binary {text}: expected pairs of hexadecimal digits"))
}
