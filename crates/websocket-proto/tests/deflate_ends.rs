//! How the compressed form of a message ends (RFC 7692 7.2.1, 7.2.2): what is cut short is refused when it ends, and not taken
//! for the beginning of the next message.

#![cfg(feature = "deflate")]

mod support;

use support::{Owned, hex, masked, run_split};
use websocket_proto::deflate::{DeflateConfig, InflateError, Level, Policy, Pool};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Config, Connection, Event, MessageBuffer, ProtocolError, Server};

const MALFORMED: ProtocolError = ProtocolError::Inflate(InflateError::Malformed);

fn deflating(config: Config, level: Level) -> Connection<Server> {
    let parameters = Policy::default().accept(Extensions::parse("permessage-deflate").unwrap()).unwrap();
    let deflate = DeflateConfig { level, min_len: 0, ..DeflateConfig::default() };
    Connection::server(config).with_deflate(&parameters, deflate, &Pool::default())
}

fn server() -> Connection<Server> {
    deflating(Config::default(), Level::DEFAULT)
}

/// Receives a message with this payload, whole or in chunks.
fn receive(connection: &mut Connection<Server>, payload: &[u8]) -> Result<Vec<u8>, ProtocolError> {
    let mut bytes = masked(0xc2, payload);
    let (mut input, mut buffer) = (&mut bytes[..], MessageBuffer::new());
    let mut message = Vec::new();
    while let Some(event) = connection.receive(&mut input, &mut buffer)? {
        match event {
            Event::Binary(bytes) | Event::BinaryChunk { bytes, .. } => message.extend_from_slice(bytes),
            other => panic!("{other:?}"),
        }
    }
    Ok(message)
}

#[test]
fn a_message_that_is_cut_is_refused_at_once() {
    let hello = hex("f248cdc9c90700");
    for len in 1..hello.len() {
        for in_chunks in [false, true] {
            let mut connection = deflating(Config { in_chunks, ..Config::default() }, Level::DEFAULT);
            assert_eq!(receive(&mut connection, &hello), Ok(b"Hello".to_vec()));
            assert_eq!(receive(&mut connection, &hello[..len]), Err(MALFORMED), "{len} bytes");
            connection.release_idle();
            assert_eq!(receive(&mut connection, &hello), Err(MALFORMED), "{len} bytes");
        }
        let outcome = run_split(server, &masked(0xc1, &hello[..len]));
        assert_eq!((outcome.events, outcome.error), (Vec::new(), Some(MALFORMED)), "{len} bytes");
    }
}

#[test]
fn the_next_message_may_refer_to_one_whose_end_was_checked() {
    for release in [false, true] {
        let mut connection = server();
        assert_eq!(receive(&mut connection, &hex("f248cdc9c90700")), Ok(b"Hello".to_vec()));
        if release {
            connection.release_idle();
        }
        assert_eq!(receive(&mut connection, &hex("f200110000")), Ok(b"Hello".to_vec()));
    }
}

#[test]
fn a_block_does_not_span_messages() {
    // The end that is left out would complete the length of a stored block: 65280 bytes, which the next message brings.
    let first = hex("f248cdc9c907");
    let second = [&[0][..], &[b'z'; 65_280], &[0]].concat();
    let frames = [masked(0xc1, &first), masked(0xc1, &second)].concat();
    let outcome = run_split(server, &frames);
    assert_eq!((outcome.events, outcome.error), (Vec::new(), Some(MALFORMED)));
    // Nor may it end in a stored block's length, or in what it holds.
    for payload in ["0000", "000000", "000000ff", "00020000", "000200fdff", "000200fdff48"] {
        assert_eq!(receive(&mut server(), &hex(payload)), Err(MALFORMED), "{payload}");
    }
    // After a block come the first bits of the empty one whose end is left out.
    assert_eq!(receive(&mut server(), &hex("000000ffff")), Err(MALFORMED));
    assert_eq!(receive(&mut server(), &hex("000000ffff00")), Ok(Vec::new()));
}

/// Bits in the order of RFC 1951 3.1.1.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    len: usize,
}

impl Bits {
    /// Appends the lowest bits of `value`, the lowest first.
    fn put(&mut self, value: usize, count: usize) {
        for place in 0..count {
            if self.len.is_multiple_of(8) {
                self.bytes.push(0);
            }
            self.bytes[self.len / 8] |= u8::from(value >> place & 1 == 1) << (self.len % 8);
            self.len += 1;
        }
    }
}

/// A message that is cut in the codes which a block brings (RFC 1951 3.2.7). The four bytes that are left out complete them,
/// and go on with the end of the block, after which bits of the last byte are left: one, or five.
fn cut_in_codes(bits_left: usize) -> Vec<u8> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    // The lengths of the codes of 18, which repeats zeros, and of others, so that 18 is a zero and a length of 1 all ones.
    let lens: &[(usize, usize)] = match bits_left {
        5 => &[(18, 1), (16, 2), (17, 3), (2, 4), (0, 5), (1, 5)],
        _ => &[(18, 1), (16, 2), (17, 3), (2, 4), (14, 5), (3, 6), (0, 7), (1, 7)],
    };
    let len_of = |symbol: usize| lens.iter().find(|(of, _)| *of == symbol).map_or(0, |(_, len)| *len);
    let mut bits = Bits::default();
    // Empty blocks with the fixed code, so that the cut is at the end of a byte.
    for _ in 0..if bits_left == 5 { 2 } else { 1 } {
        bits.put(0b010, 10);
    }
    bits.put(0b100, 3);
    // 257 codes for literals, 1 for distances, and 18 lengths.
    for (value, count) in [(0, 5), (0, 5), (14, 4)] {
        bits.put(value, count);
    }
    for symbol in &ORDER[..18] {
        bits.put(len_of(*symbol), 3);
    }
    // The literal 0 has a code of one bit; the next 138 and 95 have none, nor 11 and 11 more, which the end says.
    bits.put(usize::MAX, len_of(1));
    bits.put((138 - 11) << 1, 8);
    bits.put((95 - 11) << 1, 8);
    assert!(bits.len.is_multiple_of(8));
    // Then: the end of the block has a code of one bit, and so has one distance; the end of the block.
    assert_eq!(2 * len_of(1) + 1 + bits_left, 16);
    bits.bytes
}

#[test]
fn the_end_that_is_left_out_is_no_part_of_codes() {
    for bits_left in [1, 5] {
        assert_eq!(receive(&mut server(), &cut_in_codes(bits_left)), Err(MALFORMED), "{bits_left} bits are left");
    }
}

/// The payload of a message that is compressed; `None` if that would not make it shorter.
fn compressed(sender: &mut Connection<Server>, message: &[u8]) -> Option<Vec<u8>> {
    let mut frame = Vec::new();
    sender.send_binary(message, &mut frame).unwrap();
    let header_len = match frame[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    (frame[0] & 0x40 != 0).then(|| frame.split_off(header_len))
}

#[test]
fn messages_of_all_levels_are_refused_if_their_end_is_missing() {
    let mut messages = 0;
    for level in (1..=9).filter_map(Level::new) {
        let mut seed = u64::from(level.get());
        let mut sender = deflating(Config::default(), level);
        let mut receiver = server();
        for len in (4..40).chain((40..6000).step_by(617)) {
            for values in [2, 20, 120] {
                let next = || {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    u8::try_from((seed >> 33) % values).unwrap()
                };
                let message: Vec<u8> = std::iter::repeat_with(next).take(len).collect();
                if let Some(payload) = compressed(&mut sender, &message) {
                    assert_eq!(receive(&mut receiver, &payload).as_ref(), Ok(&message), "{level:?}, {len} bytes");
                }
                // On a connection of its own, as it fails.
                let Some(payload) = compressed(&mut deflating(Config::default(), level), &message) else { continue };
                for missing in 1..=3 {
                    let result = receive(&mut server(), &payload[..payload.len() - missing]);
                    assert_eq!(result, Err(MALFORMED), "{level:?}, {len} bytes but for {missing}");
                }
                messages += 1;
            }
        }
    }
    assert!(messages > 300, "{messages}");
}

#[test]
fn a_message_may_end_with_a_final_block() {
    // "Hello" with the byte after the final block, without it, and with further blocks after it.
    for payload in ["f348cdc9c9070000", "f348cdc9c90700", "f348cdc9c90700f348cdc9c9070000", "010000ffff"] {
        let expected = "Hello".repeat(if payload.starts_with('f') { payload.matches("f348").count() } else { 0 });
        let frames = [masked(0xc1, &hex(payload)), masked(0xc1, &hex("f248cdc9c90700"))].concat();
        let outcome = run_split(server, &frames);
        assert_eq!(outcome.events, [Owned::Text(expected), Owned::Text("Hello".into())], "{payload}");
    }
    for cut in ["f348cdc9c907", "010000ff", "f348cdc9c90700f348cdc9c907"] {
        assert_eq!(receive(&mut server(), &hex(cut)), Err(MALFORMED), "{cut}");
    }
}

#[test]
fn what_comes_before_a_final_block_is_remembered_from_chunk_to_chunk() {
    // A long stored block that ends with "Hello", a final block, and a reference to "Hello".
    let long = [&[b'-'; 20_000][..], b"Hello"].concat();
    let len = u16::try_from(long.len()).unwrap();
    let stored = [&[0][..], &len.to_le_bytes(), &(!len).to_le_bytes(), &long].concat();
    let payload = [&stored[..], &hex("010000ffff"), &hex("f200110000")].concat();
    let offer = Extensions::parse("permessage-deflate; client_no_context_takeover").unwrap();
    let parameters = Policy::default().accept(offer).unwrap();
    for in_chunks in [false, true] {
        let config = Config { in_chunks, ..Config::default() };
        let mut connection =
            Connection::server(config).with_deflate(&parameters, DeflateConfig::default(), &Pool::default());
        assert_eq!(receive(&mut connection, &payload), Ok([&long[..], b"Hello"].concat()), "{in_chunks}");
    }
}
