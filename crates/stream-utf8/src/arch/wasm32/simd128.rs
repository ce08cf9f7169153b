//! WebAssembly's 128-bit SIMD: vectors of 16 bytes. A module has it or has it not, so the crate must be compiled with it
//! (`-C target-feature=+simd128`).

use core::arch::wasm32::*;

use crate::arch::last::Last;
use crate::arch::simd::vector::{Nibbles, Vector};
use crate::arch::simd::{self, blocks, misplaced, xor};
use crate::arch::{Key, Outcome};

/// Whether [`advance`] takes inputs of `len` bytes.
pub(in crate::arch) const fn fits(len: usize) -> bool {
    blocks::fits::<v128>(len)
}

/// [`blocks::advance`] on vectors of 16 bytes.
///
/// # Safety
///
/// The length of `bytes` must [fit](fits).
pub(in crate::arch) unsafe fn advance(bytes: &[u8]) -> Outcome {
    // SAFETY: the module has the instructions; the caller vouches for the length.
    unsafe { blocks::advance::<v128, v128>(bytes) }
}

/// [`blocks::follow`] on vectors of 16 bytes.
///
/// # Safety
///
/// As for [`advance`].
pub(in crate::arch) unsafe fn follow(last: Last, bytes: &[u8]) -> bool {
    // SAFETY: as above.
    unsafe { blocks::follow::<v128, v128>(last, bytes) }
}

/// Writes the `len` bytes at `from`, after XOR with `key`, to `to`, and takes a stream that is at a character's edge over
/// them; does nothing and gives `None` where two passes are as fast.
///
/// # Safety
///
/// `from` must be readable and `to` writable for `len` bytes; they must not overlap unless they are the same.
pub(in crate::arch) unsafe fn xor_and_advance(from: *const u8, to: *mut u8, len: usize, key: Key) -> Option<Outcome> {
    // SAFETY: the caller vouches for the bytes; the length is tested.
    fits(len).then(|| unsafe { simd::xor_and_advance::<v128>(from, to, len, key) })
}

/// [`xor::xor`].
///
/// # Safety
///
/// As there, and `len` must be at least 16.
pub(in crate::arch) unsafe fn xor(from: *const u8, to: *mut u8, len: usize, key: Key) {
    // SAFETY: the caller vouches for the bytes and the length.
    unsafe { xor::xor::<v128>(from, to, len, key) }
}

/// [`line_end_bits`](crate::arch::line_end_bits).
#[inline(always)]
pub(in crate::arch) fn line_end_bits(block: &[u8; 64]) -> u64 {
    bits(block, line_ends)
}

/// [`line_end_or_non_ascii_bits`](crate::arch::line_end_or_non_ascii_bits).
#[inline(always)]
pub(in crate::arch) fn line_end_or_non_ascii_bits(block: &[u8; 64]) -> u64 {
    bits(block, |bytes| v128_or(line_ends(bytes), bytes))
}

/// [`equal_bits`](crate::arch::equal_bits).
#[inline(always)]
pub(in crate::arch) fn equal_bits(block: &[u8; 64], byte: u8) -> u64 {
    bits(block, |bytes| u8x16_eq(bytes, u8x16_splat(byte)))
}

/// FF for each LF and CR.
#[inline(always)]
fn line_ends(bytes: v128) -> v128 {
    v128_or(u8x16_eq(bytes, u8x16_splat(b'\n')), u8x16_eq(bytes, u8x16_splat(b'\r')))
}

/// Bit 7 of each byte that `mark` makes of the block's.
#[inline(always)]
fn bits(block: &[u8; 64], mark: impl Fn(v128) -> v128) -> u64 {
    let mut bits = 0;
    for (i, part) in block.as_chunks::<16>().0.iter().enumerate() {
        // SAFETY: the part is 16 bytes long.
        let bytes = unsafe { v128_load(part.as_ptr().cast()) };
        bits |= u64::from(u8x16_bitmask(mark(bytes))) << (16 * i);
    }
    bits
}

// SAFETY of the blocks below: the traits' callers vouch for the bytes that are loaded and stored.

impl Vector for v128 {
    const LEN: usize = 16;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { v128_load(at.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut u8) {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { v128_store(at.cast(), self) }
    }

    #[inline(always)]
    unsafe fn zero() -> Self {
        u8x16_splat(0)
    }

    #[inline(always)]
    unsafe fn splat_word(word: [u8; 4]) -> Self {
        u32x4_splat(u32::from_ne_bytes(word))
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        v128_or(self, other)
    }

    #[inline(always)]
    unsafe fn xor(self, other: Self) -> Self {
        v128_xor(self, other)
    }

    #[inline(always)]
    unsafe fn is_ascii(self) -> bool {
        u8x16_bitmask(self) == 0
    }

    #[inline(always)]
    unsafe fn predecessors(self, before: Self) -> [Self; 3] {
        [
            i8x16_shuffle::<15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30>(before, self),
            i8x16_shuffle::<14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29>(before, self),
            i8x16_shuffle::<13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28>(before, self),
        ]
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
        !v128_any_true(self)
    }
}

impl Nibbles for v128 {
    #[inline(always)]
    unsafe fn splat(byte: u8) -> Self {
        u8x16_splat(byte)
    }

    #[inline(always)]
    unsafe fn and(self, other: Self) -> Self {
        v128_and(self, other)
    }

    #[inline(always)]
    unsafe fn saturating_sub(self, other: Self) -> Self {
        u8x16_sub_sat(self, other)
    }

    #[inline(always)]
    unsafe fn high_nibbles(self) -> Self {
        u8x16_shr(self, 4)
    }

    #[inline(always)]
    unsafe fn look_up(self, table: &[u8; 16]) -> Self {
        // SAFETY: see above; the table is 16 bytes long.
        unsafe { u8x16_swizzle(v128_load(table.as_ptr().cast()), self) }
    }
}
