//! Flow control: each side waits for the other's room, and makes room.

use std::future::poll_fn;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use h2::Ping;
use http2::client::Message;
use websocket_proto::handshake::Offer;
use websocket_proto::{Config, Connection, Event, MessageBuffer};

use crate::raw::Raw;
use crate::{client, run, server};

/// The room that a stream and a connection have at first (RFC 9113 6.9.2).
const WINDOW: usize = 65_535;

#[test]
fn messages_of_many_windows_come_back() {
    run(async {
        let (client, host) = client().await;
        let mut socket = client.open(&Offer::new(&host, "/echo")).await.expect("a WebSocket");
        let bytes: Vec<u8> = (0..1 << 20).map(|i: u32| i.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        let message = Message::Binary(bytes);
        // The second is on its way while the first comes back.
        for _ in 0..2 {
            socket.send(&message).await.expect("an open connection");
        }
        for _ in 0..2 {
            assert!(socket.receive().await.expect("a sound server").as_ref() == Some(&message));
        }
        socket.close().await.expect("a closing handshake");
    });
}

#[test]
fn the_server_waits_for_a_client_that_does_not_read() {
    run(async {
        let mut raw = Raw::connect(&server().await).await;
        let (mut response, mut stream) = raw.send(raw.request()).await;
        assert_eq!(response.status(), 200);
        let body = response.body_mut();

        let mut connection = Connection::client(Config::default(), || [1, 2, 3, 4]);
        let payload = vec![b'x'; 3 * WINDOW];
        let mut output = Vec::new();
        connection.send_binary(&payload, &mut output).expect("an open connection");
        // h2 keeps it until the server has room.
        stream.send_data(Bytes::from(output), false).expect("an open stream");

        let mut received = BytesMut::new();
        while received.len() < WINDOW {
            received.extend_from_slice(&body.data().await.expect("more").expect("a sound stream"));
        }
        assert_eq!(received.len(), WINDOW);
        assert_eq!(body.flow_control().used_capacity(), WINDOW);
        // All that the server had sent before it answers has come then.
        raw.pings.ping(Ping::opaque()).await.expect("an answer");
        let more = poll_fn(|context| Poll::Ready(body.poll_data(context).is_ready())).await;
        assert!(!more, "the server sends more than there is room for");

        // Nor does it read: what is sent next fills the room that is left, and no more comes free.
        stream.reserve_capacity(2 * WINDOW);
        let room = poll_fn(|context| stream.poll_capacity(context)).await.expect("an open stream").expect("room");
        assert!((1..=WINDOW).contains(&room), "{room}");
        let mut next = Vec::new();
        connection.send_binary(&payload, &mut next).expect("an open connection");
        stream.send_data(Bytes::from(next).split_to(room), false).expect("an open stream");
        for _ in 0..10 {
            raw.pings.ping(Ping::opaque()).await.expect("an answer");
        }
        assert_eq!(stream.capacity(), 0);

        body.flow_control().release_capacity(WINDOW).expect("bytes that came");
        let header = 10; // with a length of 64 bits
        while received.len() < header + payload.len() {
            let data = body.data().await.expect("more").expect("a sound stream");
            received.extend_from_slice(&data);
            body.flow_control().release_capacity(data.len()).expect("bytes that came");
        }
        let mut message_buffer = MessageBuffer::new();
        let config = Config { max_message_len: payload.len() as u64, ..Config::default() };
        let mut connection = Connection::client(config, || [1, 2, 3, 4]);
        let mut input = &mut received[..];
        let event = connection.receive(&mut input, &mut message_buffer).expect("a sound server");
        assert!(event == Some(Event::Binary(&payload)));
    });
}
