//! The lent buffer: whose memory it gives to whom, what can be taken out of it, and how much it keeps.

mod support;

use support::masked;
use websocket_proto::{Config, Connection, Event, MessageBuffer, Server};

fn server() -> Connection<Server> {
    Connection::server(Config::default())
}

/// Hands `bytes` to the connection, which must find no whole event in them.
fn receive_part(connection: &mut Connection<Server>, bytes: &[u8], buffer: &mut MessageBuffer) {
    assert_eq!(connection.receive(&mut &mut bytes.to_vec()[..], buffer), Ok(None));
}

/// Has the connection put together a binary message of `len` bytes from two reads.
fn receive_cut(connection: &mut Connection<Server>, len: usize, buffer: &mut MessageBuffer) {
    let frame = masked(0x82, &vec![7; len]);
    let (first, rest) = frame.split_at(frame.len() - len / 2);
    receive_part(connection, first, buffer);
    let mut rest = rest.to_vec();
    let mut input = &mut rest[..];
    let event = connection.receive(&mut input, buffer);
    assert!(matches!(event, Ok(Some(Event::Binary(bytes))) if bytes.len() == len), "{len} bytes");
    assert!(connection.is_event_in_buffer());
}

#[test]
fn a_byte_of_a_message_takes_no_large_memory() {
    let mut buffer = MessageBuffer::new();
    let mut waiting = Vec::new();
    for _ in 0..100 {
        receive_cut(&mut server(), 60_000, &mut buffer);
        let mut connection = server();
        let frame = masked(0x82, b"xx");
        receive_part(&mut connection, &frame[..frame.len() - 1], &mut buffer);
        assert!((1..=1024).contains(&connection.buffered()), "{} bytes", connection.buffered());
        waiting.push(connection);
    }
    assert!(buffer.capacity() >= 60_000, "the memory is still here");
}

#[test]
fn messages_of_one_size_share_one_memory() {
    let mut buffer = MessageBuffer::new();
    let mut connection = server();
    for len in [500, 10_000, 64 * 1024] {
        receive_cut(&mut connection, len, &mut buffer);
        let before = buffer.capacity();
        for _ in 0..10 {
            receive_cut(&mut connection, len, &mut buffer);
        }
        assert_eq!(buffer.capacity(), before, "{len} bytes");
    }
}

#[test]
fn no_more_is_kept_than_is_said() {
    let mut buffer = MessageBuffer::new();
    receive_cut(&mut server(), 50_000, &mut buffer);
    // One connection has borrowed the memory while another completes a message; then the first needs more.
    let mut first = server();
    let frame = masked(0x82, &[1; 60_000]);
    receive_part(&mut first, &frame[..50_000], &mut buffer);
    for len in [MessageBuffer::KEPT, 1000, 40_000, 30_000] {
        receive_cut(&mut server(), len, &mut buffer);
    }
    receive_part(&mut first, &frame[50_000..59_000], &mut buffer);
    assert!(buffer.capacity() <= MessageBuffer::KEPT, "{} bytes", buffer.capacity());
    receive_cut(&mut server(), 1_000_000, &mut buffer);
    receive_part(&mut first, &frame[59_000..59_001], &mut buffer);
    assert!(buffer.capacity() <= MessageBuffer::KEPT, "{} bytes", buffer.capacity());
}

#[test]
fn as_much_is_kept_as_is_said() {
    let mut buffer = MessageBuffer::with_max_kept(300_000);
    let mut connection = server();
    receive_cut(&mut connection, 200_000, &mut buffer);
    receive_part(&mut connection, &[], &mut buffer);
    assert_eq!(buffer.capacity(), 200_000, "what is larger than 64 KiB");

    // A message of 100 KiB does not fit beside one of 250 KiB.
    receive_cut(&mut server(), 100_000, &mut buffer);
    receive_cut(&mut server(), 250_000, &mut buffer);
    receive_part(&mut connection, &[], &mut buffer);
    assert!((250_000..=300_000).contains(&buffer.capacity()), "{} bytes", buffer.capacity());

    // Memory that was lent, and was not enough, is kept for the next.
    let mut buffer = MessageBuffer::with_max_kept(300_000);
    receive_cut(&mut server(), 80_000, &mut buffer);
    let frame = masked(0x82, &[1; 120_000]);
    let mut first = server();
    receive_part(&mut first, &frame[..70_000], &mut buffer);
    assert_eq!(buffer.capacity(), MessageBuffer::KEPT, "lent, but for what the start of the first was in");
    receive_part(&mut first, &frame[70_000..100_000], &mut buffer);
    assert_eq!(buffer.capacity(), 80_000, "kept");

    for max_kept in [0, 1000, 100_000, 300_000] {
        let mut buffer = MessageBuffer::with_max_kept(max_kept);
        let mut waiting = server();
        let frame = masked(0x82, &[1; 60_000]);
        for (at, len) in [30_000, 40_000, 10, 99_000, 70_000, 1000, 250_000, 50_000].into_iter().enumerate() {
            receive_cut(&mut server(), len, &mut buffer);
            receive_part(&mut waiting, &frame[7000 * at..7000 * (at + 1)], &mut buffer);
            assert!(buffer.capacity() <= max_kept, "{} bytes of {max_kept}", buffer.capacity());
        }
    }
}

#[test]
fn a_ping_that_is_cut_leaves_the_memory_of_messages_alone() {
    let mut buffer = MessageBuffer::new();
    receive_cut(&mut server(), 50_000, &mut buffer);
    let ping = masked(0x89, b"ping");
    let mut connection = server();
    receive_part(&mut connection, &ping[..8], &mut buffer);
    assert_eq!(connection.receive(&mut &mut ping[8..].to_vec()[..], &mut buffer), Ok(Some(Event::Ping(b"ping"))));
    let frame = masked(0x82, &[7; 50_000]);
    receive_part(&mut connection, &frame[..10_000], &mut buffer);
    assert_eq!(connection.payload_room().len(), 50_000 + 8 - 10_000);
}

#[test]
fn a_binary_message_is_no_text() {
    let mut buffer = MessageBuffer::new();
    receive_cut(&mut server(), 10, &mut buffer);
    assert_eq!(buffer.take_text(), None);
    assert_eq!(buffer.take_binary(), Some(vec![7; 10]), "still here");
}

#[test]
fn what_is_taken_has_no_more_than_twice_its_size() {
    let mut buffer = MessageBuffer::new();
    let mut connection = server();
    receive_cut(&mut connection, 1000, &mut buffer);
    receive_cut(&mut connection, 8, &mut buffer);
    assert_eq!(buffer.take_binary().map(|taken| (taken.len(), taken.capacity() <= 80)), Some((8, true)));
    assert_eq!(buffer.take_binary(), None, "taken already");
    receive_cut(&mut connection, 1000, &mut buffer);
    let taken = buffer.take_binary().unwrap();
    assert!(taken.len() == 1000 && taken.capacity() <= 2064, "{}", taken.capacity());
}

#[test]
fn only_messages_are_taken() {
    let mut buffer = MessageBuffer::new();
    let mut connection = server();
    let close = masked(0x88, b"\x0C\0bye");
    receive_part(&mut connection, &close[..close.len() - 1], &mut buffer);
    let mut rest = close[close.len() - 1..].to_vec();
    let mut input = &mut rest[..];
    let event = connection.receive(&mut input, &mut buffer);
    assert!(matches!(event, Ok(Some(Event::Close { reason: "bye", .. }))));
    assert!(!connection.is_event_in_buffer());
    assert_eq!((buffer.take_text(), buffer.take_binary()), (None, None));
}

#[cfg(feature = "deflate")]
mod compressed {
    use super::support::masked;
    use websocket_proto::deflate::{DeflateConfig, Policy, Pool};
    use websocket_proto::handshake::Extensions;
    use websocket_proto::{Config, Connection, Event, MessageBuffer, Server};

    /// A stored block with one byte, and the header of the empty one whose rest is left off.
    fn stored(first_byte: u8, byte: u8) -> Vec<u8> {
        masked(first_byte, &[0, 1, 0, 0xFE, 0xFF, byte, 0])
    }

    fn deflating(in_chunks: bool) -> Connection<Server> {
        let parameters = Policy::default().accept(Extensions::parse("permessage-deflate").unwrap()).unwrap();
        let config = Config { in_chunks, ..Config::default() };
        Connection::server(config).with_deflate(&parameters, DeflateConfig::default(), &Pool::default())
    }

    #[test]
    fn a_message_is_taken_with_little_more_memory_than_it_needs() {
        let (mut connection, mut buffer) = (deflating(false), MessageBuffer::new());
        let mut bytes = stored(0xC1, b'a');
        let event = connection.receive(&mut &mut bytes[..], &mut buffer);
        assert_eq!(event, Ok(Some(Event::Text("a"))));
        assert!(connection.is_event_in_buffer());
        let text = buffer.take_text().unwrap();
        assert!(text == "a" && text.capacity() <= 66, "{}", text.capacity());
    }

    #[test]
    fn a_byte_of_a_message_takes_no_more_than_the_default() {
        let mut buffer = MessageBuffer::with_max_kept(2 << 20);
        super::receive_cut(&mut super::server(), 1 << 20, &mut buffer);
        let mut connection = deflating(false);
        super::receive_part(&mut connection, &stored(0x42, b'a'), &mut buffer);
        assert!(connection.buffered() <= MessageBuffer::KEPT, "{} bytes", connection.buffered());
        assert!(buffer.capacity() >= 1 << 20, "still here");
    }

    #[test]
    fn ill_formed_text_is_not_taken() {
        let (mut connection, mut buffer) = (deflating(false), MessageBuffer::new());
        let mut bytes = stored(0xC1, 0xFF);
        assert!(connection.receive(&mut &mut bytes[..], &mut buffer).is_err());
        assert!(!connection.is_event_in_buffer());
        assert_eq!((buffer.take_text(), buffer.take_binary()), (None, None));
    }

    #[test]
    fn chunks_are_not_taken() {
        let (mut connection, mut buffer) = (deflating(true), MessageBuffer::new());
        let mut bytes = stored(0xC2, b'a');
        let event = connection.receive(&mut &mut bytes[..], &mut buffer);
        assert_eq!(event, Ok(Some(Event::BinaryChunk { bytes: b"a", fin: true })));
        assert!(!connection.is_event_in_buffer());
        assert_eq!(buffer.take_binary(), None);
    }
}
