//! Reading the rest of a payload to where its message is put together: when there is room, how much, and that nothing else
//! changes. That events are the same is asserted wherever the tests cut a stream at every place.

mod support;

use core::time::Duration;

use support::{Owned, client, masked, read_into_room, run, run_in_rooms, server, unmasked, used_buffer};
use websocket_proto::connection::Timeout;
use websocket_proto::{Config, Connection, Event, MessageBuffer, ProtocolError, Server};

/// Has `connection` receive what no event comes of.
fn receive_part(connection: &mut Connection<Server>, bytes: &[u8], buffer: &mut MessageBuffer) {
    assert_eq!(connection.receive(&mut &mut bytes.to_vec()[..], buffer), Ok(None));
}

#[test]
fn it_ends_with_the_frame() {
    let (mut connection, mut buffer) = (server(), used_buffer(1000));
    let frame = masked(0x82, &[7; 300]);
    assert!(connection.payload_room().is_empty(), "between messages");
    receive_part(&mut connection, &frame[..8], &mut buffer);
    assert!(connection.payload_room().is_empty(), "no byte of the payload has arrived");
    receive_part(&mut connection, &frame[8..108], &mut buffer);
    assert_eq!(connection.payload_room().len(), 200);
    assert_eq!(connection.payload_room().at_least(200).len(), 200);
    let room = connection.payload_room().at_least(201);
    assert!(room.is_empty());
    assert_eq!(room.filled(5), 5, "all in the read buffer");

    // What follows the frame stays outside.
    let mut room = connection.payload_room();
    room.as_mut_slice().copy_from_slice(&frame[108..]);
    assert_eq!(room.filled(205), 5);
    assert!(connection.payload_room().is_empty(), "receive has not looked at it");
    let mut next = masked(0x81, b"next");
    let mut input = &mut next[..5];
    assert_eq!(connection.receive(&mut input, &mut buffer), Ok(Some(Event::Binary(&[7; 300]))));
    assert!(connection.is_event_in_buffer());
    assert_eq!(connection.receive(&mut input, &mut buffer), Ok(None));
    assert!(connection.payload_room().is_empty(), "between messages");
}

#[test]
fn it_is_filled_in_several_reads() {
    let (mut connection, mut buffer) = (server(), used_buffer(1000));
    let text = "größer als 3 Bytes. ".repeat(20);
    let frame = masked(0x81, text.as_bytes());
    receive_part(&mut connection, &frame[..50], &mut buffer);
    for piece in frame[50..frame.len() - 1].chunks(3) {
        assert_eq!(read_into_room(&mut connection, piece), piece.len());
        receive_part(&mut connection, &[], &mut buffer);
    }
    assert_eq!(read_into_room(&mut connection, &frame[frame.len() - 1..]), 1);
    assert_eq!(connection.receive(&mut &mut [][..], &mut buffer), Ok(Some(Event::Text(&text))));
    assert_eq!(buffer.take_text().as_deref(), Some(&*text));
}

#[test]
fn it_lies_in_memory_that_was_used_before() {
    let (mut connection, mut buffer) = (server(), MessageBuffer::new());
    let frame = masked(0x82, &[7; 1000]);
    receive_part(&mut connection, &frame[..500], &mut buffer);
    assert!(connection.payload_room().is_empty(), "fresh memory");
    assert!(matches!(connection.receive(&mut &mut frame[500..].to_vec()[..], &mut buffer), Ok(Some(_))));

    let frame = masked(0x82, &[8; 2000]);
    receive_part(&mut connection, &frame[..500], &mut buffer);
    assert_eq!(connection.payload_room().len(), 1000 - (500 - 8), "as far as the last message reached");
    assert_eq!(connection.buffered(), 1000, "no memory is taken for it");
    receive_part(&mut connection, &frame[500..1500], &mut buffer);
    assert!(connection.payload_room().is_empty(), "fresh memory again");
}

#[test]
fn more_than_64_kib_are_kept_if_that_is_wanted() {
    let frame = masked(0x82, &[7; 300_000]);
    for (max_kept, expected) in [(MessageBuffer::KEPT, 0), (1 << 20, 300_000 + 14 - 200_000), (0, 0)] {
        let mut buffer = MessageBuffer::with_max_kept(max_kept);
        let mut connection = server();
        for _ in 0..3 {
            receive_part(&mut connection, &frame[..100_000], &mut buffer);
            receive_part(&mut connection, &frame[100_000..200_000], &mut buffer);
            let in_room = connection.payload_room().len();
            let mut rest = frame[200_000..].to_vec();
            assert!(matches!(connection.receive(&mut &mut rest[..], &mut buffer), Ok(Some(Event::Binary(_)))));
            assert_eq!(connection.receive(&mut &mut [][..], &mut buffer), Ok(None));
            assert!(buffer.capacity() <= max_kept, "{} bytes", buffer.capacity());
            if buffer.capacity() == 0 || in_room == expected {
                continue;
            }
            assert_eq!(in_room, 0, "the first message");
        }
        receive_part(&mut connection, &frame[..100_000], &mut buffer);
        receive_part(&mut connection, &frame[100_000..200_000], &mut buffer);
        assert_eq!(connection.payload_room().len(), expected, "{max_kept}");
    }
}

#[test]
fn a_peer_that_only_announces_gets_no_more_for_it() {
    let mut buffer = used_buffer(60_000);
    let mut connection = server();
    let frame = masked(0x82, &[7; 60_000]);
    receive_part(&mut connection, &frame[..9], &mut buffer);
    let room = connection.payload_room().len();
    assert!(connection.buffered() <= 1024, "{} bytes for one that has arrived", connection.buffered());
    assert!(room < 1024, "{room}");
}

#[test]
fn there_is_none_in_chunks() {
    let mut connection = Connection::server(Config { in_chunks: true, ..Config::default() });
    let mut buffer = used_buffer(1000);
    let mut frame = masked(0x82, &[7; 300]);
    let mut input = &mut frame[..100];
    while connection.receive(&mut input, &mut buffer).unwrap().is_some() {}
    assert!(connection.payload_room().is_empty());
}

#[test]
fn there_is_none_once_the_connection_is_over() {
    let mut buffer = used_buffer(1000);
    let frame = masked(0x81, &[b'x'; 300]);
    let mut lost = server();
    receive_part(&mut lost, &frame[..100], &mut buffer);
    assert_eq!(read_into_room(&mut lost, &frame[100..200]), 100);
    lost.receive_eof().unwrap_err();
    assert!(lost.payload_room().is_empty());
    receive_part(&mut lost, &frame[200..], &mut buffer);

    let (mut failed, mut buffer) = (server(), used_buffer(1000));
    receive_part(&mut failed, &frame[..100], &mut buffer);
    let mut room = failed.payload_room();
    room.as_mut_slice()[..2].copy_from_slice(&[0xFF ^ frame[100] ^ b'x', 0]);
    assert_eq!(room.filled(2), 0);
    let error = failed.receive(&mut &mut [][..], &mut buffer).unwrap_err();
    assert!(matches!(error, ProtocolError::InvalidText(error) if error.valid_up_to() == 92), "{error}");
    assert!(failed.payload_room().is_empty());
}

#[test]
fn a_message_in_fragments_with_a_ping_between() {
    let text = "fragments of text, größer".repeat(10);
    let (first, second) = text.as_bytes().split_at(131);
    let stream = [masked(0x01, first), masked(0x89, b"ping"), masked(0x80, second), masked(0x82, &[7; 200])].concat();
    let whole = run(server(), [&stream[..]]);
    assert_eq!(whole.events, [Owned::Ping(b"ping".into()), Owned::Text(text), Owned::Binary(vec![7; 200])]);
    for len in 1..stream.len() {
        let outcome = run_in_rooms(server(), stream.chunks(len));
        assert_eq!((outcome.events, outcome.error), (whole.events.clone(), None), "reads of {len}");
    }

    // So that this is no test of what has no rooms.
    let (mut connection, mut buffer) = (server(), used_buffer(1000));
    let mut in_rooms = 0;
    for piece in stream.chunks(10) {
        let len = read_into_room(&mut connection, piece);
        in_rooms += len;
        let mut rest = piece[len..].to_vec();
        let mut input = &mut rest[..];
        while connection.receive(&mut input, &mut buffer).unwrap().is_some() {}
    }
    assert!(in_rooms > 300, "{in_rooms} of {} bytes", stream.len());
}

#[test]
fn there_is_none_while_a_control_frame_is_under_way() {
    let (mut connection, mut buffer) = (server(), used_buffer(1000));
    receive_part(&mut connection, &masked(0x02, &[7; 100])[..50], &mut buffer);
    assert_eq!(read_into_room(&mut connection, &masked(0x02, &[7; 100])[50..]), 56);
    receive_part(&mut connection, &masked(0x89, b"ping")[..8], &mut buffer);
    assert!(connection.payload_room().is_empty());
    let mut rest = masked(0x89, b"ping")[8..].to_vec();
    assert_eq!(connection.receive(&mut &mut rest[..], &mut buffer), Ok(Some(Event::Ping(b"ping"))));
}

#[test]
fn a_message_longer_than_the_one_before_holds_nothing_of_it() {
    // Memory for 3000 bytes, of which the last message used 1000.
    let (mut connection, mut buffer) = (client(), used_buffer(3000));
    for (byte, len) in [(7, 1000), (8, 2900)] {
        let payload = vec![byte; len];
        let mut frame = unmasked(0x82, &payload);
        let (first, rest) = frame.split_at_mut(500);
        assert_eq!(connection.receive(&mut &mut *first, &mut buffer), Ok(None));
        assert_eq!(connection.receive(&mut &mut *rest, &mut buffer), Ok(Some(Event::Binary(&payload))));
    }
    assert_eq!(buffer.capacity(), 3000);
}

#[test]
fn what_it_holds_is_not_shown() {
    let (mut connection, mut buffer) = (server(), used_buffer(1000));
    receive_part(&mut connection, &masked(0x82, &[7; 300])[..100], &mut buffer);
    assert_eq!(format!("{:?}", connection.payload_room()), "PayloadRoom { len: 208, .. }");
    assert!(!format!("{connection:?} {buffer:?}").contains("170"), "the bytes of the message before");
}

#[test]
fn a_client_has_room_for_what_is_not_masked() {
    let text = "not masked, größer".repeat(10);
    let stream = [unmasked(0x81, text.as_bytes()), unmasked(0x82, &[7; 200])].concat();
    for len in 1..stream.len() {
        let outcome = run_in_rooms(client(), stream.chunks(len));
        assert_eq!(outcome.events, [Owned::Text(text.clone()), Owned::Binary(vec![7; 200])], "reads of {len}");
    }
}

/// A connection that heard something after 9 seconds, and again, in its room, after 18.
fn heard_in_its_room(config: Config) -> Connection<Server> {
    let mut connection = Connection::server(config);
    let mut buffer = used_buffer(1000);
    let frame = masked(0x82, &[7; 300]);
    assert_eq!(connection.handle_timeout(Duration::ZERO), None);
    receive_part(&mut connection, &frame[..100], &mut buffer);
    assert_eq!(connection.handle_timeout(Duration::from_secs(9)), None);
    assert_eq!(read_into_room(&mut connection, &frame[100..200]), 100);
    receive_part(&mut connection, &[], &mut buffer);
    assert_eq!(connection.handle_timeout(Duration::from_secs(18)), None);
    connection
}

#[test]
fn what_is_read_into_it_counts_as_heard() {
    let idle_timeout = Some(Duration::from_secs(10));
    let mut connection = heard_in_its_room(Config { idle_timeout, ping_interval: None, ..Config::default() });
    assert_eq!(connection.handle_timeout(Duration::from_secs(27)), None);
    assert_eq!(connection.handle_timeout(Duration::from_secs(28)), Some(Timeout::Idle));
}

#[test]
fn what_is_read_into_it_makes_a_ping_needless() {
    let ping_interval = Some(Duration::from_secs(10));
    let connection = heard_in_its_room(Config { ping_interval, idle_timeout: None, ..Config::default() });
    assert_eq!(connection.next_timeout(), Some(Duration::from_secs(28)));
}
