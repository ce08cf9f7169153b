//! What is received: messages whose text no branch predictor has seen, in warm caches, as in [`texts`](crate::texts).

use std::hint::black_box;
use std::sync::LazyLock;

use benches::text::Shape;
use benches::websocket::masked_messages;

use super::pipe::Input;
use super::{KIB, reference};
use crate::timing::Pass;

/// The text that streams are cut from.
static POOL: LazyLock<String> = LazyLock::new(|| Shape::Json.text(48 * 1024 * KIB));

/// Masked messages of one size.
pub struct Stream {
    pub bytes: Input,
    pub count: usize,
}

impl Stream {
    /// The stream with this number: 256 KiB, or four messages if that is more.
    pub fn new(first_byte: u8, len: usize, number: usize) -> Self {
        let total = (4 * len).max(256 * KIB);
        // Eleven streams or more, one after the other, share no text.
        let mut start = number * (total + 4099) % (POOL.len() - total);
        while !POOL.is_char_boundary(start) {
            start += 1;
        }
        let (bytes, count) = masked_messages(first_byte, len, &POOL[start..], total / len);
        Self { bytes: Input::new(&bytes), count }
    }
}

/// The streams of a turn, both of as many messages of one size, cut from another part of the text in each turn.
pub struct Streams {
    first_byte: u8,
    len: usize,
    turn: usize,
    warm_up: Stream,
    timed: Stream,
    pass: Pass,
}

impl Streams {
    pub fn new(first_byte: u8, len: usize) -> Self {
        let [warm_up, timed] = [0, 1].map(|number| Stream::new(first_byte, len, number));
        Self { first_byte, len, turn: 0, warm_up, timed, pass: Pass::WarmUp }
    }

    /// The stream of the pass that is prepared.
    pub fn current(&self) -> &Stream {
        if self.pass == Pass::WarmUp { &self.warm_up } else { &self.timed }
    }

    /// Makes the streams of a turn, unless they are there, and reads that of the pass once.
    pub fn prepare(&mut self, turn: usize, pass: Pass) {
        if self.turn != turn {
            let [warm_up, timed] = [0, 1].map(|number| Stream::new(self.first_byte, self.len, 2 * turn + number));
            *self = Self { turn, warm_up, timed, ..*self };
        }
        self.pass = pass;
        black_box(self.current().bytes.sum());
    }
}

/// The payloads of a stream, one after the other.
pub fn payloads(stream: &Stream) -> Vec<u8> {
    reference::payloads(stream.bytes.bytes())
}
