//! Texts that no branch predictor has seen, in warm caches: as text is that has just been received.
//!
//! A turn's texts are cut from a pool of several megabytes, from another place in each turn. They are copied to one
//! buffer and read once before the clock starts.

use std::hint::black_box;

use benches::text::Shape;

use crate::timing::Pass;

/// How much text a turn takes, if one text is not longer: it fits the first-level cache.
const WINDOW: usize = 16 * 1024;

/// How much text of a shape there is.
const POOL: usize = 4 * 1024 * 1024;

/// The text that turns are cut from.
pub struct Pool(String);

impl Pool {
    pub fn new(shape: Shape) -> Self {
        Self(shape.text(POOL))
    }

    /// The longest text from `at` on that ends at a character's edge within `len` bytes; `at` moves behind it.
    fn next(&self, at: &mut usize, len: usize) -> &str {
        if *at + len > self.0.len() {
            *at = 0;
        }
        let end = (*at..=(*at + len).min(self.0.len())).rev().find(|&end| self.0.is_char_boundary(end)).unwrap_or(*at);
        let text = &self.0[*at..end];
        *at = end;
        text
    }
}

/// The texts of a turn, all of one length, side by side.
pub struct Texts {
    buffer: Vec<u8>,
    text_len: usize,
}

impl Texts {
    pub fn new(text_len: usize) -> Self {
        let count = (WINDOW / text_len).max(1);
        Self { buffer: vec![b' '; count * text_len], text_len }
    }

    pub fn count(&self) -> usize {
        self.buffer.len() / self.text_len
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.buffer.chunks_exact(self.text_len)
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.buffer.chunks_exact_mut(self.text_len)
    }

    /// Puts an ill-formed byte at the end of each text, after a space.
    pub fn spoil_end(&mut self) {
        for text in self.buffer.chunks_exact_mut(self.text_len) {
            if let [.., a, b, c, d, end] = text {
                [*a, *b, *c, *d, *end] = *b"    \xFF";
            }
        }
    }

    /// Fills in the texts of a turn, and reads them once. Where a text's last character does not fit there are spaces.
    pub fn prepare(&mut self, pool: &Pool, turn: usize, pass: Pass) {
        // An odd step, so that a turn's texts don't come again soon; the warm-up's lie far from them.
        let mut at = (turn * 2 + usize::from(pass == Pass::WarmUp)) * 37_507 % (POOL / 2);
        while !pool.0.is_char_boundary(at) {
            at += 1;
        }
        for text in self.buffer.chunks_exact_mut(self.text_len) {
            let mut filled = 0;
            while filled < text.len() {
                let piece = pool.next(&mut at, (text.len() - filled).min(POOL / 2));
                if piece.is_empty() {
                    break;
                }
                text[filled..filled + piece.len()].copy_from_slice(piece.as_bytes());
                filled += piece.len();
            }
            text[filled..].fill(b' ');
        }
        black_box(self.buffer.iter().map(|&byte| u64::from(byte)).sum::<u64>());
    }
}
