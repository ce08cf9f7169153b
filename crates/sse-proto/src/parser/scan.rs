//! Where lines end.

use memchr::memchr2;
use stream_utf8::lines::line_end_bits;

pub(crate) const LF: u8 = b'\n';
pub(crate) const CR: u8 = b'\r';

/// Finds the line ends of a chunk one after the other, 64 bytes at a time.
pub(crate) struct Scanner<'i> {
    chunk: &'i [u8],
    /// A bit for each line end of the block at `block_at`; those before the place that was asked for last are cleared.
    bits: u64,
    block_at: usize,
    /// Up to where there is nothing to find but the `bits`.
    next_at: usize,
}

impl<'i> Scanner<'i> {
    pub(crate) fn new(chunk: &'i [u8]) -> Self {
        Self { chunk, bits: 0, block_at: 0, next_at: 0 }
    }

    /// A scanner of a chunk whose first line end was already searched for.
    pub(crate) fn after_search(chunk: &'i [u8], first: Option<usize>) -> Self {
        match first {
            Some(at) => Self { chunk, bits: 1, block_at: at, next_at: at + 1 },
            None => Self { chunk, bits: 0, block_at: 0, next_at: chunk.len() },
        }
    }

    /// The offset in `rest`, the end of the chunk, of its first line end. `rest` must not get longer from call to call.
    #[inline]
    pub(crate) fn find(&mut self, rest: &[u8]) -> Option<usize> {
        let from = self.chunk.len() - rest.len();
        let skip = from.saturating_sub(self.block_at);
        self.bits = if skip < 64 { self.bits & (u64::MAX << skip) } else { 0 };
        while self.bits == 0 {
            let at = self.next_at.max(from);
            let Some(block) = self.chunk[at..].first_chunk() else {
                // Less than a block is left.
                let end = find_line_end(&self.chunk[at..]).map(|end| at + end);
                *self = Self::after_search(self.chunk, end);
                return end.map(|end| end - from);
            };
            self.bits = line_end_bits(block);
            self.block_at = at;
            self.next_at = at + block.len();
        }
        Some(self.block_at + self.bits.trailing_zeros() as usize - from)
    }
}

/// The offset of the first LF or CR.
///
/// The first 16 bytes are looked at in place, eight at a time: a call costs more than that where lines are short or
/// chunks are.
#[inline]
pub(crate) fn find_line_end(bytes: &[u8]) -> Option<usize> {
    let (words, _) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().take(2).enumerate() {
        let word = u64::from_le_bytes(*word);
        let ends = zero_bytes(word ^ (ONES * LF as u64)) | zero_bytes(word ^ (ONES * CR as u64));
        if ends != 0 {
            return Some(index * 8 + ends.trailing_zeros() as usize / 8);
        }
    }
    let at = words.len().min(2) * 8;
    let rest = &bytes[at..];
    let end = match rest.len() {
        0..8 => rest.iter().position(|byte| matches!(byte, &LF | &CR)),
        _ => memchr2(LF, CR, rest),
    };
    end.map(|end| at + end)
}

const ONES: u64 = u64::from_ne_bytes([1; 8]);

/// The high bit of the lowest byte that is 0, and perhaps of others above it; 0 if none is.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::{CR, LF, Scanner, find_line_end};

    #[test]
    fn a_scanner_finds_every_line_end_of_every_suffix() {
        let chunk: [u8; 300] = core::array::from_fn(|at| if at % 7 == 0 || at % 61 == 3 { LF } else { b'x' });
        let naive = |from: usize| chunk[from..].iter().position(|&byte| byte == LF || byte == CR);
        for step in [1, 2, 5, 8, 63, 64, 65, 130] {
            let found = |mut scanner: Scanner<'_>| {
                for from in (0..=chunk.len()).step_by(step) {
                    assert_eq!(scanner.find(&chunk[from..]), naive(from));
                    assert_eq!(scanner.find(&chunk[from..]), naive(from), "asking again changes nothing");
                }
            };
            found(Scanner::new(&chunk));
            found(Scanner::after_search(&chunk, naive(0)));
        }
        assert_eq!(Scanner::after_search(b"xx", None).find(b"x"), None);
    }

    #[test]
    fn the_first_line_end_is_found_among_bytes_that_look_alike() {
        for len in 0..80 {
            for filler in [b'x', b'\x0B', b'\x0C', b'\x0E', b'\x09', b'\x8A', b'\x8D', 0, 0xFF] {
                let mut bytes = vec![filler; len];
                assert_eq!(find_line_end(&bytes), None);
                for at in (0..len).rev() {
                    bytes[at] = if at % 2 == 0 { b'\n' } else { b'\r' };
                    assert_eq!(find_line_end(&bytes), Some(at));
                }
            }
        }
    }
}
