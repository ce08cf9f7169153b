//! Where lines end.

use memchr::memchr2;
use stream_utf8::lines::{line_end_bits, line_end_bits_of_short};

pub(crate) const LF: u8 = b'\n';
pub(crate) const CR: u8 = b'\r';

/// How many bytes are looked at together.
pub(crate) const BLOCK: usize = 64;

/// Finds the line ends of a chunk one after the other, 64 bytes at a time.
pub(crate) struct Scanner<'i> {
    chunk: &'i [u8],
    /// A bit for each line end of the block at `block_at`; those before the place that was asked for last are cleared.
    bits: u64,
    block_at: usize,
    /// Up to where there is nothing to find but the `bits`.
    next_at: usize,
}

/// Beyond this length a line is long, and its end is searched for by what is made for that.
const LONG: usize = 512;

impl<'i> Scanner<'i> {
    /// Looks at a block at once. There must be no line end among the first `searched` bytes.
    #[inline]
    pub(crate) fn new(chunk: &'i [u8], searched: usize) -> Self {
        let bits = line_end_bits_of_short(chunk.get(searched..).unwrap_or_default());
        Self::with_bits(chunk, searched, bits)
    }

    /// As [`Scanner::new`], `bits` being the line ends of the first 64 bytes after those.
    #[inline(always)]
    pub(crate) fn with_bits(chunk: &'i [u8], searched: usize, bits: u64) -> Self {
        let rest = chunk.len().saturating_sub(searched);
        Self { chunk, bits, block_at: searched, next_at: chunk.len() - rest.saturating_sub(BLOCK) }
    }

    /// The offset of the first line end from `from` on, which must not get less from call to call.
    #[inline(always)]
    pub(crate) fn find(&mut self, from: usize) -> Option<usize> {
        let skip = from.saturating_sub(self.block_at);
        self.bits = if skip < 64 { self.bits & (u64::MAX << skip) } else { 0 };
        if self.bits == 0 && !self.find_block(from) {
            return None;
        }
        Some(self.block_at + self.bits.trailing_zeros() as usize)
    }

    /// Goes on to the next block that holds a line end.
    fn find_block(&mut self, from: usize) -> bool {
        if self.next_at == self.chunk.len() {
            return false;
        }
        let mut at = self.next_at.max(from);
        let long = at.saturating_add(LONG);
        while let Some(block) = self.chunk.get(at..).and_then(<[u8]>::first_chunk) {
            self.bits = line_end_bits(block);
            if self.bits != 0 {
                self.block_at = at;
                self.next_at = at + block.len();
                return true;
            }
            at += block.len();
            if at >= long {
                return self.find_far(at);
            }
        }
        self.next_at = self.chunk.len();
        let Some(rest) = self.chunk.get(at..) else { return false };
        self.bits = line_end_bits_of_short(rest);
        self.block_at = at;
        self.bits != 0
    }

    #[inline(never)]
    fn find_far(&mut self, at: usize) -> bool {
        match memchr2(LF, CR, &self.chunk[at..]) {
            Some(end) => {
                self.bits = 1;
                self.block_at = at + end;
                self.next_at = at + end + 1;
                true
            }
            None => {
                self.next_at = self.chunk.len();
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::{CR, LF, LONG, Scanner};

    #[test]
    fn a_scanner_finds_every_line_end_of_every_suffix() {
        let chunk: [u8; 300] = core::array::from_fn(|at| if at % 7 == 0 || at % 61 == 3 { LF } else { b'x' });
        let naive = |from: usize| (from..chunk.len()).find(|&at| chunk[at] == LF || chunk[at] == CR);
        for step in [1, 2, 5, 8, 63, 64, 65, 130] {
            let mut scanner = Scanner::new(&chunk, 0);
            for from in (0..=chunk.len()).step_by(step) {
                assert_eq!(scanner.find(from), naive(from));
                assert_eq!(scanner.find(from), naive(from), "asking again changes nothing");
            }
        }
    }

    #[test]
    fn the_first_line_end_is_found_among_bytes_that_look_alike() {
        for len in (0..140).chain([LONG - 1, LONG, LONG + 70, LONG + 200]) {
            for filler in [b'x', b'\x0B', b'\x0C', b'\x0E', b'\x09', b'\x8A', b'\x8D', 0, 0xFF] {
                let mut bytes = vec![filler; len];
                assert_eq!(Scanner::new(&bytes, 0).find(0), None);
                for at in (0..len).rev() {
                    bytes[at] = if at % 2 == 0 { LF } else { CR };
                    assert_eq!(Scanner::new(&bytes, 0).find(0), Some(at));
                    assert_eq!(Scanner::new(&bytes, 0).find(at / 2), Some(at));
                    assert_eq!(Scanner::new(&bytes, at / 3).find(0), Some(at));
                    assert_eq!(Scanner::new(&bytes, at).find(0), Some(at));
                }
            }
        }
    }
}
