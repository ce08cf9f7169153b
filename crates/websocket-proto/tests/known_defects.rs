//! Defects that WebSocket implementations are known to have had, each as a test that it is not one here.

#![cfg(feature = "alloc")]

mod support;

use support::{Owned, client, hex, masked, run, run_split, server, unmasked};
use websocket_proto::close::CloseError;
use websocket_proto::frame::FrameError;
use websocket_proto::{Config, Connection, MessageBuffer, ProtocolError, State};

/// Control length judged only after the payload was buffered: a ping that announces 16 MiB is refused at its header.
#[test]
fn a_16_mib_ping_is_refused_before_its_payload() {
    let header = hex("89ff0000000001000000");
    let outcome = run_split(server, &header);
    assert_eq!(outcome.error, Some(ProtocolError::Frame(FrameError::ControlTooLong)));
}

/// Reserved bits and mask direction judged only after the payload was buffered.
#[test]
fn reserved_bits_and_mask_direction_are_judged_at_the_header() {
    assert!(run(server(), [&hex("c1")[..]]).error.is_some());
    assert_eq!(run(server(), [&hex("827f")[..]]).error, Some(ProtocolError::Frame(FrameError::NotMasked)));
    assert_eq!(run(client(), [&hex("82ff")[..]]).error, Some(ProtocolError::Frame(FrameError::Masked)));
}

/// Memory reserved or filled with zeros from the length field alone.
#[test]
fn an_announced_length_reserves_no_memory() {
    let mut connection = Connection::server(Config { max_message_len: 1 << 40, ..Config::default() });
    let mut frame = hex("82ff000000ff0000000000000000616263");
    assert_eq!(connection.receive(&mut &mut frame[..], &mut MessageBuffer::new()), Ok(None));
    assert!(connection.buffered() < 256, "{} bytes", connection.buffered());
}

/// A client that ignores the MASK bit takes the key for payload.
#[test]
fn a_client_refuses_masked_frames_rather_than_misread_them() {
    let outcome = run_split(client, &masked(0x81, b"Hello"));
    assert_eq!(outcome.error, Some(ProtocolError::Frame(FrameError::Masked)));
    assert!(outcome.events.is_empty());
}

/// RSV1 ignored when compression is off: compressed bytes pass for text.
#[test]
fn rsv1_is_refused_unless_negotiated() {
    let outcome = run_split(client, &hex("c107f248cdc9c90700"));
    assert_eq!(outcome.error, Some(ProtocolError::Frame(FrameError::ReservedBits { bits: 0x40, allowed: 0 })));
}

/// A new message in the middle of a fragmented one silently replaces it.
#[test]
fn a_message_inside_a_fragmented_one_fails() {
    let outcome = run_split(server, &[masked(0x01, b"first"), masked(0x81, b"second")].concat());
    assert!(matches!(outcome.error, Some(ProtocolError::ExpectedContinuation(_))));
    assert!(outcome.events.is_empty());
}

/// No cap on what fragments accumulate.
#[test]
fn fragments_cannot_accumulate_past_the_limit() {
    let small = || Connection::server(Config { max_message_len: 1000, ..Config::default() });
    let mut bytes = masked(0x02, &[0; 400]);
    bytes.extend(masked(0x00, &[0; 400]));
    bytes.extend(masked(0x00, &[0; 400]));
    assert_eq!(run_split(small, &bytes).error, Some(ProtocolError::MessageTooBig { len: 1200, limit: 1000 }));
}

/// Empty fragments held as objects, one for each: unbounded memory for no payload.
#[test]
fn empty_fragments_hold_no_memory_and_are_limited() {
    let mut connection = Connection::server(Config { max_fragments: 10_000, ..Config::default() });
    let mut buffer = MessageBuffer::new();
    connection.receive(&mut &mut masked(0x01, b"")[..], &mut buffer).unwrap();
    for _ in 1..10_000 {
        connection.receive(&mut &mut masked(0x00, b"")[..], &mut buffer).unwrap();
        assert_eq!(connection.buffered(), 0);
    }
    let error = connection.receive(&mut &mut masked(0x00, b"")[..], &mut buffer).unwrap_err();
    assert_eq!(error, ProtocolError::TooManyFragments { fragments: 10_001, limit: 10_000 });
}

/// Minimal length encoding unchecked.
#[test]
fn lengths_in_more_bytes_than_needed_are_refused() {
    let outcome = run_split(client, &hex("827e0005"));
    assert_eq!(outcome.error, Some(ProtocolError::Frame(FrameError::LengthNotMinimal { len: 5, encoded_in: 2 })));
}

/// UTF-8 unchecked, or skipped for a text frame that spans two reads.
#[test]
fn text_that_spans_two_reads_is_checked() {
    let frame = masked(0x81, b"abc\xffdef");
    for at in 0..=frame.len() {
        let (head, tail) = frame.split_at(at);
        assert!(matches!(run(server(), [head, tail]).error, Some(ProtocolError::InvalidText(_))), "cut at {at}");
    }
}

/// Outgoing control frames of more than 125 bytes are sent.
#[test]
fn oversized_control_frames_are_not_sent() {
    let mut output = Vec::new();
    assert!(server().send_ping(&[0; 126], &mut output).is_err());
    assert!(output.is_empty());
}

/// A Close of one byte, or with a code that must not be sent, is echoed.
#[test]
fn a_bad_close_is_not_echoed() {
    for (payload, error) in [(&b"\x03"[..], CloseError::Length), (b"\x03\xee", CloseError::Code(1006))] {
        let outcome = run_split(server, &masked(0x88, payload));
        assert_eq!(outcome.error, Some(ProtocolError::Close(error)));
        assert_eq!(outcome.output, unmasked(0x88, b"\x03\xea"));
    }
}

/// A protocol error leaves the connection usable: the next read goes on in the middle of nowhere.
#[test]
fn a_failed_connection_delivers_nothing_more() {
    let mut connection = server();
    let mut buffer = MessageBuffer::new();
    let error = connection.receive(&mut &mut hex("83")[..], &mut buffer).unwrap_err();
    let mut good = masked(0x81, b"fine by itself");
    assert_eq!(connection.receive(&mut &mut good[..], &mut buffer), Err(error));
    assert_eq!(connection.state(), State::Failed);
}

/// Memory of a large message kept by the connection for good.
#[test]
fn a_large_message_leaves_no_memory_behind() {
    let mut connection = server();
    let mut buffer = MessageBuffer::new();
    let frame = masked(0x82, &vec![1; 1 << 20]);
    for piece in frame.chunks(4096) {
        let mut bytes = piece.to_vec();
        let mut input = &mut bytes[..];
        while let Some(event) = connection.receive(&mut input, &mut buffer).unwrap() {
            assert_eq!(Owned::from(event), Owned::Binary(vec![1; 1 << 20]));
        }
    }
    assert_eq!(connection.buffered(), 0);
    let mut next = masked(0x82, b"small");
    connection.receive(&mut &mut next[..], &mut buffer).unwrap();
    assert!(buffer.capacity() <= MessageBuffer::KEPT);
}

/// A Ping inside a fragmented message answered only after it, or with the wrong payload.
#[test]
fn a_ping_inside_a_message_is_answered_at_once() {
    let mut connection = server();
    let mut buffer = MessageBuffer::new();
    let mut bytes = [masked(0x01, b"never"), masked(0x89, b"now")].concat();
    let mut input = &mut bytes[..];
    while connection.receive(&mut input, &mut buffer).unwrap().is_some() {}
    let mut output = Vec::new();
    connection.poll_transmit(&mut output);
    assert_eq!(output, unmasked(0x8a, b"now"));
}

/// Each message goes out in a write of its own: here they line up in one buffer, replies among them.
#[test]
fn many_messages_and_replies_go_out_in_one_write() {
    let mut connection = server();
    let mut output = Vec::new();
    let mut ping = masked(0x89, b"ping");
    connection.send_text("one", &mut output).unwrap();
    connection.receive(&mut &mut ping[..], &mut MessageBuffer::new()).unwrap();
    connection.send_text("two", &mut output).unwrap();
    connection.send_binary(b"three", &mut output).unwrap();
    let frames = [unmasked(0x81, b"one"), unmasked(0x8a, b"ping"), unmasked(0x81, b"two"), unmasked(0x82, b"three")];
    assert_eq!(output, frames.concat());
}
