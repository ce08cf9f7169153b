//! What is sent: frames, masks, replies and their order.

#![cfg(feature = "alloc")]

mod support;

use proptest::prelude::*;
use support::{Owned, client, masked, run, server, unmasked};
use websocket_proto::connection::SharedMessage;
use websocket_proto::{CloseCode, Config, Connection, MessageBuffer, SendError};

#[test]
fn a_server_sends_unmasked_frames() {
    let mut output = Vec::new();
    server().send_text("Hello", &mut output).unwrap();
    assert_eq!(output, b"\x81\x05Hello");
}

#[test]
fn a_client_masks_each_frame_with_a_key_of_its_own() {
    let mut keys = [[0x37, 0xfa, 0x21, 0x3d], [1, 2, 3, 4]].into_iter();
    let mut connection = Connection::client(Config::default(), || keys.next().unwrap());
    let mut output = Vec::new();
    connection.send_text("Hello", &mut output).unwrap();
    connection.send_ping(b"", &mut output).unwrap();
    assert_eq!(output, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x89\x80\x01\x02\x03\x04");
}

#[test]
fn lengths_are_encoded_in_the_shortest_form() {
    for (len, header) in [
        (0, &b"\x82\x00"[..]),
        (125, b"\x82\x7d"),
        (126, b"\x82\x7e\x00\x7e"),
        (65_535, b"\x82\x7e\xff\xff"),
        (65_536, b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ] {
        let mut output = Vec::new();
        server().send_binary(&vec![7; len], &mut output).unwrap();
        assert_eq!(&output[..header.len()], header);
        assert_eq!(output.len(), header.len() + len);
    }
}

#[test]
fn control_frames_over_125_bytes_are_not_sent() {
    let mut connection = server();
    let mut output = Vec::new();
    assert_eq!(connection.send_ping(&[0; 126], &mut output), Err(SendError::ControlTooLong(126)));
    assert_eq!(connection.send_pong(&[0; 126], &mut output), Err(SendError::ControlTooLong(126)));
    let reason = "r".repeat(124);
    assert_eq!(connection.close(CloseCode::NORMAL, &reason, &mut output), Err(SendError::ReasonTooLong(124)));
    assert!(output.is_empty());

    connection.send_ping(&[0; 125], &mut output).unwrap();
    connection.close(CloseCode::NORMAL, &reason[1..], &mut output).unwrap();
    assert_eq!(output.len(), 2 + 125 + 2 + 125);
}

#[test]
fn only_the_latest_ping_is_answered_if_several_wait() {
    let mut connection = server();
    let mut buffer = MessageBuffer::new();
    let mut bytes = [masked(0x89, b"first"), masked(0x89, b"second")].concat();
    let mut input = &mut bytes[..];
    while connection.receive(&mut input, &mut buffer).unwrap().is_some() {}
    let mut output = Vec::new();
    connection.poll_transmit(&mut output);
    assert_eq!(output, unmasked(0x8a, b"second"));
}

#[test]
fn a_waiting_pong_goes_out_before_the_next_message_and_before_a_close() {
    for close in [false, true] {
        let mut connection = server();
        let mut bytes = masked(0x89, b"?");
        connection.receive(&mut &mut bytes[..], &mut MessageBuffer::new()).unwrap();
        let mut output = Vec::new();
        if close {
            connection.close(CloseCode::NORMAL, "", &mut output).unwrap();
            assert_eq!(output, [unmasked(0x8a, b"?"), unmasked(0x88, b"\x03\xe8")].concat());
        } else {
            connection.send_text("x", &mut output).unwrap();
            assert_eq!(output, [unmasked(0x8a, b"?"), unmasked(0x81, b"x")].concat());
        }
    }
}

#[test]
fn pings_are_left_to_the_user_when_asked() {
    let config = Config { auto_pong: false, ..Config::default() };
    let outcome = run(Connection::server(config), [&masked(0x89, b"x")[..]]);
    assert_eq!(outcome.events, [Owned::Ping(b"x".into())]);
    assert!(outcome.output.is_empty());
}

#[test]
fn nothing_but_control_frames_goes_between_fragments() {
    let mut connection = server();
    let mut output = Vec::new();
    connection.send_binary_fragment(b"ab", false, &mut output).unwrap();
    connection.send_ping(b"", &mut output).unwrap();
    let sent = output.clone();
    assert_eq!(connection.send_text("x", &mut output), Err(SendError::MessageUnderWay));
    assert_eq!(connection.send_text_fragment("x", true, &mut output), Err(SendError::MessageUnderWay));
    assert_eq!(connection.send_shared(&SharedMessage::text("x"), &mut output), Err(SendError::MessageUnderWay));
    assert_eq!(connection.send_binary_header(1, &mut output), Err(SendError::MessageUnderWay));
    assert_eq!(output, sent, "a refusal leaves no trace");

    connection.send_binary_fragment(b"", false, &mut output).unwrap();
    connection.send_binary_fragment(b"c", true, &mut output).unwrap();
    connection.send_text("x", &mut output).unwrap();
    let outcome = run(client(), [&output[..]]);
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.events, [Owned::Ping(vec![]), Owned::Binary(b"abc".into()), Owned::Text("x".into())]);
}

#[test]
fn a_full_output_refuses_messages_but_not_a_close() {
    let mut connection = Connection::server(Config { max_output: 100, ..Config::default() });
    let mut output = Vec::new();
    connection.send_binary(&[0; 200], &mut output).unwrap();
    assert_eq!(output.len(), 204, "one message always goes into an empty output");
    let full = SendError::OutputFull { len: 204 + 1 + 14, limit: 100 };
    assert_eq!(connection.send_text("x", &mut output), Err(full));
    assert_eq!(connection.send_ping(b"x", &mut output), Err(full));
    assert_eq!(connection.send_binary_fragment(b"x", false, &mut output), Err(full));
    assert_eq!(output.len(), 204);

    output.drain(..150);
    connection.send_text("x", &mut output).unwrap();
    connection.send_text("no trace is left", &mut output).unwrap();
    connection.close(CloseCode::NORMAL, "", &mut output).unwrap();
    assert!(output.ends_with(&[0x88, 2, 0x03, 0xe8]));
}

#[test]
fn a_message_can_be_encoded_once_for_all() {
    let shared = SharedMessage::binary(&[7; 300]);
    let mut connection = server();
    let mut alone = Vec::new();
    connection.send_binary(&[7; 300], &mut alone).unwrap();
    assert_eq!(shared.as_bytes(), alone);

    // Replies that are due go first.
    let mut ping = masked(0x89, b"?");
    connection.receive(&mut &mut ping[..], &mut MessageBuffer::new()).unwrap();
    let mut output = Vec::new();
    let frame = connection.send_shared(&shared, &mut output).unwrap();
    assert_eq!((output, frame), (unmasked(0x8a, b"?"), &alone[..]));

    connection.close(CloseCode::NORMAL, "", &mut Vec::new()).unwrap();
    assert_eq!(connection.send_shared(&shared, &mut Vec::new()), Err(SendError::Closed));
}

#[test]
fn a_header_can_go_out_before_a_payload_of_any_length() {
    let mut output = Vec::new();
    server().send_binary_header(i64::MAX.unsigned_abs(), &mut output).unwrap();
    assert_eq!(output, b"\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff");
    let too_long = 1 << 63;
    assert_eq!(server().send_binary_header(too_long, &mut output), Err(SendError::TooLong(too_long)));
}

proptest! {
    #[test]
    fn what_one_end_sends_the_other_receives(
        messages in prop::collection::vec(
            prop_oneof![
                any::<String>().prop_map(Owned::Text),
                prop::collection::vec(any::<u8>(), 0..700).prop_map(Owned::Binary),
                prop::collection::vec(any::<u8>(), 0..=125).prop_map(Owned::Ping),
                prop::collection::vec(any::<u8>(), 0..=125).prop_map(Owned::Pong),
            ],
            0..12,
        ),
        cut in 1..100usize,
        from_client: bool,
        key: [u8; 4],
    ) {
        let mut output = Vec::new();
        let outcome = if from_client {
            let mut sender = Connection::client(Config::default(), || key);
            for message in &messages {
                send(&mut sender, message, &mut output);
            }
            run(server(), output.chunks(cut))
        } else {
            let mut sender = server();
            for message in &messages {
                send(&mut sender, message, &mut output);
            }
            run(client(), output.chunks(cut))
        };
        prop_assert_eq!(outcome.error, None);
        prop_assert_eq!(outcome.events, messages);
    }
}

fn send<R: websocket_proto::Role>(sender: &mut Connection<R>, message: &Owned, output: &mut Vec<u8>) {
    match message {
        Owned::Text(text) => sender.send_text(text, output),
        Owned::Binary(bytes) => sender.send_binary(bytes, output),
        Owned::Ping(data) => sender.send_ping(data, output),
        Owned::Pong(data) => sender.send_pong(data, output),
        Owned::Close(..) => unreachable!("not generated"),
    }
    .unwrap();
}
