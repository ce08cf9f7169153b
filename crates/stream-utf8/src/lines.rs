//! Line ends, LF and CR, found 64 bytes at a time.
//!
//! The formats that this crate serves end their lines at LF, CR or CRLF. A search from one line end to the next costs a
//! call and a set-up for each line, which is most of the time where lines are short. Here 64 bytes give one word with a
//! bit for each line end, and the bits are read off one by one.

use core::iter::FusedIterator;

use crate::arch::{self, short::bits_of_short};

/// The number of bytes in a block.
const BLOCK: usize = arch::short::BLOCK;

/// A bit for each LF (0A) and CR (0D) in `block`; bit 0 is its first byte.
///
/// ```
/// let mut block = [b'a'; 64];
/// block[3] = b'\n';
/// block[63] = b'\r';
/// assert_eq!(stream_utf8::lines::line_end_bits(&block), 1 << 3 | 1 << 63);
/// ```
#[must_use]
#[inline]
pub fn line_end_bits(block: &[u8; 64]) -> u64 {
    arch::line_end_bits(block)
}

/// A bit for each LF (0A) and CR (0D) in the first 64 of `bytes`; bit 0 is the first byte.
///
/// As [`line_end_bits`], for what may be shorter than a block.
///
/// ```
/// assert_eq!(stream_utf8::lines::line_end_bits_of_short(b"a\r\nb\n"), 0b10110);
/// assert_eq!(stream_utf8::lines::line_end_bits_of_short(b""), 0);
/// ```
#[must_use]
#[inline]
pub fn line_end_bits_of_short(bytes: &[u8]) -> u64 {
    bits_of_short(bytes, arch::line_end_bits, |byte| matches!(byte, b'\n' | b'\r'))
}

/// A bit for each `byte` in `block`; bit 0 is its first byte.
///
/// ```
/// let mut block = [b'a'; 64];
/// block[3] = b':';
/// assert_eq!(stream_utf8::lines::equal_bits(&block, b':'), 1 << 3);
/// ```
#[must_use]
#[inline]
pub fn equal_bits(block: &[u8; 64], byte: u8) -> u64 {
    arch::equal_bits(block, byte)
}

/// The longest start of `bytes` that is ASCII and holds neither LF (0A) nor CR (0D).
///
/// So a line that is ASCII, as most lines of protocols are, is found and checked in one pass. What follows the text tells
/// what has ended it: a line end, a byte from 80 on, or the end of `bytes`.
///
/// ```
/// use stream_utf8::lines::ascii_line_start;
///
/// assert_eq!(ascii_line_start(b"whole line\r\nthe next"), "whole line");
/// assert_eq!(ascii_line_start(b"caf\xC3\xA9\n"), "caf");
/// assert_eq!(ascii_line_start(b"no end"), "no end");
/// ```
#[must_use]
#[inline]
pub fn ascii_line_start(bytes: &[u8]) -> &str {
    arch::prefix::ascii_line_start(bytes)
}

/// The offset of each LF (0A) and CR (0D) in `bytes`, ascending. A CRLF gives two.
///
/// Allocates nothing. Each byte is read once.
///
/// ```
/// let ends: Vec<usize> = stream_utf8::lines::line_ends(b"a\r\n\nbc").collect();
/// assert_eq!(ends, [1, 2, 3]);
/// ```
#[must_use]
#[inline]
pub fn line_ends(bytes: &[u8]) -> LineEnds<'_> {
    LineEnds { rest: bytes, bits: 0, block_at: 0, next_at: 0 }
}

/// The line ends of some bytes: see [`line_ends`].
#[derive(Clone, Debug)]
pub struct LineEnds<'a> {
    /// What no bits were made of yet.
    rest: &'a [u8],
    /// The line ends of the block at `block_at` that were not given yet.
    bits: u64,
    block_at: usize,
    /// Where `rest` starts.
    next_at: usize,
}

impl Iterator for LineEnds<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.block_at = self.next_at;
            if let Some((block, rest)) = self.rest.split_first_chunk::<BLOCK>() {
                self.bits = arch::line_end_bits(block);
                self.rest = rest;
                self.next_at += BLOCK;
            } else if self.rest.is_empty() {
                return None;
            } else {
                let mut block = [0; BLOCK];
                block[..self.rest.len()].copy_from_slice(self.rest);
                self.bits = arch::line_end_bits(&block);
                self.next_at += self.rest.len();
                self.rest = &[];
            }
        }
        let end = self.block_at + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(end)
    }
}

impl FusedIterator for LineEnds<'_> {}
