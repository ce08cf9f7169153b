//! Two machines talk through a wire that cuts the bytes at random: every message arrives once, in order and unchanged;
//! what a machine refuses to send leaves no trace; after a Close nothing more arrives; both ends close.

#![no_main]

use std::collections::VecDeque;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use websocket_proto::{CloseCode, Config, Connection, Event, MessageBuffer, Role, SendError, State};

#[derive(Arbitrary, Debug)]
enum Step {
    Text(bool, String),
    Binary(bool, Vec<u8>),
    Fragments(bool, Vec<String>),
    Ping(bool, Vec<u8>),
    Pong(bool, Vec<u8>),
    Close(bool, u16, String),
    /// Carries up to this many bytes to the server (`true`) or the client.
    Deliver(bool, u8),
}

#[derive(Debug, PartialEq)]
enum Sent {
    Text(String),
    /// A text in fragments; it is received as [`Sent::Text`].
    Fragments(Vec<String>),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(u16, String),
}

struct End<R> {
    connection: Connection<R>,
    /// Bytes on their way to the peer.
    wire: VecDeque<u8>,
    /// What the peer must still see, in order. Replies of the machine are not in it.
    expected: VecDeque<Sent>,
}

impl<R: Role> End<R> {
    fn new(role: R) -> Self {
        Self { connection: Connection::new(role, Config::default()), wire: VecDeque::new(), expected: VecDeque::new() }
    }

    fn send(&mut self, sent: Sent) {
        let open = self.connection.state() == State::Open;
        let mut output = Vec::new();
        let result = match &sent {
            Sent::Text(text) => self.connection.send_text(text, &mut output),
            Sent::Fragments(fragments) => fragments.iter().enumerate().try_for_each(|(index, fragment)| {
                self.connection.send_text_fragment(fragment, index + 1 == fragments.len(), &mut output)
            }),
            Sent::Binary(bytes) => self.connection.send_binary(bytes, &mut output),
            Sent::Ping(data) => self.connection.send_ping(data, &mut output),
            Sent::Pong(data) => self.connection.send_pong(data, &mut output),
            Sent::Close(code, reason) => {
                let Some(code) = CloseCode::new(*code) else { return };
                self.connection.close(code, reason, &mut output)
            }
        };
        let too_long = match &sent {
            Sent::Ping(data) | Sent::Pong(data) => data.len() > 125,
            Sent::Close(_, reason) => reason.len() > 123,
            Sent::Text(_) | Sent::Fragments(_) | Sent::Binary(_) => false,
        };
        assert_eq!(result.is_ok(), open && !too_long, "{result:?}");
        match result {
            Ok(()) => self.expected.push_back(match sent {
                Sent::Fragments(fragments) => Sent::Text(fragments.concat()),
                other => other,
            }),
            Err(SendError::Closed | SendError::ControlTooLong(_) | SendError::ReasonTooLong(_)) => {
                assert!(output.is_empty());
            }
            Err(other) => panic!("{other}"),
        }
        self.wire.extend(output);
    }

    /// Hands up to `len` bytes of the peer's wire to this end.
    fn receive<P: Role>(&mut self, peer: &mut End<P>, len: usize, buffer: &mut MessageBuffer) {
        let mut bytes: Vec<u8> = peer.wire.drain(..len.min(peer.wire.len())).collect();
        let mut input = &mut bytes[..];
        while let Some(event) = self.connection.receive(&mut input, buffer).expect("peers of one kind get on") {
            let received = match event {
                Event::Text(text) => Sent::Text(text.into()),
                Event::Binary(bytes) => Sent::Binary(bytes.into()),
                Event::Ping(data) => Sent::Ping(data.into()),
                Event::Pong(data) => Sent::Pong(data.into()),
                Event::Close { code, reason } => Sent::Close(code.map_or(0, CloseCode::get), reason.into()),
                other => panic!("{other:?}"),
            };
            if peer.expected.front() == Some(&received) {
                peer.expected.pop_front();
            } else {
                // Otherwise it is a reply that the peer's machine made.
                assert!(matches!(received, Sent::Pong(_) | Sent::Close(..)), "{received:?}");
            }
        }
        let mut output = Vec::new();
        self.connection.poll_transmit(&mut output);
        self.wire.extend(output);
    }
}

fuzz_target!(|steps: Vec<Step>| {
    let mut keys = 0_u32;
    let mut server = End::new(websocket_proto::Server);
    let mut client = End::new(websocket_proto::Client::new(|| {
        keys = keys.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        keys.to_be_bytes()
    }));
    let mut buffer = MessageBuffer::new();
    for step in steps {
        let (by_server, sent) = match step {
            Step::Text(by_server, text) => (by_server, Sent::Text(text)),
            // Without a fragment there is no message.
            Step::Fragments(_, fragments) if fragments.is_empty() => continue,
            Step::Fragments(by_server, fragments) => (by_server, Sent::Fragments(fragments)),
            Step::Binary(by_server, bytes) => (by_server, Sent::Binary(bytes)),
            Step::Ping(by_server, data) => (by_server, Sent::Ping(data)),
            Step::Pong(by_server, data) => (by_server, Sent::Pong(data)),
            Step::Close(by_server, code, reason) => (by_server, Sent::Close(code, reason)),
            Step::Deliver(true, len) => {
                server.receive(&mut client, len.into(), &mut buffer);
                continue;
            }
            Step::Deliver(false, len) => {
                client.receive(&mut server, len.into(), &mut buffer);
                continue;
            }
        };
        if by_server { server.send(sent) } else { client.send(sent) }
    }
    server.send(Sent::Close(1000, String::new()));
    for _ in 0..3 {
        server.receive(&mut client, usize::MAX, &mut buffer);
        client.receive(&mut server, usize::MAX, &mut buffer);
    }
    assert_eq!((server.connection.state(), client.connection.state()), (State::Closed, State::Closed));
    assert!(server.wire.is_empty() && client.wire.is_empty());
    // Nothing is lost: an end that is closing still receives, and sends nothing after its Close.
    assert!(server.expected.is_empty(), "{:?}", server.expected);
    assert!(client.expected.is_empty(), "{:?}", client.expected);
});
