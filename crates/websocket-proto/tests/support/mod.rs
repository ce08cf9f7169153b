//! What the tests of the connection share: frames by hand, and a run of a connection over bytes cut in any way.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use websocket_proto::{Client, Config, Connection, Event, MessageBuffer, ProtocolError, Role, Server, State};

/// The masking key of RFC 6455 5.7's examples.
pub(crate) const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// An event that owns what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owned {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(Option<u16>, String),
}

impl From<Event<'_>> for Owned {
    fn from(event: Event<'_>) -> Self {
        match event {
            Event::Text(text) => Self::Text(text.into()),
            Event::Binary(bytes) => Self::Binary(bytes.into()),
            Event::Ping(data) => Self::Ping(data.into()),
            Event::Pong(data) => Self::Pong(data.into()),
            Event::Close { code, reason } => Self::Close(code.map(|code| code.get()), reason.into()),
            other => panic!("an event that the tests do not know: {other:?}"),
        }
    }
}

/// What came of a stream of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) events: Vec<Owned>,
    pub(crate) error: Option<ProtocolError>,
    pub(crate) state: State,
    /// All that the machine wants sent; a client masks with zeros.
    pub(crate) output: Vec<u8>,
}

pub(crate) fn server() -> Connection<Server> {
    Connection::server(Config::default())
}

/// A client that masks with zeros.
pub(crate) type TestClient = Client<fn() -> [u8; 4]>;

pub(crate) fn client() -> Connection<TestClient> {
    Connection::client(Config::default(), || [0; 4])
}

/// Feeds `pieces` to `connection`, one read each.
pub(crate) fn run<'a, R: Role>(connection: Connection<R>, pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    run_with(connection, pieces, &mut MessageBuffer::new(), |_, _| 0)
}

/// Feeds `pieces` to `connection`, one read each, into the payload's room as far as there is one: in 1000 bytes of memory,
/// which are lent to any message, and then in fresh memory.
pub(crate) fn run_in_rooms<'a, R: Role>(
    connection: Connection<R>,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    run_with(connection, pieces, &mut used_buffer(1000), read_into_room)
}

/// Reads as much of `piece` into the room as goes there. Returns how much that is.
pub(crate) fn read_into_room<R: Role>(connection: &mut Connection<R>, piece: &[u8]) -> usize {
    let mut room = connection.payload_room();
    let len = piece.len().min(room.len());
    room.as_mut_slice()[..len].copy_from_slice(&piece[..len]);
    let rest = room.filled(piece.len());
    assert_eq!(rest, piece.len() - len);
    len
}

/// A buffer with `len` bytes of memory that has held something.
pub(crate) fn used_buffer(len: usize) -> MessageBuffer {
    let mut buffer = MessageBuffer::new();
    let mut connection = server();
    let mut frame = masked(0x82, &vec![0xAA; len]);
    for read in frame.chunks_mut(len / 2) {
        let mut input = read;
        while connection.receive(&mut input, &mut buffer).unwrap().is_some() {}
    }
    assert!(buffer.capacity() >= len);
    buffer
}

fn run_with<'a, R: Role>(
    mut connection: Connection<R>,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    buffer: &mut MessageBuffer,
    read_before: impl Fn(&mut Connection<R>, &[u8]) -> usize,
) -> Outcome {
    let mut outcome = Outcome { events: Vec::new(), error: None, state: State::Open, output: Vec::new() };
    'pieces: for piece in pieces {
        let read = read_before(&mut connection, piece);
        let mut bytes = piece[read..].to_vec();
        let mut input = &mut bytes[..];
        loop {
            match connection.receive(&mut input, buffer) {
                Ok(Some(event)) => outcome.events.push(event.into()),
                Ok(None) => {
                    assert!(input.is_empty(), "all input is used");
                    break;
                }
                Err(error) => {
                    assert_eq!(connection.receive(&mut input, buffer), Err(error), "a failure is final");
                    outcome.error = Some(error);
                    connection.poll_transmit(&mut outcome.output);
                    break 'pieces;
                }
            }
            connection.poll_transmit(&mut outcome.output);
        }
    }
    outcome.state = connection.state();
    outcome
}

/// Feeds `bytes` whole, byte by byte, and cut in two at every place (at the edges and some places between for long
/// input), to the connection alone and into its rooms, and asserts that the outcome is always the same.
pub(crate) fn run_split<R: Role>(connection: impl Fn() -> Connection<R>, bytes: &[u8]) -> Outcome {
    let whole = run(connection(), [bytes]);
    assert_eq!(run(connection(), bytes.chunks(1)), whole, "byte by byte");
    assert_eq!(run_in_rooms(connection(), bytes.chunks(1)), whole, "byte by byte, into rooms");
    let len = bytes.len();
    let places: Vec<usize> = if len <= 1500 {
        (0..=len).collect()
    } else {
        (0..300).chain((300..len - 300).step_by(len / 100 + 1)).chain(len - 300..=len).collect()
    };
    for at in places {
        let (head, tail) = bytes.split_at(at);
        assert_eq!(run(connection(), [head, tail]), whole, "cut at {at}");
        assert_eq!(run_in_rooms(connection(), [head, tail]), whole, "cut at {at}, into rooms");
    }
    whole
}

/// A frame from a client: masked with [`KEY`].
pub(crate) fn masked(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(first_byte, 0x80, payload.len());
    frame.extend_from_slice(&KEY);
    frame.extend(payload.iter().zip(KEY.iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}

/// A frame from a server.
pub(crate) fn unmasked(first_byte: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(first_byte, 0, payload.len());
    frame.extend_from_slice(payload);
    frame
}

fn header(first_byte: u8, mask: u8, len: usize) -> Vec<u8> {
    let mut header = vec![first_byte];
    match len {
        0..=125 => header.push(mask | u8::try_from(len).unwrap()),
        126..=0xffff => {
            header.push(mask | 126);
            header.extend_from_slice(&u16::try_from(len).unwrap().to_be_bytes());
        }
        _ => {
            header.push(mask | 127);
            header.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    header
}

pub(crate) fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "whole bytes");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

/// The built example `name`; `cargo test` builds examples beside the tests.
pub(crate) fn example(name: &str) -> std::process::Command {
    let tests = std::env::current_exe().unwrap();
    let path = tests.ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(path.exists(), "{} is not built: run `cargo build --examples`", path.display());
    std::process::Command::new(path)
}
