//! XOR, alone or together with the check of text: in place, into another buffer, or at the end of one.

use super::{FUSED, Key, Outcome, SHORT, cpu};

/// Up to this length, two words that overlap cover it.
const TWO_WORDS: usize = 16;

/// XORs `bytes` with `key`, over and over.
#[inline]
pub(crate) fn in_place(bytes: &mut [u8], key: Key) {
    let at = bytes.as_mut_ptr();
    // SAFETY: the bytes are readable and writable.
    unsafe { xor(at, at, bytes.len(), key) }
}

/// Writes as many bytes of `from` as both have room for, after XOR with `key` over and over, into `into`. Gives their
/// number.
#[inline]
pub(crate) fn copy(from: &[u8], into: &mut [u8], key: Key) -> usize {
    let len = from.len().min(into.len());
    // SAFETY: as many bytes are readable and writable, and a shared and an exclusive slice don't overlap.
    unsafe { xor(from.as_ptr(), into.as_mut_ptr(), len, key) };
    len
}

/// Appends `from`, after XOR with `key` over and over, to `into`.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn append(from: &[u8], into: &mut alloc::vec::Vec<u8>, key: Key) {
    into.reserve(from.len());
    let room = into.spare_capacity_mut();
    debug_assert!(room.len() >= from.len());
    // SAFETY: there is room for as many bytes, which don't overlap what is shared; all of them are written before they
    // count as the vector's.
    unsafe {
        xor(from.as_ptr(), room.as_mut_ptr().cast(), from.len(), key);
        into.set_len(into.len() + from.len());
    }
}

/// Appends the first `head_len` bytes of `head` as they are, and [`append`]s `from`.
#[cfg(feature = "alloc")]
#[inline(always)]
pub(crate) fn append_after(head: [u8; 16], head_len: usize, from: &[u8], into: &mut alloc::vec::Vec<u8>, key: Key) {
    let head_len = head_len.min(head.len());
    into.reserve(from.len().saturating_add(head.len()));
    let room = into.spare_capacity_mut();
    debug_assert!(room.len() >= from.len() + head.len());
    // SAFETY: there is room for the whole head and as many bytes, which don't overlap what is shared; all that then counts
    // as the vector's is written.
    unsafe {
        let to = room.as_mut_ptr().cast::<u8>();
        // As a number, which comes in registers.
        to.cast::<u128>().write_unaligned(u128::from_ne_bytes(head));
        xor(from.as_ptr(), to.add(head_len), from.len(), key);
        into.set_len(into.len() + head_len + from.len());
    }
}

/// [`in_place`], and takes a stream that is at a character's edge over the result. Does nothing and gives `None` where two
/// passes are as fast.
#[inline]
pub(crate) fn in_place_and_advance(bytes: &mut [u8], key: Key) -> Option<Outcome> {
    if bytes.len() < SHORT || bytes.len() > FUSED {
        return None;
    }
    let at = bytes.as_mut_ptr();
    // SAFETY: the bytes are readable and writable.
    let outcome = unsafe { cpu::xor_and_advance(at, at, bytes.len(), key) }?;
    Some(outcome.settled(bytes))
}

/// [`append`], and takes a stream that is at a character's edge over what is appended. Appends nothing and gives `None`
/// where two passes are as fast.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn append_and_advance(from: &[u8], into: &mut alloc::vec::Vec<u8>, key: Key) -> Option<Outcome> {
    if from.len() < SHORT {
        return None;
    }
    let start = into.len();
    into.reserve(from.len());
    let room = into.spare_capacity_mut();
    debug_assert!(room.len() >= from.len());
    // SAFETY: there is room for as many bytes, which don't overlap what is shared.
    let outcome = unsafe { cpu::xor_and_advance(from.as_ptr(), room.as_mut_ptr().cast(), from.len(), key) }?;
    // SAFETY: all of them have been written.
    unsafe { into.set_len(start + from.len()) };
    Some(outcome.settled(&into[start..]))
}

/// [`copy`] to all of `into`, and takes a stream that is at a character's edge over it. Does nothing and gives `None` where
/// two passes are as fast, or `into` is not as long as `from`.
#[cfg(feature = "alloc")]
#[inline]
pub(crate) fn copy_and_advance(from: &[u8], into: &mut [u8], key: Key) -> Option<Outcome> {
    if from.len() < SHORT || from.len() != into.len() {
        return None;
    }
    // SAFETY: as many bytes are readable and writable, and a shared and an exclusive slice don't overlap.
    let outcome = unsafe { cpu::xor_and_advance(from.as_ptr(), into.as_mut_ptr(), from.len(), key) }?;
    Some(outcome.settled(into))
}

/// Writes the `len` bytes at `from`, after XOR with `key` over and over, to `to`.
///
/// # Safety
///
/// `from` must be readable and `to` writable for `len` bytes; they must not overlap unless they are the same.
#[inline]
unsafe fn xor(from: *const u8, to: *mut u8, len: usize, key: Key) {
    // SAFETY: the caller vouches for the bytes, and the length is tested.
    unsafe {
        if len <= TWO_WORDS {
            two_words(from, to, len, key);
        } else {
            cpu::xor(from, to, len, key);
        }
    }
}

/// [`xor`] on at most [`TWO_WORDS`] bytes. Both words are read before one is written.
///
/// # Safety
///
/// As there.
#[inline(always)]
pub(super) unsafe fn two_words(from: *const u8, to: *mut u8, len: usize, key: Key) {
    debug_assert!(len <= TWO_WORDS);
    // SAFETY: the caller vouches for the bytes; no word reaches beyond them, by the tests of the length.
    unsafe {
        if len >= 8 {
            let first = key.xor_8(from.cast::<[u8; 8]>().read());
            let last = key.rotated(len).xor_8(from.add(len - 8).cast::<[u8; 8]>().read());
            to.cast::<[u8; 8]>().write(first);
            to.add(len - 8).cast::<[u8; 8]>().write(last);
        } else if len >= 4 {
            let first = key.xor_4(from.cast::<[u8; 4]>().read());
            let last = key.rotated(len).xor_4(from.add(len - 4).cast::<[u8; 4]>().read());
            to.cast::<[u8; 4]>().write(first);
            to.add(len - 4).cast::<[u8; 4]>().write(last);
        } else {
            for (i, key) in key.bytes().into_iter().enumerate().take(len) {
                to.add(i).write(from.add(i).read() ^ key);
            }
        }
    }
}

/// [`xor`] on more than [`TWO_WORDS`] bytes, by the word: for CPUs without vectors.
///
/// # Safety
///
/// As there.
#[allow(dead_code, reason = "CPUs with vectors have their own")]
pub(super) unsafe fn words(from: *const u8, to: *mut u8, len: usize, key: Key) {
    let whole = len / 8 * 8;
    // SAFETY: the caller vouches for the bytes; words are taken while a whole one is left. A word of bytes needs no
    // alignment.
    unsafe {
        for at in (0..whole).step_by(8) {
            to.add(at).cast::<[u8; 8]>().write(key.xor_8(from.add(at).cast::<[u8; 8]>().read()));
        }
        two_words(from.add(whole), to.add(whole), len - whole, key);
    }
}
