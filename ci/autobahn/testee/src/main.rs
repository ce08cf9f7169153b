//! The client that the Autobahn test suite tests: `testee HOST:PORT CASES`.
//!
//! For each case it asks the suite's fuzzing server to run that case, and sends every message back until the server is
//! done; then it asks for the reports. Many cases end in a failed connection, by design: the suite judges, and this
//! program only says on standard error what it saw.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use websocket_proto::connection::TransportAction;
use websocket_proto::handshake::{ClientHandshake, Key, Offer, Outcome};
use websocket_proto::{Client, Config, Connection, Event, MessageBuffer};

const READ_BUFFER: usize = 16 * 1024;
/// How long to wait for the suite, each time; its slowest case pauses for seconds.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The suite sends 16 MiB at once, and 4 MiB in fragments of 64 bytes with an empty one at the end.
const CONFIG: fn() -> Config =
    || Config { max_message_len: 16 << 20, max_output: 32 << 20, max_fragments: 1 << 17, ..Config::default() };

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [host, cases] = &arguments[..] else { return Err("usage: testee HOST:PORT CASES".into()) };
    for case in 1..=cases.parse::<u32>()? {
        if let Err(error) = echo(host, &format!("/runCase?case={case}&agent=client")) {
            eprintln!("case {case}: {error}");
        }
    }
    echo(host, "/updateReports?agent=client")
}

/// Opens a connection and sends back what comes, until the transport is to be closed.
fn echo(host: &str, target: &str) -> Result<(), Failure> {
    let mut transport = TcpStream::connect(host)?;
    transport.set_nodelay(true)?;
    transport.set_read_timeout(Some(TIMEOUT))?;
    transport.set_write_timeout(Some(TIMEOUT))?;

    let mut received = shake_hands(&mut transport, host, target)?;
    let mut connection = Connection::client(CONFIG(), random::<4>);
    let mut messages = MessageBuffer::new();
    let mut read = vec![0; READ_BUFFER];
    loop {
        answer(&mut connection, &mut received, &mut messages, &mut transport)?;
        if connection.transport() == TransportAction::Close {
            return Ok(());
        }
        // The suite resets its connections; whether the closing handshake was complete is what the machine knows.
        let len = transport.read(&mut read).unwrap_or(0);
        if len == 0 {
            return Ok(connection.receive_eof()?);
        }
        received.clear();
        received.extend_from_slice(&read[..len]);
    }
}

/// Sends back every message in `received`. Each event's output is written by itself, so that each Ping gets its Pong.
fn answer<K: FnMut() -> [u8; 4]>(
    connection: &mut Connection<Client<K>>,
    received: &mut [u8],
    messages: &mut MessageBuffer,
    transport: &mut TcpStream,
) -> Result<(), Failure> {
    let mut output = Vec::new();
    let mut input = received;
    loop {
        let event = connection.receive(&mut input, messages);
        match &event {
            Ok(Some(Event::Text(text))) => connection.send_text(text, &mut output)?,
            Ok(Some(Event::Binary(bytes))) => connection.send_binary(bytes, &mut output)?,
            _ => {}
        }
        connection.poll_transmit(&mut output);
        transport.write_all(&output)?;
        output.clear();
        if event?.is_none() {
            return Ok(());
        }
    }
}

/// The opening handshake. Returns what the server has sent after it.
fn shake_hands(transport: &mut TcpStream, host: &str, target: &str) -> Result<Vec<u8>, Failure> {
    let mut output = Vec::new();
    let key = Key::from_nonce(random());
    let mut handshake = ClientHandshake::new(&Offer::new(host, target), &key, &mut output)?;
    transport.write_all(&output)?;

    let mut read = vec![0; READ_BUFFER];
    loop {
        let len = transport.read(&mut read)?;
        if len == 0 {
            handshake.receive_eof()?;
        }
        let mut input = &read[..len];
        match handshake.receive(&mut input)? {
            None => {}
            Some(Outcome::Established { .. }) => return Ok(input.to_vec()),
            Some(outcome) => return Err(format!("the server refuses: {outcome:?}").into()),
        }
    }
}

fn random<const LEN: usize>() -> [u8; LEN] {
    let mut bytes = [0; LEN];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    bytes
}
