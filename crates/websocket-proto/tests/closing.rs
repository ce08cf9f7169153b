//! The closing handshake (RFC 6455 sections 5.5.1 and 7), from both ends.

#![cfg(feature = "alloc")]

mod support;

use support::{Owned, client, masked, run, run_split, server, unmasked};
use websocket_proto::close::CloseError;
use websocket_proto::connection::AbnormalClosure;
use websocket_proto::connection::TransportAction;
use websocket_proto::{CloseCode, MessageBuffer, ProtocolError, SendError, State};

fn close_frame_payload(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes()[..], reason].concat()
}

#[test]
fn every_code_is_accepted_or_refused_as_section_7_4_says() {
    for code in 0..=u16::MAX {
        let sendable = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
        let outcome = run(server(), [&masked(0x88, &close_frame_payload(code, b""))[..]]);
        if sendable {
            assert_eq!(outcome.events, [Owned::Close(Some(code), String::new())]);
            assert_eq!(outcome.output, unmasked(0x88, &close_frame_payload(code, b"")), "the code is echoed");
            assert_eq!(outcome.state, State::Closed);
        } else {
            assert_eq!(outcome.error, Some(ProtocolError::Close(CloseError::Code(code))));
            assert_eq!(outcome.output, unmasked(0x88, &close_frame_payload(1002, b"")));
        }
        assert_eq!(CloseCode::new(code).is_some(), sendable);
    }
}

#[test]
fn an_empty_close_is_answered_by_an_empty_close() {
    let outcome = run_split(server, &masked(0x88, b""));
    assert_eq!(outcome.events, [Owned::Close(None, String::new())]);
    assert_eq!(outcome.output, unmasked(0x88, b""));
}

#[test]
fn a_close_payload_of_one_byte_fails() {
    let outcome = run_split(server, &masked(0x88, b"\x03"));
    assert_eq!(outcome.error, Some(ProtocolError::Close(CloseError::Length)));
}

#[test]
fn a_reason_is_text_of_up_to_123_bytes() {
    let reason = "ä".repeat(61) + "b";
    let outcome = run_split(server, &masked(0x88, &close_frame_payload(1000, reason.as_bytes())));
    assert_eq!(outcome.events, [Owned::Close(Some(1000), reason)]);

    let outcome = run_split(server, &masked(0x88, &close_frame_payload(1000, b"ab\xff")));
    let Some(ProtocolError::Close(CloseError::Reason(error))) = outcome.error else { panic!("{outcome:?}") };
    assert_eq!(error.valid_up_to(), 2);
    assert_eq!(outcome.output, unmasked(0x88, &close_frame_payload(1007, b"")));
}

#[test]
fn what_follows_a_close_is_ignored() {
    let bytes = [masked(0x88, &close_frame_payload(1001, b"")), b"\xff\xff not even a frame".to_vec()].concat();
    let outcome = run_split(server, &bytes);
    assert_eq!(outcome.events, [Owned::Close(Some(1001), String::new())]);
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.state, State::Closed);
}

#[test]
fn the_server_closes_the_transport_first() {
    let mut buffer = MessageBuffer::new();
    let mut server = server();
    let mut client = client();
    let (mut to_server, mut to_client) = (Vec::new(), Vec::new());

    client.close(CloseCode::NORMAL, "done", &mut to_server).unwrap();
    assert_eq!(client.state(), State::Closing);
    assert_eq!(client.transport(), TransportAction::KeepOpen);

    let event = server.receive(&mut &mut to_server[..], &mut buffer).unwrap().unwrap();
    assert_eq!(Owned::from(event), Owned::Close(Some(1000), "done".into()));
    server.poll_transmit(&mut to_client);
    assert_eq!((server.state(), server.transport()), (State::Closed, TransportAction::Close));

    let event = client.receive(&mut &mut to_client[..], &mut buffer).unwrap().unwrap();
    assert_eq!(Owned::from(event), Owned::Close(Some(1000), String::new()));
    assert_eq!((client.state(), client.transport()), (State::Closed, TransportAction::AwaitPeerClose));

    let mut nothing = Vec::new();
    client.poll_transmit(&mut nothing);
    assert!(nothing.is_empty(), "an answer to one's own Close is not answered");
    assert_eq!((server.receive_eof(), client.receive_eof()), (Ok(()), Ok(())));
}

#[test]
fn both_ends_may_close_at_once() {
    let mut buffer = MessageBuffer::new();
    let (mut server, mut client) = (server(), client());
    let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
    client.close(CloseCode::NORMAL, "", &mut to_server).unwrap();
    server.close(CloseCode::GOING_AWAY, "", &mut to_client).unwrap();

    let event = server.receive(&mut &mut to_server[..], &mut buffer).unwrap().unwrap();
    assert_eq!(Owned::from(event), Owned::Close(Some(1000), String::new()));
    let event = client.receive(&mut &mut to_client[..], &mut buffer).unwrap().unwrap();
    assert_eq!(Owned::from(event), Owned::Close(Some(1001), String::new()));

    let mut replies = Vec::new();
    server.poll_transmit(&mut replies);
    client.poll_transmit(&mut replies);
    assert!(replies.is_empty());
    assert_eq!((server.state(), client.state()), (State::Closed, State::Closed));
}

#[test]
fn after_a_close_nothing_is_sent() {
    let mut server = server();
    let mut output = Vec::new();
    server.close(CloseCode::NORMAL, "", &mut output).unwrap();
    let sent = output.clone();

    assert_eq!(server.send_text("late", &mut output), Err(SendError::Closed));
    assert_eq!(server.send_ping(b"", &mut output), Err(SendError::Closed));
    assert_eq!(server.close(CloseCode::NORMAL, "", &mut output), Err(SendError::Closed));
    // A Ping that arrives now is reported, but not answered; nor is an error.
    let mut bytes = [masked(0x89, b"x"), masked(0x83, b"")].concat();
    let mut input = &mut bytes[..];
    let mut buffer = MessageBuffer::new();
    let event = server.receive(&mut input, &mut buffer).unwrap().unwrap();
    assert_eq!(Owned::from(event), Owned::Ping(b"x".into()));
    assert!(server.receive(&mut input, &mut buffer).is_err());
    server.poll_transmit(&mut output);
    assert_eq!(output, sent);
    assert_eq!((server.state(), server.transport()), (State::Failed, TransportAction::Close));
}

#[test]
fn messages_still_arrive_while_the_close_is_unanswered() {
    let mut server = server();
    server.close(CloseCode::GOING_AWAY, "", &mut Vec::new()).unwrap();
    let bytes = [masked(0x81, b"in flight"), masked(0x88, &close_frame_payload(1001, b""))].concat();
    let outcome = run(server, [&bytes[..]]);
    assert_eq!(outcome.events, [Owned::Text("in flight".into()), Owned::Close(Some(1001), String::new())]);
    assert!(outcome.output.is_empty());
}

#[test]
fn an_end_of_the_transport_before_the_handshake_is_abnormal() {
    let mut connection = server();
    assert_eq!(connection.receive_eof(), Err(AbnormalClosure));
    assert_eq!(connection.receive_eof(), Err(AbnormalClosure), "it stays so");
    assert_eq!((connection.state(), connection.transport()), (State::Closed, TransportAction::Close));
    let mut output = Vec::new();
    assert_eq!(connection.send_text("x", &mut output), Err(SendError::Closed));
    connection.poll_transmit(&mut output);
    assert!(output.is_empty(), "1006 is never sent");

    let mut connection = server();
    connection.close(CloseCode::NORMAL, "", &mut output).unwrap();
    assert_eq!(connection.receive_eof(), Err(AbnormalClosure));
}
