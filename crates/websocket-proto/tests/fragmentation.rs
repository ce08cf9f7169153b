//! Fragmented messages (RFC 6455 5.4) and control frames between their fragments (5.5).

#![cfg(feature = "alloc")]

mod support;

use support::{Owned, client, masked, run, run_split, server, unmasked};
use websocket_proto::{Connection, ProtocolError, State};

#[test]
fn fragments_become_one_message() {
    let bytes = [masked(0x01, b"Hel"), masked(0x00, b""), masked(0x80, b"lo")].concat();
    assert_eq!(run_split(server, &bytes).events, [Owned::Text("Hello".into())]);
}

#[test]
fn empty_fragments_alone_become_an_empty_message() {
    let bytes = [masked(0x02, b""), masked(0x00, b""), masked(0x80, b"")].concat();
    assert_eq!(run_split(server, &bytes).events, [Owned::Binary(vec![])]);
}

#[test]
fn control_frames_between_fragments_come_out_between_and_are_answered() {
    let bytes = [
        masked(0x01, "Grüß".as_bytes()),
        masked(0x89, b"ping"),
        masked(0x00, b" "),
        masked(0x8a, b"pong"),
        masked(0x80, "dich".as_bytes()),
    ]
    .concat();
    let outcome = run_split(server, &bytes);
    let expected = [Owned::Ping(b"ping".into()), Owned::Pong(b"pong".into()), Owned::Text("Grüß dich".into())];
    assert_eq!(outcome.events, expected);
    assert_eq!(outcome.output, unmasked(0x8a, b"ping"));
}

#[test]
fn a_character_may_be_cut_by_a_control_frame() {
    let bytes = [masked(0x01, b"\xe2\x82"), masked(0x89, b""), masked(0x80, b"\xac")].concat();
    let outcome = run_split(server, &bytes);
    assert_eq!(outcome.events, [Owned::Ping(vec![]), Owned::Text("€".into())]);
}

#[test]
fn a_client_assembles_fragments_too() {
    let bytes = [unmasked(0x02, &[1, 2]), unmasked(0x80, &[3])].concat();
    assert_eq!(run_split(client, &bytes).events, [Owned::Binary(vec![1, 2, 3])]);
}

#[test]
fn a_continuation_without_a_message_fails() {
    let outcome = run_split(server, &[masked(0x81, b"a"), masked(0x80, b"b")].concat());
    assert_eq!(outcome.events, [Owned::Text("a".into())]);
    assert_eq!(outcome.error, Some(ProtocolError::UnexpectedContinuation));
    assert_eq!(outcome.state, State::Failed);
}

#[test]
fn a_close_ends_a_message_under_way() {
    let outcome = run_split(server, &[masked(0x01, b"never completed"), masked(0x88, b"\x03\xe8")].concat());
    assert_eq!(outcome.events, [Owned::Close(Some(1000), String::new())]);
    assert_eq!(outcome.state, State::Closed);
}

#[test]
fn many_messages_in_one_read_come_out_one_by_one() {
    let messages: Vec<_> = (0..300u32).map(|n| n.to_be_bytes().to_vec()).collect();
    let bytes: Vec<u8> = messages.iter().flat_map(|message| masked(0x82, message)).collect();
    let expected: Vec<_> = messages.into_iter().map(Owned::Binary).collect();
    assert_eq!(run(server(), [&bytes[..]]).events, expected);
    assert_eq!(run(server(), bytes.chunks(5)).events, expected);
}

#[test]
fn what_a_peer_announces_reserves_nothing() {
    // A frame that announces 1 MiB and brings 3 bytes: the connection holds what arrived.
    let mut connection: Connection<_> = server();
    let mut buffer = websocket_proto::MessageBuffer::new();
    let mut bytes = [0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 1, 2, 3];
    assert_eq!(connection.receive(&mut &mut bytes[..], &mut buffer), Ok(None));
    assert_eq!(connection.state(), State::Open);
    assert!(connection.buffered() >= 3 && connection.buffered() < 1024, "{} bytes", connection.buffered());
}
