//! The adapters to other crates, with their features on.

#![cfg(all(feature = "bytes", feature = "tokio-util"))]

use std::io::ErrorKind;

use bytes::{Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};
use websocket_proto::codec::{MessageCodec, Replies};
use websocket_proto::connection::{SharedMessage, TransportAction};
use websocket_proto::{Client, CloseCode, Config, Connection, Message, SendError, Server, State};

type Keys = fn() -> [u8; 4];

fn server(config: Config) -> MessageCodec<Server> {
    MessageCodec::new(Connection::server(config))
}

fn client() -> MessageCodec<Client<Keys>> {
    MessageCodec::new(Connection::client(Config::default(), (|| [1, 2, 3, 4]) as Keys))
}

fn close(code: CloseCode) -> Message {
    Message::Close { code: Some(code), reason: "bye".to_owned() }
}

/// One of each kind but chunks, a Close last.
fn messages() -> Vec<Message> {
    vec![
        Message::Text("grüße".to_owned()),
        Message::Binary(Bytes::from_static(&[0, 255])),
        Message::Ping(Bytes::from_static(b"ping")),
        Message::Pong(Bytes::new()),
        Message::Text(String::new()),
        close(CloseCode::NORMAL),
    ]
}

#[test]
fn messages_come_out_as_they_went_in_however_they_are_cut() {
    let mut encoded = BytesMut::new();
    let mut sender = client();
    for message in messages() {
        sender.encode(message, &mut encoded).unwrap();
    }
    for size in 1..=encoded.len() {
        let mut codec = server(Config::default());
        let mut received = Vec::new();
        let mut buffer = BytesMut::new();
        for read in encoded.chunks(size) {
            buffer.extend_from_slice(read);
            while let Some(message) = codec.decode(&mut buffer).unwrap() {
                received.push(message);
            }
            assert!(buffer.is_empty());
        }
        assert_eq!(received, messages(), "reads of {size} bytes");
        assert_eq!(codec.decode_eof(&mut buffer).unwrap(), None);
        assert_eq!(codec.connection().transport(), TransportAction::Close);
    }
}

#[test]
fn chunks_are_sent_as_fragments_and_received_as_chunks() {
    let chunks = [
        Message::TextChunk { text: "a".to_owned(), fin: false },
        Message::TextChunk { text: "b".to_owned(), fin: true },
        Message::BinaryChunk { bytes: Bytes::from_static(b"c"), fin: true },
    ];
    let mut encoded = BytesMut::new();
    let mut sender = client();
    for chunk in chunks.clone() {
        sender.encode(chunk, &mut encoded).unwrap();
    }
    let mut codec = server(Config { in_chunks: true, ..Config::default() });
    for chunk in chunks {
        assert_eq!(codec.decode(&mut encoded).unwrap(), Some(chunk));
    }
    assert_eq!(codec.decode(&mut encoded).unwrap(), None);
}

#[test]
fn replies_go_out_before_the_next_message_or_by_themselves() {
    let ping = b"\x89\x81\0\0\0\0p";
    let mut codec = server(Config::default());
    let mut output = BytesMut::new();
    codec.decode(&mut BytesMut::from(&ping[..])).unwrap();
    codec.encode(Message::Text("t".to_owned()), &mut output).unwrap();
    codec.decode(&mut BytesMut::from(&ping[..])).unwrap();
    codec.encode(Replies, &mut output).unwrap();
    codec.encode(Replies, &mut output).unwrap();
    codec.decode(&mut BytesMut::from(&b"\x88\x80\0\0\0\0"[..])).unwrap();
    codec.encode(Replies, &mut output).unwrap();
    assert_eq!(&output[..], b"\x8a\x01p\x81\x01t\x8a\x01p\x88\x00");
    assert_eq!(codec.connection().state(), State::Closed);
}

#[test]
fn errors_carry_their_cause_and_the_close_still_goes_out() {
    let mut codec = server(Config::default());
    let mut buffer = BytesMut::from(&b"\x82\x81\0\0\0\0a\x83"[..]);
    assert_eq!(codec.decode(&mut buffer).unwrap(), Some(Message::Binary(Bytes::from_static(b"a"))));
    let error = codec.decode(&mut buffer).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.get_ref().is_some_and(|cause| cause.is::<websocket_proto::ProtocolError>()));
    let mut output = BytesMut::new();
    codec.encode(Replies, &mut output).unwrap();
    assert_eq!(&output[..], b"\x88\x02\x03\xEA");

    let error = codec.encode(Message::Text(String::new()), &mut output).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.get_ref().and_then(|cause| cause.downcast_ref()), Some(&SendError::Closed));
    assert_eq!(output.len(), 4, "nothing more is sent");

    let error = server(Config::default()).decode_eof(&mut BytesMut::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn a_received_message_pins_no_buffer() {
    let mut codec = server(Config::default());
    let mut buffer = BytesMut::from(&b"\x82\x81\0\0\0\0a"[..]);
    let start = buffer.as_ptr().addr();
    let range = start..start + buffer.len();
    let Some(Message::Binary(bytes)) = codec.decode(&mut buffer).unwrap() else { panic!("no binary message") };
    assert!(!range.contains(&bytes.as_ptr().addr()));
}

#[test]
fn a_shared_message_is_shared_with_bytes() {
    let message = SharedMessage::binary(&[7; 300]);
    let bytes = Bytes::from(message.clone());
    assert_eq!(bytes, message.as_bytes());
    assert_eq!(bytes.as_ptr(), message.as_bytes().as_ptr());
}
