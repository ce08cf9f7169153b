//! NEON: vectors of 16 bytes. Targets that leave it out do not compile this file.

use core::arch::aarch64::*;

use super::last::Last;
use super::level::Level;
use super::scalar;
use super::simd::vector::{Nibbles, Vector};
use super::simd::{self, blocks, misplaced, xor};
use super::{Key, Outcome};

/// The levels that this CPU runs, ascending.
pub(super) fn available() -> &'static [Level] {
    &[Level::Scalar, Level::Neon]
}

/// [`advance`](super::advance), but for the last byte's being hopeless.
pub(super) fn advance(bytes: &[u8]) -> Outcome {
    if Level::current() == Level::Neon && blocks::fits::<uint8x16_t>(bytes.len()) {
        // SAFETY: the level in use is available, so the CPU has NEON; the length was tested.
        unsafe { advance_neon(bytes) }
    } else {
        scalar::advance(bytes)
    }
}

/// [`blocks::advance`] on vectors of 16 bytes.
///
/// # Safety
///
/// The CPU must have NEON, and the length of `bytes` must [fit](blocks::fits).
#[target_feature(enable = "neon")]
unsafe fn advance_neon(bytes: &[u8]) -> Outcome {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { blocks::advance::<uint8x16_t, uint8x16_t>(bytes) }
}

/// [`follow`](super::follow), but for the last byte's being hopeless.
pub(super) fn follow(last: Last, bytes: &[u8]) -> bool {
    if Level::current() == Level::Neon && blocks::fits::<uint8x16_t>(bytes.len()) {
        // SAFETY: the level in use is available, so the CPU has NEON; the length was tested.
        unsafe { follow_neon(last, bytes) }
    } else {
        scalar::follow(last, bytes)
    }
}

/// [`blocks::follow`] on vectors of 16 bytes.
///
/// # Safety
///
/// As for [`advance_neon`].
#[target_feature(enable = "neon")]
unsafe fn follow_neon(last: Last, bytes: &[u8]) -> bool {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { blocks::follow::<uint8x16_t, uint8x16_t>(last, bytes) }
}

/// Writes the `len` bytes at `from`, after XOR with `key`, to `to`, and takes a stream that is at a character's edge over
/// them; does nothing and gives `None` where two passes are as fast.
///
/// # Safety
///
/// `from` must be readable and `to` writable for `len` bytes; they must not overlap unless they are the same.
pub(super) unsafe fn xor_and_advance(from: *const u8, to: *mut u8, len: usize, key: Key) -> Option<Outcome> {
    if Level::current() != Level::Neon || !blocks::fits::<uint8x16_t>(len) {
        return None;
    }
    // SAFETY: the level in use is available, so the CPU has NEON; the length was tested, and the caller vouches for
    // the bytes.
    Some(unsafe { simd::xor_and_advance::<uint8x16_t>(from, to, len, key) })
}

/// [`xor::xor`].
///
/// # Safety
///
/// As there, and `len` must be at least 16.
pub(super) unsafe fn xor(from: *const u8, to: *mut u8, len: usize, key: Key) {
    // SAFETY: the caller vouches for the bytes and the length, and the CPU has NEON.
    unsafe { xor::xor::<uint8x16_t>(from, to, len, key) }
}

/// [`line_end_bits`](super::line_end_bits).
#[inline(always)]
pub(super) fn line_end_bits(block: &[u8; 64]) -> u64 {
    bits(block, line_ends)
}

/// [`line_end_or_non_ascii_bits`](super::line_end_or_non_ascii_bits).
#[inline(always)]
pub(super) fn line_end_or_non_ascii_bits(block: &[u8; 64]) -> u64 {
    // SAFETY: the CPU has NEON.
    bits(block, |bytes| unsafe { vorrq_u8(line_ends(bytes), vcgeq_u8(bytes, vdupq_n_u8(0x80))) })
}

/// [`equal_bits`](super::equal_bits).
#[inline(always)]
pub(super) fn equal_bits(block: &[u8; 64], byte: u8) -> u64 {
    // SAFETY: the CPU has NEON.
    bits(block, |bytes| unsafe { vceqq_u8(bytes, vdupq_n_u8(byte)) })
}

/// FF for each LF and CR.
#[inline(always)]
fn line_ends(bytes: uint8x16_t) -> uint8x16_t {
    // SAFETY: the CPU has NEON.
    unsafe { vorrq_u8(vceqq_u8(bytes, vdupq_n_u8(b'\n')), vceqq_u8(bytes, vdupq_n_u8(b'\r'))) }
}

/// A bit for each byte of the block that `mark` makes FF, and not 00.
#[inline(always)]
fn bits(block: &[u8; 64], mark: impl Fn(uint8x16_t) -> uint8x16_t) -> u64 {
    const WEIGHTS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: the CPU has NEON; the block holds four vectors, and the weights are one.
    unsafe {
        let weights = vld1q_u8(WEIGHTS.as_ptr());
        let marks = |i: usize| vandq_u8(mark(vld1q_u8(block.as_ptr().add(16 * i))), weights);
        // Each step adds neighbours, until a byte is the sum of eight different weights.
        let halves = vpaddq_u8(vpaddq_u8(marks(0), marks(1)), vpaddq_u8(marks(2), marks(3)));
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(halves, halves)))
    }
}

// SAFETY of the blocks below: the traits' callers vouch for NEON, and for the bytes that are loaded and stored.

impl Vector for uint8x16_t {
    const LEN: usize = 16;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { vld1q_u8(at) }
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut u8) {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { vst1q_u8(at, self) }
    }

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: see above.
        unsafe { vdupq_n_u8(0) }
    }

    #[inline(always)]
    unsafe fn splat_word(word: [u8; 4]) -> Self {
        // SAFETY: see above.
        unsafe { vreinterpretq_u8_u32(vdupq_n_u32(u32::from_ne_bytes(word))) }
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { vorrq_u8(self, other) }
    }

    #[inline(always)]
    unsafe fn xor(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { veorq_u8(self, other) }
    }

    #[inline(always)]
    unsafe fn is_ascii(self) -> bool {
        // SAFETY: see above.
        unsafe { vmaxvq_u8(self) < 0x80 }
    }

    #[inline(always)]
    unsafe fn predecessors(self, before: Self) -> [Self; 3] {
        // SAFETY: see above.
        unsafe { [vextq_u8::<15>(before, self), vextq_u8::<14>(before, self), vextq_u8::<13>(before, self)] }
    }

    #[inline(always)]
    unsafe fn open_at_end(self) -> Self {
        // SAFETY: see above.
        unsafe { misplaced::open_at_end(self) }
    }

    #[inline(always)]
    unsafe fn misplaced(self, back_1: Self, back_2: Self, back_3: Self) -> Self {
        // SAFETY: see above.
        unsafe { misplaced::by_nibbles(self, back_1, back_2, back_3) }
    }

    #[inline(always)]
    unsafe fn is_clear(self) -> bool {
        // SAFETY: see above.
        unsafe { vmaxvq_u8(self) == 0 }
    }
}

impl Nibbles for uint8x16_t {
    #[inline(always)]
    unsafe fn splat(byte: u8) -> Self {
        // SAFETY: see above.
        unsafe { vdupq_n_u8(byte) }
    }

    #[inline(always)]
    unsafe fn and(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { vandq_u8(self, other) }
    }

    #[inline(always)]
    unsafe fn saturating_sub(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { vqsubq_u8(self, other) }
    }

    #[inline(always)]
    unsafe fn high_nibbles(self) -> Self {
        // SAFETY: see above.
        unsafe { vshrq_n_u8::<4>(self) }
    }

    #[inline(always)]
    unsafe fn look_up(self, table: &[u8; 16]) -> Self {
        // SAFETY: see above; the table is 16 bytes long.
        unsafe { vqtbl1q_u8(vld1q_u8(table.as_ptr()), self) }
    }
}
