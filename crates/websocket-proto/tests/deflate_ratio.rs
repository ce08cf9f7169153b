//! The ratio of inflation is to what has arrived, not to what a length field announces, and how reads cut it does not matter.

#![cfg(feature = "deflate")]

mod support;

use support::masked;
use websocket_proto::deflate::{DeflateConfig, InflateError, Level, Policy, Pool};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Config, Connection, Event, MessageBuffer, ProtocolError, Server};

const MIB: usize = 1 << 20;

fn deflating(in_chunks: bool, deflate: DeflateConfig) -> Connection<Server> {
    let parameters = Policy::default().accept(Extensions::parse("permessage-deflate").unwrap()).unwrap();
    let config = Config { max_message_len: 64 * MIB as u64, in_chunks, ..Config::default() };
    Connection::server(config).with_deflate(&parameters, deflate, &Pool::default())
}

fn allowing(max_ratio: u32, ratio_allowance: u64) -> DeflateConfig {
    DeflateConfig { max_ratio, ratio_allowance, ..DeflateConfig::default() }
}

fn too_high(compressed: u64, limit: u64) -> ProtocolError {
    ProtocolError::Inflate(InflateError::RatioTooHigh { compressed, inflated: limit + 1, limit })
}

/// The payload of a compressed message of zeros: about a thousandth of them.
fn zeros(len: usize) -> Vec<u8> {
    let smallest = DeflateConfig { level: Level::SMALLEST, ..DeflateConfig::default() };
    let mut frame = Vec::new();
    deflating(false, smallest).send_binary(&vec![0; len], &mut frame).unwrap();
    let header_len = if frame[1] == 127 { 10 } else { 4 };
    frame.split_off(header_len)
}

/// The start of a frame that announces more than there is.
fn announcing(len: usize, payload: &[u8]) -> Vec<u8> {
    let mut frame = masked(0xc2, &vec![0; len]);
    let header_len = frame.len() - len;
    frame.truncate(header_len);
    let whole = masked(0xc2, payload);
    frame.extend_from_slice(&whole[whole.len() - payload.len()..]);
    frame
}

/// What came of `bytes` in reads of `read_len`.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    /// How much was handed out.
    handed_out: usize,
    error: Option<ProtocolError>,
}

/// Also returns how much the connection owned at most between two reads.
fn receive(mut connection: Connection<Server>, bytes: &[u8], read_len: usize) -> (Came, usize) {
    let mut buffer = MessageBuffer::new();
    let (mut handed_out, mut owned) = (0, 0);
    for read in bytes.to_vec().chunks_mut(read_len) {
        let mut input = read;
        loop {
            match connection.receive(&mut input, &mut buffer) {
                Ok(Some(Event::Binary(bytes) | Event::BinaryChunk { bytes, .. })) => handed_out += bytes.len(),
                Ok(None) => break,
                Ok(other) => panic!("{other:?}"),
                Err(error) => return (Came { handed_out, error: Some(error) }, owned),
            }
        }
        owned = owned.max(connection.buffered());
    }
    (Came { handed_out, error: None }, owned)
}

const READS: [usize; 8] = [usize::MAX, 65_000, 40_000, 32_782, 32_768, 4096, 255, 1];

#[test]
fn what_is_announced_and_does_not_arrive_does_not_count() {
    // Each byte in the middle of what a compressor makes of zeros stands for 1032 of them.
    let short = zeros(MIB);
    let middle = short.len() / 2;
    let [before, byte, after] = short[middle - 1..=middle + 1] else { panic!("three bytes") };
    assert_eq!((before, after), (byte, byte));
    let bomb = [&short[..middle], &vec![byte; 64_000], &short[middle..]].concat();
    let bytes = announcing(700_000, &bomb);
    for read_len in READS {
        let (came, owned) = receive(deflating(false, DeflateConfig::default()), &bytes, read_len);
        // 100 times a tile of 32 KiB.
        assert_eq!(came, Came { handed_out: 0, error: Some(too_high(32_768, 3_276_800)) }, "reads of {read_len}");
        assert!(owned <= 64 * 1024, "{owned} bytes, reads of {read_len}");

        // Nothing comes of a tile that does not arrive.
        let (came, owned) = receive(deflating(false, DeflateConfig::default()), &bytes[..32_000], read_len);
        assert_eq!(came, Came { handed_out: 0, error: None }, "reads of {read_len}");
        assert!(owned <= 64 * 1024, "{owned} bytes, reads of {read_len}");

        // In chunks, pieces of 256 bytes count.
        let (came, owned) = receive(deflating(true, allowing(100, 0)), &bytes, read_len);
        assert_eq!(came, Came { handed_out: 25_600, error: Some(too_high(256, 25_600)) }, "reads of {read_len}");
        assert!(owned <= 64 * 1024, "{owned} bytes, reads of {read_len}");
    }
}

#[test]
fn the_verdict_does_not_depend_on_reads() {
    // The ratio of noise is 1, that of zeros a thousand: it is highest at the end of the zeros.
    let noise: Vec<u8> = (0..60_000_u32).map(|number| number.wrapping_mul(0x9e37_79b1).to_be_bytes()[0]).collect();
    let stored: Vec<u8> = noise
        .chunks(20_000)
        .flat_map(|piece| {
            let len = u16::try_from(piece.len()).unwrap();
            [&[0][..], &len.to_le_bytes(), &(!len).to_le_bytes(), piece].concat()
        })
        .collect();
    let inflating = zeros(MIB);
    // Messages of zeros are blocks that are complete but for the end of an empty one.
    let inflating = [&inflating[..], &[0, 0, 0xff, 0xff]].concat();
    let payload = [&stored[..], &inflating, &stored, &[0]].concat();
    let (first, second) = payload.split_at(70_000);
    let fragments = [masked(0x42, first), masked(0x80, second)].concat();
    let mut verdicts = Vec::new();
    for bytes in [masked(0xc2, &payload), fragments] {
        for in_chunks in [false, true] {
            for max_ratio in [1, 3, 9, 18, 40] {
                let deflate = allowing(max_ratio, 0);
                let (whole, _) = receive(deflating(in_chunks, deflate), &bytes, usize::MAX);
                for read_len in [65_000, 32_782, 4096, 1] {
                    let (came, _) = receive(deflating(in_chunks, deflate), &bytes, read_len);
                    assert_eq!(came, whole, "{in_chunks}, ratio {max_ratio}, reads of {read_len}");
                }
                verdicts.push(whole.error.is_none());
            }
        }
    }
    assert!(verdicts.contains(&true) && verdicts.contains(&false), "{verdicts:?}");
}

#[test]
fn each_frame_that_is_complete_counts() {
    let payload = zeros(MIB);
    for in_chunks in [false, true] {
        let frames =
            [masked(0x42, &payload[..100]), masked(0x00, &payload[100..150]), masked(0x00, &payload[150..200])];
        let bytes = frames.concat();
        // Up to the end of the second frame the allowance is enough.
        let limit = 800 * 200;
        for read_len in [usize::MAX, 100, 7, 1] {
            let (came, _) = receive(deflating(in_chunks, allowing(800, 140_000)), &bytes, read_len);
            let handed_out = if in_chunks { limit } else { 0 };
            assert_eq!(came.error, Some(too_high(200, limit as u64)), "{in_chunks}, reads of {read_len}");
            assert_eq!(came.handed_out, handed_out, "{in_chunks}, reads of {read_len}");
        }
    }
}
