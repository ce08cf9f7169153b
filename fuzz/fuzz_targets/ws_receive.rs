//! Arbitrary bytes to a connection, whole and cut at random, and read into the room of a payload: the same events, error,
//! state and replies; and the replies are frames that the other end accepts.

#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket_proto::{Client, Config, Connection, MessageBuffer, ProtocolError, Role, Server, State};

#[derive(Debug, PartialEq)]
struct Outcome {
    events: Vec<String>,
    error: Option<ProtocolError>,
    state: State,
    output: Vec<u8>,
}

fn receive<'a, R: Role>(connection: Connection<R>, pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    receive_into(connection, pieces, MessageBuffer::new(), false)
}

fn receive_in_rooms<'a, R: Role>(connection: Connection<R>, pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    receive_into(connection, pieces, used_buffer(), true)
}

/// A buffer with memory that has held a message.
fn used_buffer() -> MessageBuffer {
    let mut buffer = MessageBuffer::new();
    let mut connection = Connection::new(Server, Config::default());
    let mut frame = [0xAA; 808];
    frame[..8].copy_from_slice(&[0x82, 0xFE, 3, 0x20, 0, 0, 0, 0]);
    for read in frame.chunks_mut(400) {
        let mut input = read;
        while connection.receive(&mut input, &mut buffer).unwrap().is_some() {}
    }
    buffer
}

fn receive_into<'a, R: Role>(
    mut connection: Connection<R>,
    pieces: impl Iterator<Item = &'a [u8]>,
    mut buffer: MessageBuffer,
    in_rooms: bool,
) -> Outcome {
    let mut events = Vec::new();
    let mut output = Vec::new();
    let mut error = None;
    for piece in pieces {
        let mut bytes = piece.to_vec();
        if in_rooms {
            let mut room = connection.payload_room();
            let len = bytes.len().min(room.len());
            room.as_mut_slice()[..len].copy_from_slice(&bytes[..len]);
            let rest = room.filled(bytes.len());
            bytes.drain(..bytes.len() - rest);
        }
        let mut input = &mut bytes[..];
        loop {
            match connection.receive(&mut input, &mut buffer) {
                Ok(Some(event)) => events.push(format!("{event:?}")),
                Ok(None) => break,
                Err(problem) => {
                    error = Some(problem);
                    break;
                }
            }
            connection.poll_transmit(&mut output);
        }
        connection.poll_transmit(&mut output);
    }
    Outcome { events, error, state: connection.state(), output }
}

fuzz_target!(|input: (bool, Vec<u8>, Vec<u8>)| {
    let (server, cuts, bytes) = input;
    let config = Config { max_message_len: 1000, ..Config::default() };
    let pieces = || push_proto_fuzz::pieces(&bytes, &cuts);
    let whole = || std::iter::once(&bytes[..]);
    let replies = if server {
        let outcome = receive(Connection::new(Server, config), whole());
        assert_eq!(receive(Connection::new(Server, config), pieces()), outcome);
        assert_eq!(receive_in_rooms(Connection::new(Server, config), pieces()), outcome);
        receive(Connection::new(Client::new(|| [7; 4]), config), std::iter::once(&outcome.output[..]))
    } else {
        let client = || Connection::new(Client::new(|| [7; 4]), config);
        let outcome = receive(client(), whole());
        assert_eq!(receive(client(), pieces()), outcome);
        assert_eq!(receive_in_rooms(client(), pieces()), outcome);
        receive(Connection::new(Server, config), std::iter::once(&outcome.output[..]))
    };
    assert_eq!(replies.error, None);
});
