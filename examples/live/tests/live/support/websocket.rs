//! A blocking WebSocket client on `websocket-proto`.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use serde_json::Value;
use websocket_proto::handshake::{ClientHandshake, Key, Offer, Outcome};
use websocket_proto::{Client, CloseCode, Config, Connection, Event, MessageBuffer};

use super::PATIENCE;

const READ_BUFFER: usize = 64 * 1024;
/// Screenshots come as one message.
const MAX_MESSAGE_LEN: u64 = 64 << 20;

type MaskingKeys = fn() -> [u8; 4];

pub(crate) struct WebSocket {
    stream: TcpStream,
    connection: Connection<Client<MaskingKeys>>,
    message_buffer: MessageBuffer,
    read_buffer: Vec<u8>,
    output: Vec<u8>,
    arrived: VecDeque<Message>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    Text(String),
    Binary(Vec<u8>),
    /// The peer's Close.
    Close(Option<CloseCode>, String),
    /// The end of the transport.
    End,
}

impl WebSocket {
    /// Opens a connection to `ws://{host}{target}`.
    pub(crate) fn open(host: &str, target: &str, subprotocols: &[&str]) -> Self {
        let mut stream = TcpStream::connect(host).expect("the server accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        let key = Key::from_nonce(random());
        let offer = Offer { subprotocols, ..Offer::new(host, target) };
        let mut output = Vec::new();
        let mut handshake = ClientHandshake::new(&offer, &key, &mut output).expect("an offer");
        stream.write_all(&output).expect("the request is sent");
        output.clear();

        let mut read_buffer = vec![0; READ_BUFFER];
        let leftover = loop {
            let len = read(&mut stream, &mut read_buffer);
            assert_ne!(len, 0, "the server closed the connection during the handshake");
            let mut input = &read_buffer[..len];
            match handshake.receive(&mut input).expect("a valid response") {
                None => {}
                Some(Outcome::Established { negotiated, .. }) => {
                    assert_eq!(negotiated.subprotocol, subprotocols.first().copied());
                    break input.to_vec();
                }
                Some(refused) => panic!("the server refused: {refused:?}"),
            }
        };
        let config = Config { max_message_len: MAX_MESSAGE_LEN, ..Config::default() };
        let mut socket = Self {
            stream,
            connection: Connection::client(config, random as MaskingKeys),
            message_buffer: MessageBuffer::new(),
            read_buffer,
            output,
            arrived: VecDeque::new(),
        };
        // The first frames may have come with the response.
        let len = leftover.len();
        socket.read_buffer[..len].copy_from_slice(&leftover);
        socket.take(len);
        socket
    }

    pub(crate) fn send_text(&mut self, text: &str) {
        self.send_texts([text]);
    }

    /// Sends messages in one write.
    pub(crate) fn send_texts<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        for text in texts {
            self.connection.send_text(text, &mut self.output).expect("the connection is open");
        }
        self.write();
    }

    pub(crate) fn send_binary(&mut self, bytes: &[u8]) {
        self.connection.send_binary(bytes, &mut self.output).expect("the connection is open");
        self.write();
    }

    /// Waits for the next message.
    pub(crate) fn receive(&mut self) -> Message {
        loop {
            if let Some(message) = self.arrived.pop_front() {
                return message;
            }
            let len = read(&mut self.stream, &mut self.read_buffer);
            if len == 0 {
                return Message::End;
            }
            self.take(len);
        }
    }

    /// Waits for the next text message, which is JSON.
    pub(crate) fn receive_json(&mut self) -> Value {
        match self.receive() {
            Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("expected text, got {other:?}"),
        }
    }

    /// Hands the first `len` bytes of the read buffer to the machine.
    fn take(&mut self, len: usize) {
        let mut input = &mut self.read_buffer[..len];
        while let Some(event) =
            self.connection.receive(&mut input, &mut self.message_buffer).expect("the server keeps to the protocol")
        {
            self.arrived.extend(match event {
                Event::Text(text) => Some(Message::Text(text.to_owned())),
                Event::Binary(bytes) => Some(Message::Binary(bytes.to_vec())),
                Event::Close { code, reason } => Some(Message::Close(code, reason.to_owned())),
                _ => None,
            });
        }
        self.connection.poll_transmit(&mut self.output);
        self.write();
    }

    fn write(&mut self) {
        self.stream.write_all(&self.output).expect("the peer reads");
        self.output.clear();
    }
}

/// Reads what there is, once; a signal that comes meanwhile is no reason to give up.
fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result.expect("bytes in time"),
        }
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    bytes
}
