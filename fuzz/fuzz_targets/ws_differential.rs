//! The same bytes to this project's connection and to tungstenite's: the same events, or both refuse.
//!
//! Where the two differ, RFC 6455 decides, and the difference is listed here with its clause: what this project refuses and
//! tungstenite does not in [`is_stricter`], the rest where the outcomes are compared.

#![no_main]

use std::io::{self, Read, Write};

use libfuzzer_sys::fuzz_target;
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};
use tungstenite::{Error, Message};
use websocket_proto::close::{CloseCode, CloseError};
use websocket_proto::frame::FrameError;
use websocket_proto::{Client, Config, Connection, Event, MessageBuffer, ProtocolError, Server};

const MAX_MESSAGE_LEN: usize = 1000;

/// A transport with bytes to read and nowhere to write.
struct Transport<'a>(&'a [u8]);

impl Read for Transport<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Transport<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Messages, and whether the stream was refused: `None` if not.
type Outcome<E> = (Vec<String>, Option<E>);

fn ours<R: websocket_proto::Role>(mut connection: Connection<R>, bytes: &[u8]) -> Outcome<ProtocolError> {
    let mut bytes = bytes.to_vec();
    let mut input = &mut bytes[..];
    let mut buffer = MessageBuffer::new();
    let mut events = Vec::new();
    loop {
        events.push(match connection.receive(&mut input, &mut buffer) {
            Ok(Some(Event::Text(text))) => format!("text {text}"),
            Ok(Some(Event::Binary(bytes))) => format!("binary {bytes:?}"),
            Ok(Some(Event::Ping(data))) => format!("ping {data:?}"),
            Ok(Some(Event::Pong(data))) => format!("pong {data:?}"),
            // The registry's 1014 is not known to tungstenite, which reports what it answers.
            Ok(Some(Event::Close { code: Some(CloseCode::BAD_GATEWAY), .. })) => {
                "close Some(1002) Protocol violation".into()
            }
            Ok(Some(Event::Close { code, reason })) => format!("close {:?} {reason}", code.map(|code| code.get())),
            Ok(Some(other)) => panic!("{other:?}"),
            Ok(None) => return (events, None),
            Err(error) => return (events, Some(error)),
        });
    }
}

fn theirs(role: Role, bytes: &[u8]) -> Outcome<Error> {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE_LEN))
        .max_frame_size(Some(MAX_MESSAGE_LEN))
        .read_buffer_size(4096);
    let mut socket = WebSocket::from_raw_socket(Transport(bytes), role, Some(config));
    let mut events = Vec::new();
    loop {
        events.push(match socket.read() {
            Ok(Message::Text(text)) => format!("text {text}"),
            Ok(Message::Binary(bytes)) => format!("binary {:?}", &bytes[..]),
            Ok(Message::Ping(data)) => format!("ping {:?}", &data[..]),
            Ok(Message::Pong(data)) => format!("pong {:?}", &data[..]),
            Ok(Message::Close(frame)) => match frame {
                Some(frame) => format!("close {:?} {}", Some(u16::from(frame.code)), frame.reason),
                None => "close None ".into(),
            },
            Ok(Message::Frame(_)) => panic!("no frame comes out of reading"),
            // The transport has no more bytes, or the Close was seen.
            Err(
                Error::ConnectionClosed
                | Error::AlreadyClosed
                | Error::Io(_)
                | Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake),
            ) => return (events, None),
            Err(error) => return (events, Some(error)),
        });
    }
}

/// Whether RFC 6455 wants refused what tungstenite lets pass, or wants it refused earlier.
fn is_stricter(error: &ProtocolError) -> bool {
    match error {
        // 5.2: "the minimal number of bytes MUST be used to encode the length".
        ProtocolError::Frame(FrameError::LengthNotMinimal { .. }) => true,
        // 5.2 and 5.5, judged by tungstenite once the payload is there, which may never come.
        ProtocolError::Frame(_) | ProtocolError::ExpectedContinuation(_) | ProtocolError::UnexpectedContinuation => {
            true
        }
        // 8.1, judged before the frame is complete.
        ProtocolError::InvalidText(_) => true,
        // 7.4: tungstenite answers such a Close with 1002, and reports that one.
        ProtocolError::Close(CloseError::Code(_)) => true,
        // Judged at the header here.
        ProtocolError::MessageTooBig { .. } => true,
        _ => false,
    }
}

fuzz_target!(|input: (bool, &[u8])| {
    let (server, bytes) = input;
    let config = Config { max_message_len: MAX_MESSAGE_LEN as u64, ..Config::default() };
    let (ours, theirs) = if server {
        (ours(Connection::new(Server, config), bytes), theirs(Role::Server, bytes))
    } else {
        (ours(Connection::new(Client::new(|| [0; 4]), config), bytes), theirs(Role::Client, bytes))
    };
    match (&ours, &theirs) {
        ((events, None), (expected, None)) => assert_eq!(events, expected),
        // What follows a Close is ignored (1.4: "discards any further data received"), and is an error to tungstenite.
        ((events, None), (expected, Some(_))) if events.last().is_some_and(|event| event.starts_with("close")) => {
            assert_eq!(events, expected);
        }
        ((_, None), (_, Some(error))) => panic!("tungstenite alone refuses: {error}"),
        ((events, Some(error)), (expected, refused)) => {
            let common = events.len().min(expected.len());
            assert_eq!(events[..common], expected[..common]);
            assert!(refused.is_some() || is_stricter(error), "this project alone refuses: {error}");
        }
    }
});
