//! The other end of the connections that are compared: frames, compressed and inflated in the plainest way.

use benches::websocket::append_masked;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::peers::Setting;

const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// Receives what a server sends.
pub struct Receiver {
    decompress: Decompress,
    takeover: bool,
}

impl Receiver {
    pub fn new(takeover: bool) -> Self {
        Self { decompress: Decompress::new(false), takeover }
    }

    /// The messages in `frames`, all of them text and unfragmented, and compressed unless that would be longer.
    pub fn messages(&mut self, mut frames: &[u8]) -> Vec<String> {
        let mut messages = Vec::new();
        while let [first, second, rest @ ..] = frames {
            assert!(matches!(first, 0x81 | 0xc1), "not a whole message: {first:#04x}");
            let (len, rest) = match second {
                126 => (usize::from(u16::from_be_bytes([rest[0], rest[1]])), &rest[2..]),
                127 => (rest[..8].iter().fold(0, |len, byte| len << 8 | usize::from(*byte)), &rest[8..]),
                len => (usize::from(*len), rest),
            };
            messages.push(match first {
                0xc1 => self.inflate([&rest[..len], &TAIL].concat()),
                _ => String::from_utf8(rest[..len].to_vec()).unwrap_or_else(|error| panic!("{error}")),
            });
            frames = &rest[len..];
        }
        assert!(frames.is_empty(), "the last frame is cut");
        messages
    }

    fn inflate(&mut self, payload: Vec<u8>) -> String {
        if !self.takeover {
            self.decompress.reset(false);
        }
        let start = self.decompress.total_in();
        let mut message = Vec::with_capacity(1 << 17);
        let status = self.decompress.decompress_vec(&payload, &mut message, FlushDecompress::Sync);
        assert!(matches!(status, Ok(Status::Ok)), "{status:?}");
        assert_eq!(self.decompress.total_in() - start, payload.len() as u64);
        String::from_utf8(message).unwrap_or_else(|error| panic!("{error}"))
    }
}

/// The messages as a client sends them, compressed.
pub fn masked_frames(messages: &[String], Setting { level, takeover, .. }: Setting) -> Vec<u8> {
    let mut compress = Compress::new(Compression::new(level.into()), false);
    let mut frames = Vec::new();
    let mut key = 0x9e37_79b9_u32;
    for message in messages {
        if !takeover {
            compress.reset();
        }
        let mut payload = Vec::with_capacity(message.len() + 64);
        let status = compress.compress_vec(message.as_bytes(), &mut payload, FlushCompress::Sync);
        assert!(status.is_ok() && payload.ends_with(&TAIL));
        payload.truncate(payload.len() - TAIL.len());
        key = key.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // FIN, RSV1 and the opcode of text.
        append_masked(0xc1, &payload, key.to_be_bytes(), &mut frames);
    }
    frames
}
