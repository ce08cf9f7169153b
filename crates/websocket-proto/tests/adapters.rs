//! The adapters to other crates, with their features on.

#![cfg(all(feature = "bytes", feature = "tokio-util"))]

use std::io::ErrorKind;

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::codec::{Decoder, Encoder, Framed};
use websocket_proto::codec::{MessageCodec, Replies};
use websocket_proto::connection::{SharedMessage, TransportAction};
use websocket_proto::{Client, CloseCode, Config, Connection, Message, MessageBuffer, SendError, Server, State};

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

/// Two ends over a pipe of tokio's, as the codec's documentation has it: the echo of each message, the answer to a Ping, and
/// the closing handshake.
#[test]
fn framed_ends_talk_over_a_pipe() {
    let large = "large, ".repeat(30_000);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        // Less than a frame fits into the pipe, so that every message is cut and every write waits.
        let (near, far) = tokio::io::duplex(1000);
        let mut client = Framed::new(near, client());
        let mut server = Framed::new(far, server(Config::default()));
        let serve = async {
            let mut received = Vec::new();
            while let Some(message) = server.next().await {
                let message = message.unwrap();
                received.push(message.clone());
                match message {
                    Message::Text(_) | Message::Binary(_) => server.send(message).await.unwrap(),
                    Message::Close { .. } => {
                        server.send(Replies).await.unwrap();
                        break;
                    }
                    _ => server.send(Replies).await.unwrap(),
                }
            }
            (received, server.codec().connection().transport())
        };
        let ask = async {
            for message in [Message::Text(large.clone()), Message::Binary(Bytes::from_static(b"small"))] {
                client.send(message.clone()).await.unwrap();
                assert_eq!(client.next().await.unwrap().unwrap(), message);
            }
            client.send(Message::Ping(Bytes::from_static(b"?"))).await.unwrap();
            assert_eq!(client.next().await.unwrap().unwrap(), Message::Pong(Bytes::from_static(b"?")));
            client.send(close(CloseCode::GOING_AWAY)).await.unwrap();
            let answer = client.next().await.unwrap().unwrap();
            assert_eq!(answer, Message::Close { code: Some(CloseCode::GOING_AWAY), reason: String::new() });
            client.codec().connection().transport()
        };
        let ((received, server), client) = futures_util::future::join(serve, ask).await;
        assert_eq!(received.len(), 4);
        assert_eq!(received[0], Message::Text(large.clone()));
        assert_eq!((server, client), (TransportAction::Close, TransportAction::AwaitPeerClose));
    });
}

/// What breaks the protocol ends the stream with an error, and the Close still goes out.
#[test]
fn a_framed_end_refuses_and_says_so() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (mut near, far) = tokio::io::duplex(1000);
        let mut server = Framed::new(far, server(Config::default()));
        near.write_all(b"\x81\x84\0\0\0\0caf\xC3").await.unwrap();
        let error = server.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert!(server.next().await.is_none());
        server.send(Replies).await.unwrap();
        drop(server);
        let mut answer = Vec::new();
        near.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, b"\x88\x02\x03\xEF");
    });
}

#[test]
fn a_message_put_together_is_given_away_with_its_memory() {
    let mut buffer = MessageBuffer::new();
    let mut connection = Connection::server(Config::default());
    let mut reads = [b"\x82\x84\0\0\0\0ab".to_vec(), b"cd\x81\x81\0\0\0\0t".to_vec()];
    let mut messages = Vec::new();
    for read in &mut reads {
        let mut input = &mut read[..];
        while let Some(message) = connection.receive_owned(&mut input, &mut buffer).unwrap() {
            messages.push(message);
        }
    }
    assert_eq!(messages, [Message::Binary(Bytes::from_static(b"abcd")), Message::Text("t".to_owned())]);
    assert_eq!((buffer.capacity(), buffer.take_binary()), (0, None));
}

/// Whether a message lies in the input or is taken from the buffer, it is the same for every split.
#[test]
fn owned_messages_are_the_same_however_they_are_cut() {
    let mut encoded = Vec::new();
    let mut sender = Connection::client(Config::default(), || [1, 2, 3, 4]);
    for message in messages() {
        sender.send_owned(&message, &mut encoded).unwrap();
    }
    for first in 0..=encoded.len() {
        for size in [1, 3, encoded.len()] {
            let mut bytes = encoded.clone();
            let (start, rest) = bytes.split_at_mut(first);
            let mut connection = Connection::server(Config::default());
            let mut buffer = MessageBuffer::new();
            let mut received = Vec::new();
            for read in std::iter::once(start).chain(rest.chunks_mut(size)) {
                let mut input = read;
                while let Some(message) = connection.receive_owned(&mut input, &mut buffer).unwrap() {
                    received.push(message);
                }
            }
            assert_eq!(received, messages(), "split at {first}, then reads of {size} bytes");
        }
    }
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
