//! Arbitrary bytes to a connection, whole and cut at random: the same events, error, state and replies; and the replies
//! are frames that the other end accepts.

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

fn receive<'a, R: Role>(mut connection: Connection<R>, pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let mut buffer = MessageBuffer::new();
    let mut events = Vec::new();
    let mut output = Vec::new();
    let mut error = None;
    for piece in pieces {
        let mut bytes = piece.to_vec();
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
        receive(Connection::new(Client::new(|| [7; 4]), config), std::iter::once(&outcome.output[..]))
    } else {
        let client = || Connection::new(Client::new(|| [7; 4]), config);
        let outcome = receive(client(), whole());
        assert_eq!(receive(client(), pieces()), outcome);
        receive(Connection::new(Server, config), std::iter::once(&outcome.output[..]))
    };
    assert_eq!(replies.error, None);
});
