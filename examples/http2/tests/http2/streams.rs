//! Streams: many on a connection, and how they end.

use bytes::Bytes;
use h2::Reason;
use http2::client::Message;
use websocket_proto::handshake::Offer;

use crate::raw::{Raw, read_to_end};
use crate::{client, run, server};

#[test]
fn web_sockets_share_a_connection() {
    run(async {
        let (client, host) = client().await;
        let offer = Offer::new(&host, "/echo");
        let mut sockets = Vec::new();
        for _ in 0..10 {
            sockets.push(client.open(&offer).await.expect("a WebSocket"));
        }
        let message = |index| Message::Text(format!("from number {index}"));
        for (index, socket) in sockets.iter_mut().enumerate() {
            socket.send(&message(index)).await.expect("an open connection");
        }
        for (index, socket) in sockets.iter_mut().enumerate().rev() {
            assert_eq!(socket.receive().await.expect("a sound server"), Some(message(index)));
        }
        for socket in sockets {
            socket.close().await.expect("a closing handshake");
        }
    });
}

#[test]
fn a_close_is_answered_and_the_server_ends_its_side_first() {
    run(async {
        let raw = Raw::connect(&server().await).await;
        let (mut response, mut stream) = raw.send(raw.request()).await;
        // Close with code 1000, masked with zeros.
        stream.send_data(Bytes::from_static(b"\x88\x82\0\0\0\0\x03\xE8"), false).expect("an open stream");
        assert_eq!(read_to_end(response.body_mut()).await, b"\x88\x02\x03\xE8");
        assert!(response.body().is_end_stream());
        stream.send_data(Bytes::new(), true).expect("this side is still open");
    });
}

#[test]
fn a_client_that_breaks_the_protocol_is_told() {
    run(async {
        let raw = Raw::connect(&server().await).await;
        let huge = b"\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0";
        for (wrong, code) in [(&b"\x81\x05Hello"[..], 1002_u16), (b"\x81\x81\0\0\0\0\xFF", 1007), (huge, 1009)] {
            let (mut response, mut stream) = raw.send(raw.request()).await;
            stream.send_data(Bytes::from_static(wrong), false).expect("an open stream");
            let close = read_to_end(response.body_mut()).await;
            assert_eq!(close[..4], [&[0x88, 0x02][..], &code.to_be_bytes()].concat(), "{close:?}");
        }
    });
}

#[test]
fn a_stream_that_is_reset_concerns_no_other() {
    run(async {
        let raw = Raw::connect(&server().await).await;
        let (mut bystander_response, mut bystander) = raw.send(raw.request()).await;
        let (_response, mut stream) = raw.send(raw.request()).await;
        stream.send_reset(Reason::CANCEL);
        let (mut response, mut ended) = raw.send(raw.request()).await;
        // END_STREAM without a Close: an abnormal closure, to which nothing can be said.
        ended.send_data(Bytes::new(), true).expect("an open stream");
        assert_eq!(read_to_end(response.body_mut()).await, b"");

        bystander.send_data(Bytes::from_static(b"\x81\x82\0\0\0\0ok"), false).expect("an open stream");
        let data = bystander_response.body_mut().data().await.expect("an echo").expect("a sound stream");
        assert_eq!(&data[..], b"\x81\x02ok");
    });
}
