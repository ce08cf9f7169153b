//! A WebSocket client over TLS, to copy from: tokio carries the bytes, rustls encrypts them, `websocket-proto` does the
//! rest.
//!
//! ```text
//! tls_client wss://HOST[:PORT][/PATH] [--roots FILE]
//! ```
//!
//! Sends each line of standard input as a message, and prints each message that comes as a line. At the end of the input it
//! closes the connection with code 1000 and prints what still comes before the server's Close. The server's certificate must
//! go back to one of Mozilla's roots, or to one in the PEM file that is given.
//!
//! The exit status is 0 if the connection was closed in good order; 1 if not, and a line on standard error says why; 2 for
//! wrong arguments.
//!
//! The loop:
//!
//! 1. Write what there is: what the program sends, and what the machine has to send by itself (Pong, Close, keep-alive).
//! 2. Wait for bytes from the server, a line, or the machine's next deadline, whichever is first.
//! 3. Act on it.
//! 4. When the machine is done, end TLS and TCP as they want to be ended (`transport::close`).

mod options;
mod transport;

use std::error::Error;
use std::future::pending;
use std::process::ExitCode;
use std::time::Duration;

use options::Options;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use websocket_proto::connection::TransportAction;
use websocket_proto::{Client, CloseCode, Config, Connection, Event, MessageBuffer, State};

const READ_BUFFER: usize = 16 * 1024;
/// How long to wait for a connection: TCP, TLS and the opening handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the server may take to read what it is sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// After how long without a byte from the server to ask whether it is still there.
const PING_INTERVAL: Duration = Duration::from_secs(30);

type Failure = Box<dyn Error + Send + Sync>;
type MaskingKeys = fn() -> [u8; 4];

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("tls_client: {problem}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tls_client: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Failure> {
    let (mut stream, mut early) = timeout(CONNECT_TIMEOUT, transport::connect(options)).await??;
    let config = Config { ping_interval: Some(PING_INTERVAL), ..Config::default() };
    let mut connection = Connection::client(config, masking_key as MaskingKeys);
    let mut message_buffer = MessageBuffer::new();
    let mut read_buffer = vec![0; READ_BUFFER];
    let mut output = Vec::new();
    let mut lines = lines();

    // What came right behind the response are the server's first frames.
    let mut verdict = receive(&mut connection, &mut early, &mut message_buffer, &mut output);
    // The machine's clock, which starts now.
    let epoch = Instant::now();
    loop {
        if connection.handle_timeout(epoch.elapsed()).is_some() && verdict.is_ok() {
            verdict = Err("the server has fallen silent".into());
        }
        // Also after an error, as the Close that tells the server about it is waiting.
        connection.poll_transmit(&mut output);
        timeout(WRITE_TIMEOUT, transport::write(&mut stream, &output)).await??;
        output.clear();
        if verdict.is_err() || connection.transport() != TransportAction::KeepOpen {
            break;
        }
        let deadline = connection.next_timeout().map(|timeout| epoch + timeout);
        tokio::select! {
            len = stream.read(&mut read_buffer) => verdict = match len? {
                0 => connection.receive_eof().map_err(Failure::from),
                len => receive(&mut connection, &mut read_buffer[..len], &mut message_buffer, &mut output),
            },
            line = lines.recv(), if connection.state() == State::Open => match line {
                Some(line) => connection.send_text(&line, &mut output)?,
                None => connection.close(CloseCode::NORMAL, "", &mut output)?,
            },
            () = until(deadline) => {}
        }
    }
    transport::close(stream, connection.transport()).await;
    verdict
}

/// Hands bytes to the machine, and prints the messages that they complete.
fn receive(
    connection: &mut Connection<Client<MaskingKeys>>,
    mut input: &mut [u8],
    buffer: &mut MessageBuffer,
    output: &mut Vec<u8>,
) -> Result<(), Failure> {
    while let Some(event) = connection.receive(&mut input, buffer)? {
        match event {
            Event::Text(text) => println!("{text}"),
            Event::Binary(bytes) => println!("({} bytes)", bytes.len()),
            // The machine answers the latest Ping alone unless it is asked after each.
            Event::Ping(_) => connection.poll_transmit(output),
            _ => {}
        }
    }
    Ok(())
}

/// The lines of standard input, read by a thread: it can't be interrupted, and the program does not wait for it to end.
fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(16);
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            let line = match line {
                Ok(line) => line,
                Err(error) => return eprintln!("tls_client: cannot read the input: {error}"),
            };
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Waits for a point in time, if there is one.
async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}

/// A masking key must be unpredictable (RFC 6455 10.3).
fn masking_key() -> [u8; 4] {
    let mut key = [0; 4];
    getrandom::fill(&mut key).expect("without randomness nothing can be sent");
    key
}
