//! The longest well-formed start of a slice, and what follows it.

use core::num::NonZeroU8;
use core::ops::Range;

use super::last::Last;
use super::short::{BLOCK, bits_of_short};
use super::{Outcome, advance, line_end_or_non_ascii_bits};
use crate::error::Utf8Error;
use crate::mask::Mask;

/// What follows the well-formed start of a chunk.
pub(crate) enum After<'a> {
    /// Nothing: the whole chunk is well-formed.
    End,
    /// A sequence of 1 to 3 bytes that the next chunk may complete.
    Incomplete(&'a [u8]),
    /// An ill-formed sequence, the first `error_len` bytes of `tail`.
    IllFormed { error_len: NonZeroU8, tail: &'a [u8] },
}

/// Splits `bytes` after its longest well-formed prefix.
#[inline]
pub(crate) fn well_formed_prefix(bytes: &[u8]) -> (&str, After<'_>) {
    well_formed(bytes).map_or_else(|outcome| prefix(bytes, outcome), |text| (text, After::End))
}

/// Bits that ASCII doesn't have, and as many zeros: from `BLOCK - len` on those of `len` bytes come first.
static NON_ASCII: [u8; 2 * BLOCK] = {
    let mut bits = [0; 2 * BLOCK];
    bits.split_at_mut(BLOCK).0.copy_from_slice(&[0x80; BLOCK]);
    bits
};

/// The first `len` of `bytes` as text if they are few and ASCII, and enough follow for a look without a branch on `len`.
#[inline]
pub(crate) fn ascii_start(bytes: &[u8], len: usize) -> Option<&str> {
    let block = bytes.first_chunk::<BLOCK>()?;
    let mask = NON_ASCII[BLOCK.checked_sub(len)?..].first_chunk::<BLOCK>()?;
    let met = block.iter().zip(mask).fold(0, |met, (byte, mask)| met | byte & mask);
    // SAFETY: no byte has bit 7: they are ASCII.
    (met == 0).then(|| unsafe { checked_text(&block[..len]) })
}

/// The longest start of `bytes` that is ASCII and holds neither LF nor CR.
#[inline(always)]
pub(crate) fn ascii_line_start(bytes: &[u8]) -> &str {
    let end = match bytes.first_chunk().map(line_end_or_non_ascii_bits) {
        // Most lines are short.
        Some(bits) if bits != 0 => bits.trailing_zeros() as usize,
        first => ascii_line_len(bytes, if first.is_some() { BLOCK } else { 0 }),
    };
    // SAFETY: no byte before the first bit is 80 or above: they are ASCII.
    unsafe { checked_text(&bytes[..end]) }
}

/// The length of [`ascii_line_start`], which is not below `at`.
#[inline(never)]
fn ascii_line_len(bytes: &[u8], mut at: usize) -> usize {
    let (_, mut rest) = bytes.split_at(at);
    while let Some((block, behind)) = rest.split_first_chunk() {
        let bits = line_end_or_non_ascii_bits(block);
        if bits != 0 {
            return at + bits.trailing_zeros() as usize;
        }
        at += BLOCK;
        rest = behind;
    }
    let bits = bits_of_short(rest, line_end_or_non_ascii_bits, |byte| matches!(byte, b'\n' | b'\r' | 0x80..));
    bytes.len().min(at + bits.trailing_zeros() as usize)
}

/// `bytes` as text if all of them are well-formed, or else where a stream would be after them, for [`first_error`].
#[inline]
pub(crate) fn well_formed(bytes: &[u8]) -> Result<&str, Outcome> {
    match advance(bytes) {
        // SAFETY: a stream advanced over them from edge to edge.
        Outcome::Edge => Ok(unsafe { checked_text(bytes) }),
        outcome => Err(outcome),
    }
}

/// Unmasks `bytes`, in tiles of `tile` bytes, and gives them as text if they are well-formed then.
#[inline]
pub(crate) fn unmasked_text<'a>(bytes: &'a mut [u8], mask: &mut Mask, tile: usize) -> Result<&'a str, Utf8Error> {
    match mask.apply_and_advance(bytes) {
        // SAFETY: a stream advanced over them from edge to edge.
        Some(Outcome::Edge) => Ok(unsafe { checked_text(bytes) }),
        Some(outcome) => Err(first_error(bytes, 0, outcome)),
        None => unmasked_text_in_tiles(bytes, mask, tile),
    }
}

/// [`unmasked_text`] in two passes. Apart, so that short texts save no registers for it.
#[inline(never)]
fn unmasked_text_in_tiles<'a>(bytes: &'a mut [u8], mask: &mut Mask, tile: usize) -> Result<&'a str, Utf8Error> {
    match unmask_and_check(bytes, mask, tile) {
        // SAFETY: a stream advanced over them from edge to edge, by pieces without a gap.
        Ok(()) => Ok(unsafe { checked_text(bytes) }),
        Err(place) => Err(first_error(&bytes[..place.end], place.start, advance(&bytes[place]))),
    }
}

/// Unmasks `bytes` and says whether they are well-formed then; or else between which offsets, the first of them at a
/// character's edge, the first error lies. The bytes up to there are unmasked.
fn unmask_and_check(bytes: &mut [u8], mask: &mut Mask, tile: usize) -> Result<(), Range<usize>> {
    let mut edge = 0;
    let mut end = 0;
    while end < bytes.len() {
        let start = end;
        end = bytes.len().min(start + tile);
        mask.apply(&mut bytes[start..end]);
        edge = match advance(&bytes[edge..end]) {
            Outcome::Edge => end,
            // The character that the tile's end cuts is looked at again with the next tile.
            Outcome::Open => end - open_len(&bytes[edge..end]),
            Outcome::Rejected { .. } => return Err(edge..end),
        };
    }
    if edge == bytes.len() { Ok(()) } else { Err(edge..end) }
}

/// The first error in `bytes`, of which those before `start` are well-formed and the rest takes a stream to `outcome`.
#[cold]
pub(crate) fn first_error(bytes: &[u8], start: usize, outcome: Outcome) -> Utf8Error {
    let (text, after) = prefix(&bytes[start..], outcome);
    let error_len = if let After::IllFormed { error_len, .. } = after { Some(error_len) } else { None };
    Utf8Error::new((start + text.len()) as u64, error_len)
}

/// [`well_formed_prefix`] of bytes that are not all well-formed.
#[cold]
fn prefix(bytes: &[u8], outcome: Outcome) -> (&str, After<'_>) {
    if let Outcome::Rejected { after } = outcome {
        return locate(bytes, after);
    }
    let (text, open) = bytes.split_at(bytes.len() - open_len(bytes));
    // SAFETY: a stream advanced over them, and the last character's bytes, which are left off, were the only open ones.
    (unsafe { checked_text(text) }, After::Incomplete(open))
}

/// The error in `bytes` that a kernel has met after the first `from` bytes, which are well-formed or may become so.
fn locate(bytes: &[u8], from: usize) -> (&str, After<'_>) {
    /// How many bytes the last search takes.
    const NEAR: usize = 256;

    let mut edge = from - open_len(&bytes[..from]);
    while let Some(piece) = bytes[edge..].get(..NEAR) {
        edge += match advance(piece) {
            Outcome::Edge => NEAR,
            Outcome::Open => NEAR - open_len(piece),
            Outcome::Rejected { .. } => break,
        };
    }
    let (valid_up_to, error_len) = match core::str::from_utf8(&bytes[edge..]) {
        Ok(text) => (edge + text.len(), None),
        Err(error) => (edge + error.valid_up_to(), error_len(error)),
    };
    let (text, tail) = bytes.split_at(valid_up_to);
    let after = match error_len {
        Some(error_len) => After::IllFormed { error_len, tail },
        None if tail.is_empty() => After::End,
        None => After::Incomplete(tail),
    };
    // SAFETY: a stream advanced from the start to `edge` by pieces without a gap, or less a last character that is open; the
    // bytes behind it were accepted by `core::str::from_utf8`.
    (unsafe { checked_text(text) }, after)
}

/// How many of the last bytes of `bytes`, 0 to 3, belong to a character that is not complete.
///
/// `bytes` must be well-formed but for that.
fn open_len(bytes: &[u8]) -> usize {
    Last::NONE.after(bytes).open_len()
}

pub(crate) fn error_len(error: core::str::Utf8Error) -> Option<NonZeroU8> {
    error.error_len().and_then(|len| u8::try_from(len).ok()).and_then(NonZeroU8::new)
}

/// `bytes` as text, without a second check.
///
/// # Safety
///
/// They must be well-formed: accepted by a kernel or by `core`, and not end inside a character.
#[inline(always)]
unsafe fn checked_text(bytes: &[u8]) -> &str {
    debug_assert!(core::str::from_utf8(bytes).is_ok());
    // SAFETY: the caller vouches for it.
    unsafe { core::str::from_utf8_unchecked(bytes) }
}
