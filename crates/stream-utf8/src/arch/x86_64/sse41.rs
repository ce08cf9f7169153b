//! SSE4.1: vectors of 16 bytes.

use core::arch::x86_64::*;

use crate::arch::last::Last;
use crate::arch::simd::vector::{Nibbles, Vector};
use crate::arch::simd::{self, blocks, misplaced, xor};
use crate::arch::{Key, Outcome};

/// Whether [`advance`] takes inputs of `len` bytes.
#[inline(always)]
pub(in crate::arch) const fn fits(len: usize) -> bool {
    blocks::fits::<__m128i>(len)
}

/// [`blocks::advance`] on vectors of 16 bytes.
///
/// # Safety
///
/// The CPU must have SSE4.1, and the length of `bytes` must [fit](fits).
#[target_feature(enable = "sse4.1")]
pub(in crate::arch) unsafe fn advance(bytes: &[u8]) -> Outcome {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { blocks::advance::<__m128i, __m128i>(bytes) }
}

/// [`blocks::follow`] on vectors of 16 bytes.
///
/// # Safety
///
/// As for [`advance`].
#[target_feature(enable = "sse4.1")]
pub(in crate::arch) unsafe fn follow(last: Last, bytes: &[u8]) -> bool {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { blocks::follow::<__m128i, __m128i>(last, bytes) }
}

/// [`simd::xor_and_advance`] on vectors of 16 bytes.
///
/// # Safety
///
/// As there, the CPU must have SSE4.1, and `len` must [fit](fits).
#[target_feature(enable = "sse4.1")]
pub(in crate::arch) unsafe fn xor_and_advance(from: *const u8, to: *mut u8, len: usize, key: Key) -> Outcome {
    // SAFETY: the caller vouches for the CPU, the bytes and the length.
    unsafe { simd::xor_and_advance::<__m128i>(from, to, len, key) }
}

/// [`xor::xor`] on vectors of 16 bytes.
///
/// # Safety
///
/// As there. SSE2 is enough, without which this file is not compiled.
#[inline(always)]
pub(in crate::arch) unsafe fn xor(from: *const u8, to: *mut u8, len: usize, key: Key) {
    // SAFETY: the caller vouches for the bytes; loads, stores, XOR and a splat of words need SSE2 alone.
    unsafe { xor::xor::<__m128i>(from, to, len, key) }
}

/// [`xor`], with less ado on few vectors.
///
/// # Safety
///
/// As there.
#[inline(always)]
pub(in crate::arch) unsafe fn xor_short(from: *const u8, to: *mut u8, len: usize, key: Key) {
    // SAFETY: the caller vouches for the bytes and for one vector; the lengths are tested.
    unsafe {
        match len {
            0..=32 => xor::xor_few::<__m128i, 1>(from, to, len, key),
            33..=64 => xor::xor_few::<__m128i, 2>(from, to, len, key),
            65..=128 => xor::xor_few::<__m128i, 4>(from, to, len, key),
            _ => xor(from, to, len, key),
        }
    }
}

/// [`line_end_bits`](crate::arch::line_end_bits).
#[inline(always)]
pub(in crate::arch) fn line_end_bits(block: &[u8; 64]) -> u64 {
    bits(block, line_ends)
}

/// [`line_end_or_non_ascii_bits`](crate::arch::line_end_or_non_ascii_bits).
#[inline(always)]
pub(in crate::arch) fn line_end_or_non_ascii_bits(block: &[u8; 64]) -> u64 {
    // SAFETY: see `bits`.
    bits(block, |bytes| unsafe { _mm_or_si128(line_ends(bytes), bytes) })
}

/// [`equal_bits`](crate::arch::equal_bits).
#[inline(always)]
pub(in crate::arch) fn equal_bits(block: &[u8; 64], byte: u8) -> u64 {
    // SAFETY: see `bits`.
    bits(block, |bytes| unsafe { _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte.cast_signed())) })
}

/// FF for each LF and CR.
#[inline(always)]
fn line_ends(bytes: __m128i) -> __m128i {
    // SAFETY: see `bits`.
    unsafe {
        let lf = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\n'.cast_signed()));
        let cr = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b'\r'.cast_signed()));
        _mm_or_si128(lf, cr)
    }
}

/// Bit 7 of each byte that `mark` makes of the block's. SSE2 is enough, without which this file is not
/// compiled.
#[inline(always)]
fn bits(block: &[u8; 64], mark: impl Fn(__m128i) -> __m128i) -> u64 {
    let mut bits = 0;
    for (i, part) in block.as_chunks::<16>().0.iter().enumerate() {
        // SAFETY: the part is 16 bytes long, and the CPU has SSE2.
        let marks = unsafe { _mm_movemask_epi8(mark(_mm_loadu_si128(part.as_ptr().cast()))) };
        bits |= u64::from(marks.cast_unsigned()) << (16 * i);
    }
    bits
}

// SAFETY of the blocks below: the traits' callers vouch for SSE4.1, which implies SSSE3 and SSE2, and for the bytes that
// are loaded and stored.

impl Vector for __m128i {
    const LEN: usize = 16;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { _mm_loadu_si128(at.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut u8) {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { _mm_storeu_si128(at.cast(), self) }
    }

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: see above.
        unsafe { _mm_setzero_si128() }
    }

    #[inline(always)]
    unsafe fn splat_word(word: [u8; 4]) -> Self {
        // SAFETY: see above.
        unsafe { _mm_set1_epi32(i32::from_ne_bytes(word)) }
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm_or_si128(self, other) }
    }

    #[inline(always)]
    unsafe fn xor(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm_xor_si128(self, other) }
    }

    #[inline(always)]
    unsafe fn is_ascii(self) -> bool {
        // SAFETY: see above.
        unsafe { _mm_movemask_epi8(self) == 0 }
    }

    #[inline(always)]
    unsafe fn predecessors(self, before: Self) -> [Self; 3] {
        // SAFETY: see above.
        unsafe {
            [
                _mm_alignr_epi8::<15>(self, before),
                _mm_alignr_epi8::<14>(self, before),
                _mm_alignr_epi8::<13>(self, before),
            ]
        }
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
        unsafe { _mm_testz_si128(self, self) == 1 }
    }
}

impl Nibbles for __m128i {
    #[inline(always)]
    unsafe fn splat(byte: u8) -> Self {
        // SAFETY: see above.
        unsafe { _mm_set1_epi8(byte.cast_signed()) }
    }

    #[inline(always)]
    unsafe fn and(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm_and_si128(self, other) }
    }

    #[inline(always)]
    unsafe fn saturating_sub(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm_subs_epu8(self, other) }
    }

    #[inline(always)]
    unsafe fn high_nibbles(self) -> Self {
        // SAFETY: see above. There is no shift of bytes: what comes in from the neighbour is masked off.
        unsafe { _mm_and_si128(_mm_srli_epi16::<4>(self), _mm_set1_epi8(0x0F)) }
    }

    #[inline(always)]
    unsafe fn look_up(self, table: &[u8; 16]) -> Self {
        // SAFETY: see above; the table is 16 bytes long.
        unsafe { _mm_shuffle_epi8(_mm_loadu_si128(table.as_ptr().cast()), self) }
    }
}
