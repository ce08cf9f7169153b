//! A WebSocket server that echoes every message, to copy from: tokio carries the bytes, `websocket-proto` does the rest.
//!
//! ```text
//! echo_server [--port PORT] [--max-message BYTES] [--no-deflate]
//! ```
//!
//! Listens on 127.0.0.1 and prints `listening on ws://127.0.0.1:PORT` as its first line. Any path is served, text and
//! binary, to any number of clients at once; what goes wrong with one of them is one line on standard error and does not
//! concern the others.
//!
//! The loop of each connection:
//!
//! 1. Read as long as there is something to read (up to a bound), into one buffer that all connections of a thread share;
//!    the rest of a long message to where that is put together.
//! 2. Hand each read to the machine, and put the echo of each message it finds into the output.
//! 3. When the reads run dry, add what the machine itself has to send (Pong, Close), and write all of it at once.
//! 4. Do what the machine says with the transport: read on, or close it.
//!
//! So an idle connection holds neither a read buffer nor an output. Messages are compressed if the client offers it; the
//! compressor and the decompressor that a connection holds go back to a pool when the client has been silent for a while.

use std::cell::RefCell;
use std::convert::Infallible;
use std::error::Error;
use std::io::{self, IoSliceMut};
use std::process::ExitCode;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use websocket_proto::connection::TransportAction;
use websocket_proto::deflate::{DeflateConfig, Policy, Pool};
use websocket_proto::handshake::{Acceptance, Request, ServerHandshake};
use websocket_proto::{Config, Connection, Event, MessageBuffer, Server};

const USAGE: &str = "usage: echo_server [--port PORT] [--max-message BYTES] [--no-deflate]

  --port PORT          listen on 127.0.0.1:PORT; 0 takes any free port (default: 9001)
  --max-message BYTES  the longest message to accept (default: 64 MiB)
  --no-deflate         decline compression";

/// Enough for a message of 64 MiB in fragments of 64 bytes, which tests send.
const MAX_FRAGMENTS: u32 = 1 << 20;
const READ_BUFFER: usize = 16 * 1024;
/// From how many bytes on the rest of a message is read apart from what follows it.
const MIN_ROOM: usize = 1024;
/// How often a connection may read before it has to write, and to let others have the thread.
const READS_PER_TURN: usize = 16;
/// How many bytes come in a turn at most.
const TURN: usize = READS_PER_TURN * (READ_BUFFER + MessageBuffer::KEPT);
/// How much memory the output keeps while nothing is to be written, in bytes.
const KEPT_OUTPUT: usize = 4 * 1024;
/// After how long a connection is taken to be idle.
const IDLE_AFTER: Duration = Duration::from_secs(5);
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take to read what it is sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a client may take to close its side of the transport when the server has closed its own.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

type Failure = Box<dyn Error + Send + Sync>;

/// What all connections have in common.
#[derive(Clone)]
struct Settings {
    config: Config,
    /// With the pool from which all connections take compressors and decompressors; `None` to decline compression.
    deflate: Option<(DeflateConfig, Pool)>,
}

impl Settings {
    fn new(options: &Options) -> Self {
        let max_message_len = options.max_message;
        // A test may well send a message that inflates to a thousand times its length.
        let deflate = DeflateConfig { ratio_allowance: max_message_len, ..DeflateConfig::default() };
        // All that a turn can bring: the end of a message that was under way, and what its reads hold.
        let max_output = usize::try_from(max_message_len).unwrap_or(usize::MAX).saturating_add(2 * TURN);
        Self {
            config: Config { max_message_len, max_output, max_fragments: MAX_FRAGMENTS, ..Config::default() },
            deflate: options.deflate.then(|| (deflate, Pool::default())),
        }
    }

    /// Accepts a request: puts the response into the output, and compression to use if the client offers it.
    fn accept(
        &self,
        request: &Request<'_>,
        connection: &mut Connection<Server>,
        output: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let mut extensions = String::new();
        if let Some((config, pool)) = &self.deflate
            && let Some(parameters) = Policy::default().accept(request.extensions())
        {
            extensions = parameters.to_string();
            *connection = Connection::server(self.config).with_deflate(&parameters, *config, pool);
        }
        request.accept(&Acceptance { extensions: &extensions, ..Acceptance::default() })?.append_to(output);
        Ok(())
    }
}

/// What a thread lends to the connection that it serves at the moment.
struct Buffers {
    read: Box<[u8]>,
    message: MessageBuffer,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> =
        RefCell::new(Buffers { read: vec![0; READ_BUFFER].into(), message: MessageBuffer::new() });
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("echo_server: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(&options).await {
        Ok(never) => match never {},
        Err(error) => {
            eprintln!("echo_server: cannot listen on 127.0.0.1:{}: {error}", options.port);
            ExitCode::FAILURE
        }
    }
}

/// Accepts connections for ever, each served by a task of its own.
async fn serve(options: &Options) -> io::Result<Infallible> {
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    println!("listening on ws://{}", listener.local_addr()?);
    let settings = Settings::new(options);
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                let settings = settings.clone();
                tokio::spawn(async move {
                    if let Err(error) = echo(stream, &settings).await {
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

/// Serves one client.
async fn echo(mut stream: TcpStream, settings: &Settings) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let mut connection = Connection::server(settings.config);
    let mut output = Vec::new();
    let handshake = shake_hands(&stream, settings, &mut connection, &mut output);
    let mut verdict = timeout(HANDSHAKE_TIMEOUT, handshake).await?;
    loop {
        // Also after an error, as the Close that tells the client about it is waiting.
        connection.poll_transmit(&mut output);
        timeout(WRITE_TIMEOUT, stream.write_all(&output)).await??;
        output.clear();
        output.shrink_to(KEPT_OUTPUT);
        if verdict.is_err() || connection.transport() != TransportAction::KeepOpen {
            close(stream).await;
            return verdict;
        }
        // A client that says nothing for long needs neither a compressor nor a decompressor.
        if timeout(IDLE_AFTER, stream.readable()).await.is_err() {
            connection.release_idle();
            stream.readable().await?;
        }
        verdict = read(&stream, &mut connection, &mut output);
    }
}

/// Reads until the client's request is whole, and puts the response into the output.
async fn shake_hands(
    stream: &TcpStream,
    settings: &Settings,
    connection: &mut Connection<Server>,
    output: &mut Vec<u8>,
) -> Result<(), Failure> {
    let mut handshake = ServerHandshake::new();
    loop {
        stream.readable().await?;
        let is_done = BUFFERS.with_borrow_mut(|Buffers { read, message }| {
            let len = match stream.try_read(read) {
                Ok(len) => len,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error.into()),
            };
            let mut input = &read[..len];
            let request = if len == 0 { handshake.receive_eof().map(|()| None) } else { handshake.receive(&mut input) };
            match request {
                Ok(None) => return Ok(false),
                Ok(Some(request)) => settings.accept(&request, connection, output)?,
                Err(rejection) => {
                    rejection.append_to(output);
                    return Err(rejection.into());
                }
            }
            // What follows the request are the first frames.
            let rest = input.len();
            receive(connection, &mut read[len - rest..len], message, output)?;
            Ok::<_, Failure>(true)
        })?;
        if is_done {
            return Ok(());
        }
    }
}

/// Reads what there is, and puts the echoes into the output.
fn read(stream: &TcpStream, connection: &mut Connection<Server>, output: &mut Vec<u8>) -> Result<(), Failure> {
    BUFFERS.with_borrow_mut(|Buffers { read, message }| {
        for _ in 0..READS_PER_TURN {
            // The rest of a long message goes to where that is put together, what follows into the buffer.
            let mut room = connection.payload_room().at_least(MIN_ROOM);
            match stream.try_read_vectored(&mut [IoSliceMut::new(room.as_mut_slice()), IoSliceMut::new(read)]) {
                Ok(0) => return Ok(connection.receive_eof()?),
                Ok(len) => {
                    let len = room.filled(len);
                    receive(connection, &mut read[..len], message, output)?;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    })
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

/// Closes the transport as a server does: its own side first, then it waits for the client to close the other, so that
/// nothing the client still has to read is lost (RFC 6455 7.1.1).
async fn close(mut stream: TcpStream) {
    if stream.shutdown().await.is_ok() {
        let mut ignored = [0; 512];
        let drain = async { while stream.read(&mut ignored).await.is_ok_and(|len| len > 0) {} };
        // A client that takes longer has had its time.
        let _ = timeout(CLOSE_TIMEOUT, drain).await;
    }
}

/// The command line.
struct Options {
    port: u16,
    max_message: u64,
    deflate: bool,
}

impl Options {
    /// `None` asks for help.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self { port: 9001, max_message: 64 << 20, deflate: true };
        while let Some(name) = arguments.next() {
            let mut number = || {
                let value = arguments.next().ok_or(format!("{name} needs a value"))?;
                value.parse::<u64>().map_err(|_| format!("{name} {value}: expected a number"))
            };
            match name.as_str() {
                "--help" | "-h" => return Ok(None),
                "--port" => options.port = number()?.try_into().map_err(|_| "--port: expected 0 to 65535")?,
                "--no-deflate" => options.deflate = false,
                "--max-message" => options.max_message = number()?,
                _ => return Err(format!("unknown argument {name:?}")),
            }
        }
        Ok(Some(options))
    }
}
