//! The server: the part to copy from.
//!
//! An idle connection holds its socket and the state of the protocol, nothing else. What it reads into, what it puts
//! messages together in and what it writes from belongs to the thread; it is lent for one turn, in which nothing waits. A
//! turn is one read, and one write of all that answers it. What is needed for a while only, as in the opening handshake, is
//! a future in a box, freed when it is done.
//!
//! It runs on the runtime of one thread. To use more processors, start such a thread for each, with a listener of its own.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use websocket_proto::connection::TransportAction;
use websocket_proto::handshake::{Acceptance, ServerHandshake};
use websocket_proto::{Config, Connection, Event, MessageBuffer, ProtocolError, Server};

use crate::Failure;

const READ_BUFFER: usize = 16 * 1024;
/// The longest message to accept, in bytes.
const MAX_MESSAGE_LEN: usize = 64 * 1024;
/// What one read can complete: a message that began before, and others that lie in the read. No echo is longer than the
/// frames it answers.
const MAX_OUTPUT: usize = MAX_MESSAGE_LEN + 2 * READ_BUFFER;
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take to read what it is sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a client may take to close its side of the transport when the server has closed its own.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// What a thread lends to the connection that it serves at the moment.
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
}

/// Accepts connections for ever, each served by a task of its own.
///
/// # Errors
///
/// If it can't listen.
pub async fn serve() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on ws://{}", listener.local_addr()?);
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                tokio::spawn(async move {
                    if let Err(error) = echo(stream).await {
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

/// Serves one client. What is awaited in a box takes no memory before and after.
async fn echo(mut stream: TcpStream) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let config = Config { max_message_len: MAX_MESSAGE_LEN as u64, max_output: MAX_OUTPUT, ..Config::default() };
    let mut connection = Connection::server(config);
    let mut verdict = Box::pin(timeout(HANDSHAKE_TIMEOUT, shake_hands(&mut stream, &mut connection))).await?;
    while verdict.is_ok() && connection.transport() == TransportAction::KeepOpen {
        let unsent;
        (unsent, verdict) = std::future::poll_fn(|context| poll_turn(&mut stream, &mut connection, context)).await?;
        if !unsent.is_empty() {
            Box::pin(timeout(WRITE_TIMEOUT, stream.write_all(&unsent))).await??;
        }
    }
    Box::pin(close(stream)).await;
    verdict
}

/// What of the output the socket did not take, and whether the client keeps to the protocol.
type Turn = (Vec<u8>, Result<(), Failure>);

/// Waits for bytes; reads once, and writes the echoes of the messages that it completes.
fn poll_turn(
    stream: &mut TcpStream,
    connection: &mut Connection<Server>,
    context: &mut Context<'_>,
) -> Poll<io::Result<Turn>> {
    BUFFERS.with_borrow_mut(|Buffers { read, message, output }| {
        let mut read = ReadBuf::new(read);
        ready!(Pin::new(&mut *stream).poll_read(context, &mut read))?;
        let verdict = match read.filled_mut() {
            [] => connection.receive_eof().map_err(Failure::from),
            input => receive(connection, input, message, output).map_err(Failure::from),
        };
        // Also after an error, as the Close that tells the client about it is waiting.
        connection.poll_transmit(output);
        let sent = match stream.try_write(output) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            sent => sent?,
        };
        let unsent = output[sent..].to_vec();
        output.clear();
        Poll::Ready(Ok((unsent, verdict)))
    })
}

/// Reads until the client's request is whole, and answers it.
async fn shake_hands(stream: &mut TcpStream, connection: &mut Connection<Server>) -> Result<(), Failure> {
    let mut handshake = ServerHandshake::new();
    let mut buffer = [0; 1024];
    let mut output = Vec::new();
    loop {
        let len = stream.read(&mut buffer).await?;
        let mut input = &buffer[..len];
        let request = if len == 0 { handshake.receive_eof().map(|()| None) } else { handshake.receive(&mut input) };
        let verdict = match request {
            Ok(None) => continue,
            Ok(Some(request)) => {
                request.accept(&Acceptance::default())?.append_to(&mut output);
                // What follows the request are the first frames.
                let rest = input.len();
                receive(connection, &mut buffer[len - rest..len], &mut MessageBuffer::new(), &mut output)
                    .map_err(Failure::from)
            }
            Err(rejection) => {
                rejection.append_to(&mut output);
                Err(rejection.into())
            }
        };
        connection.poll_transmit(&mut output);
        stream.write_all(&output).await?;
        return verdict;
    }
}

/// Hands bytes to the machine, and echoes the messages that they complete.
fn receive(
    connection: &mut Connection<Server>,
    mut input: &mut [u8],
    buffer: &mut MessageBuffer,
    output: &mut Vec<u8>,
) -> Result<(), ProtocolError> {
    while let Some(event) = connection.receive(&mut input, buffer)? {
        // Sending fails only when the connection is closing, and then nobody waits for an echo.
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
async fn close(mut stream: TcpStream) {
    if stream.shutdown().await.is_ok() {
        let mut ignored = [0; 512];
        let drain = async { while stream.read(&mut ignored).await.is_ok_and(|len| len > 0) {} };
        // A client that takes longer has had its time.
        let _ = timeout(CLOSE_TIMEOUT, drain).await;
    }
}
