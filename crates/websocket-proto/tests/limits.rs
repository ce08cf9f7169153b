//! Limits, and what a connection holds.

#![cfg(feature = "alloc")]

mod support;

use std::time::Duration;

use support::{Owned, masked, run_split, server};
use websocket_proto::{CloseCode, Config, Connection, Event, MessageBuffer, ProtocolError, Server, State};

fn limited() -> Connection<Server> {
    Connection::server(Config { max_message_len: 10, ..Config::default() })
}

#[test]
fn a_message_over_the_limit_is_refused_at_the_header_that_exceeds_it() {
    let frame = masked(0x82, &[0; 11]);
    let outcome = run_split(limited, &frame[..6]);
    let error = ProtocolError::MessageTooBig { len: 11, limit: 10 };
    assert_eq!(outcome.error, Some(error));
    assert_eq!(error.close_code(), CloseCode::MESSAGE_TOO_BIG);
    assert_eq!(error.to_string(), "message is at least 11 bytes, limit 10");
    assert_eq!(run_split(limited, &masked(0x82, &[0; 10])).error, None);
}

#[test]
fn fragments_count_together() {
    let bytes = [masked(0x02, &[0; 6]), masked(0x00, &[0; 4]), masked(0x80, &[0; 1])].concat();
    let outcome = run_split(limited, &bytes);
    assert_eq!(outcome.error, Some(ProtocolError::MessageTooBig { len: 11, limit: 10 }));
}

#[test]
fn each_message_counts_alone_and_control_frames_do_not_count() {
    let bytes =
        [masked(0x02, &[0; 9]), masked(0x89, &[0; 125]), masked(0x80, &[0; 1]), masked(0x82, &[0; 10])].concat();
    let outcome = run_split(limited, &bytes);
    assert_eq!((outcome.error, outcome.events.len()), (None, 3));
}

#[test]
fn lengths_cannot_overflow_the_count() {
    let huge = || Connection::server(Config { max_message_len: u64::MAX, ..Config::default() });
    // One byte, then a frame of 2⁶³−1 bytes, whose payload never comes: within a limit of 2⁶⁴−1.
    let mut bytes = masked(0x02, &[0]);
    bytes.extend_from_slice(b"\x00\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00");
    assert_eq!(run_split(huge, &bytes).error, None);
    assert!(run_split(server, &bytes).error.is_some());
}

/// What a header announces and no byte proves takes little memory, and what has arrived is seldom moved.
#[test]
fn memory_grows_with_what_has_arrived() {
    let large = masked(0x82, &vec![1; 1_000_000]);
    for first_byte in [0x81, 0x82] {
        let mut bytes = large.clone();
        bytes[0] = first_byte;
        let mut connection = server();
        let mut buffer = MessageBuffer::new();
        let (mut arrived, mut capacities) = (0, Vec::new());
        for read in bytes.chunks_mut(1000) {
            let is_last = read.len() < 1000;
            arrived += read.len();
            let event = connection.receive(&mut &mut read[..], &mut buffer).unwrap();
            assert_eq!(event.is_some(), is_last);
            assert!(connection.buffered() <= 16 * arrived, "{} bytes for {arrived}", connection.buffered());
            capacities.push(connection.buffered());
        }
        capacities.dedup();
        assert!(capacities.len() <= 5, "{capacities:?}");
        assert_eq!(connection.buffered(), 0);
    }
}

/// A million fragments of a byte: each header announces no more than itself.
#[test]
fn tiny_fragments_are_moved_seldom() {
    let mut connection = Connection::server(Config { max_fragments: u32::MAX, ..Config::default() });
    let mut buffer = MessageBuffer::new();
    let mut capacities = Vec::new();
    for number in 0..1_000_000 {
        let mut fragment = masked(if number == 0 { 0x01 } else { 0x00 }, b"t");
        assert_eq!(connection.receive(&mut &mut fragment[..], &mut buffer), Ok(None));
        if capacities.last() != Some(&connection.buffered()) {
            capacities.push(connection.buffered());
        }
    }
    assert!(capacities.len() <= 21, "{capacities:?}");
    assert!(connection.buffered() <= 2_000_000);
}

#[test]
fn an_idle_connection_owns_no_heap_and_is_small() {
    let mut connection = server();
    let mut buffer = MessageBuffer::new();
    assert_eq!(connection.buffered(), 0);

    let large = masked(0x82, &vec![1; 500_000]);
    let mut half = large[..250_000].to_vec();
    assert_eq!(connection.receive(&mut &mut half[..], &mut buffer), Ok(None));
    assert!(connection.buffered() > 0);
    let mut rest = large[250_000..].to_vec();
    assert!(connection.receive(&mut &mut rest[..], &mut buffer).unwrap().is_some());
    assert_eq!(connection.buffered(), 0, "the message went to the lent buffer");

    let mut ping = masked(0x89, b"half a ping");
    let (head, tail) = ping.split_at_mut(10);
    let (mut head, mut tail) = (head, tail);
    assert_eq!(connection.receive(&mut head, &mut buffer), Ok(None));
    assert!(connection.receive(&mut tail, &mut buffer).unwrap().is_some());
    connection.poll_transmit(&mut Vec::new());
    assert_eq!((connection.buffered(), connection.state()), (0, State::Open));

    assert!(size_of::<Connection<Server>>() <= 312, "{} bytes", size_of::<Connection<Server>>());
}

#[test]
fn fragments_are_counted_empty_ones_too() {
    let limited = || Connection::server(Config { max_fragments: 3, ..Config::default() });
    let message = |empty: usize| {
        let mut bytes = masked(0x01, b"");
        for _ in 0..empty {
            bytes.extend(masked(0x00, b""));
        }
        bytes.extend(masked(0x80, b""));
        bytes
    };
    assert_eq!(run_split(limited, &message(1)).error, None);
    let error = ProtocolError::TooManyFragments { fragments: 4, limit: 3 };
    assert_eq!(run_split(limited, &message(2)).error, Some(error));
    assert_eq!(error.close_code(), CloseCode::MESSAGE_TOO_BIG);
    // Each message counts alone.
    assert_eq!(run_split(limited, &[message(1), message(1)].concat()).error, None);
}

#[test]
fn a_message_may_always_have_one_fragment() {
    let limited = |in_chunks| move || Connection::server(Config { max_fragments: 0, in_chunks, ..Config::default() });
    let whole = run_split(limited(false), &masked(0x81, b"Hi"));
    assert_eq!((whole.events, whole.error), (vec![Owned::Text("Hi".into())], None));
    let error = ProtocolError::TooManyFragments { fragments: 2, limit: 1 };
    let fragments = [masked(0x01, b"H"), masked(0x80, b"i")].concat();
    assert_eq!(run_split(limited(false), &fragments).error, Some(error));
    let frame = masked(0x82, b"Hi");
    for cut in 0..=frame.len() {
        let mut connection = limited(true)();
        let mut received = Vec::new();
        for piece in [&frame[..cut], &frame[cut..]] {
            let mut bytes = piece.to_vec();
            let mut input = &mut bytes[..];
            while let Some(event) = connection.receive(&mut input, &mut MessageBuffer::new()).unwrap() {
                let Event::BinaryChunk { bytes, .. } = event else { panic!("{event:?}") };
                received.extend_from_slice(bytes);
            }
        }
        assert_eq!(received, b"Hi", "cut at {cut}");
    }
}

#[test]
fn control_frames_are_limited_for_each_interval_of_the_clock() {
    let config = Config { max_control_frames: 2, control_interval: Duration::from_secs(1), ..Config::default() };
    let mut buffer = MessageBuffer::new();
    let mut connection = Connection::server(config);
    let mut ping = |connection: &mut Connection<Server>| {
        connection.receive(&mut &mut masked(0x89, b"")[..], &mut buffer).map(|event| assert!(event.is_some()))
    };
    for _ in 0..10 {
        assert_eq!(ping(&mut connection), Ok(()), "without a clock there is no interval");
    }
    connection.handle_timeout(Duration::from_secs(5));
    for second in 6..9 {
        assert_eq!((ping(&mut connection), ping(&mut connection)), (Ok(()), Ok(())));
        connection.handle_timeout(Duration::from_secs(second));
    }
    assert_eq!((ping(&mut connection), ping(&mut connection)), (Ok(()), Ok(())));
    connection.handle_timeout(Duration::from_millis(8500));
    let error = ProtocolError::TooManyControlFrames { count: 3, limit: 2 };
    assert_eq!(ping(&mut connection), Err(error));
    assert_eq!(error.close_code(), CloseCode::POLICY_VIOLATION);
}
