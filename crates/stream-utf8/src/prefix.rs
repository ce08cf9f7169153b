//! The longest well-formed start of a slice, and what follows it.

#[cfg(feature = "alloc")]
use alloc::string::String;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;
use core::num::NonZeroU8;
use core::ops::Range;

use crate::arch::last::Last;
use crate::arch::{self, Outcome};
use crate::error::Utf8Error;
use crate::mask::Mask;
#[cfg(feature = "alloc")]
use crate::validator::Validator;

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

/// How many bytes [`ascii_start`] looks at.
const BLOCK: usize = 64;

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
    (met == 0).then(|| checked_text(&block[..len]))
}

/// `bytes` as text if all of them are well-formed, or else where a stream would be after them, for [`first_error`].
#[inline]
pub(crate) fn well_formed(bytes: &[u8]) -> Result<&str, Outcome> {
    match arch::advance(bytes) {
        Outcome::Edge => Ok(checked_text(bytes)),
        outcome => Err(outcome),
    }
}

/// Unmasks `bytes`, in tiles of `tile` bytes, and gives them as text if they are well-formed then.
#[inline]
pub(crate) fn unmasked_text<'a>(bytes: &'a mut [u8], mask: &mut Mask, tile: usize) -> Result<&'a str, Utf8Error> {
    match mask.apply_and_advance(bytes) {
        Some(Outcome::Edge) => Ok(checked_text(bytes)),
        Some(outcome) => Err(first_error(bytes, 0, outcome)),
        None => unmasked_text_in_tiles(bytes, mask, tile),
    }
}

/// [`unmasked_text`] in two passes. Apart, so that short texts save no registers for it.
#[inline(never)]
fn unmasked_text_in_tiles<'a>(bytes: &'a mut [u8], mask: &mut Mask, tile: usize) -> Result<&'a str, Utf8Error> {
    match unmask_and_check(bytes, mask, tile) {
        Ok(()) => Ok(checked_text(bytes)),
        Err(place) => Err(first_error(&bytes[..place.end], place.start, arch::advance(&bytes[place]))),
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
        edge = match arch::advance(&bytes[edge..end]) {
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
    (checked_text(text), After::Incomplete(open))
}

/// The error in `bytes` that a kernel has met after the first `from` bytes, which are well-formed or may become so.
fn locate(bytes: &[u8], from: usize) -> (&str, After<'_>) {
    /// How many bytes the last search takes.
    const NEAR: usize = 256;

    let mut edge = from - open_len(&bytes[..from]);
    while let Some(piece) = bytes[edge..].get(..NEAR) {
        edge += match arch::advance(piece) {
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
    (checked_text(text), after)
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

/// `bytes` as text, without a second check. They must have been found to be well-formed.
///
/// Private to this file, whose callers all pass what a kernel has accepted and what ends at a character's edge.
#[allow(unsafe_code, reason = "a second check would halve the speed")]
#[inline(always)]
fn checked_text(bytes: &[u8]) -> &str {
    debug_assert!(core::str::from_utf8(bytes).is_ok());
    // SAFETY: `ascii_start` passes ASCII; `well_formed`, `unmasked_text` and `prefix` pass bytes over which a stream
    // advanced from edge to edge, or less those of the last character if it is open; `unmasked_text_in_tiles` passes a row
    // of such pieces, without a gap; `locate` passes such a row, and behind it what `core::str::from_utf8` accepted.
    unsafe { core::str::from_utf8_unchecked(bytes) }
}

/// `bytes` as a string, without a second check, if `validator` was fed with them.
///
/// # Errors
///
/// As for [`Validator::finish`].
#[cfg(feature = "alloc")]
#[allow(unsafe_code, reason = "a second check would halve the speed")]
pub(crate) fn checked_string(bytes: Vec<u8>, validator: &Validator) -> Result<String, Utf8Error> {
    validator.finish()?;
    debug_assert!(core::str::from_utf8(&bytes).is_ok() && validator.position() == bytes.len() as u64);
    // SAFETY: the only caller has fed each byte that it appended to `bytes` to the validator, in their order, and the
    // validator says that all that it was fed with is well-formed and complete.
    Ok(unsafe { String::from_utf8_unchecked(bytes) })
}
