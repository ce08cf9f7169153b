//! AVX2: vectors of 32 bytes.

use core::arch::x86_64::*;

use crate::arch::last::Last;
use crate::arch::simd::vector::{Nibbles, Vector};
use crate::arch::simd::{self, blocks, misplaced, xor};
use crate::arch::{Key, Outcome};

/// Whether [`advance`] takes inputs of `len` bytes.
#[inline(always)]
pub(in crate::arch) const fn fits(len: usize) -> bool {
    blocks::fits::<__m256i>(len)
}

/// [`blocks::advance`] on vectors of 32 bytes.
///
/// # Safety
///
/// The CPU must have AVX2, and the length of `bytes` must [fit](fits).
#[target_feature(enable = "avx2")]
pub(in crate::arch) unsafe fn advance(bytes: &[u8]) -> Outcome {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { blocks::advance::<__m256i, __m256i>(bytes) }
}

/// [`blocks::follow`] on vectors of 32 bytes.
///
/// # Safety
///
/// As for [`advance`].
#[target_feature(enable = "avx2")]
pub(in crate::arch) unsafe fn follow(last: Last, bytes: &[u8]) -> bool {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { blocks::follow::<__m256i, __m256i>(last, bytes) }
}

/// [`simd::xor_and_advance`] on vectors of 32 bytes.
///
/// # Safety
///
/// As there, the CPU must have AVX2, and `len` must [fit](fits).
#[target_feature(enable = "avx2")]
pub(in crate::arch) unsafe fn xor_and_advance(from: *const u8, to: *mut u8, len: usize, key: Key) -> Outcome {
    // SAFETY: the caller vouches for the CPU, the bytes and the length.
    unsafe { simd::xor_and_advance::<__m256i>(from, to, len, key) }
}

/// [`xor::xor`] on vectors of 32 bytes.
///
/// # Safety
///
/// As there, and the CPU must have AVX2.
#[target_feature(enable = "avx2")]
pub(in crate::arch) unsafe fn xor(from: *const u8, to: *mut u8, len: usize, key: Key) {
    // SAFETY: the caller vouches for the CPU and the bytes.
    unsafe { xor::xor::<__m256i>(from, to, len, key) }
}

// SAFETY of the blocks below: the traits' callers vouch for AVX2, which implies AVX and SSE2, and for the bytes that are
// loaded and stored.

impl Vector for __m256i {
    const LEN: usize = 32;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { _mm256_loadu_si256(at.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut u8) {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { _mm256_storeu_si256(at.cast(), self) }
    }

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: see above.
        unsafe { _mm256_setzero_si256() }
    }

    #[inline(always)]
    unsafe fn splat_word(word: [u8; 4]) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_set1_epi32(i32::from_ne_bytes(word)) }
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_or_si256(self, other) }
    }

    #[inline(always)]
    unsafe fn xor(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_xor_si256(self, other) }
    }

    #[inline(always)]
    unsafe fn is_ascii(self) -> bool {
        // SAFETY: see above.
        unsafe { _mm256_movemask_epi8(self) == 0 }
    }

    #[inline(always)]
    unsafe fn predecessors(self, before: Self) -> [Self; 3] {
        // SAFETY: see above.
        unsafe {
            // Bytes shift within halves of the vector only: each takes what comes in from the half below.
            let below = _mm256_permute2x128_si256::<0x21>(before, self);
            [
                _mm256_alignr_epi8::<15>(self, below),
                _mm256_alignr_epi8::<14>(self, below),
                _mm256_alignr_epi8::<13>(self, below),
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
        unsafe { _mm256_testz_si256(self, self) == 1 }
    }
}

impl Nibbles for __m256i {
    #[inline(always)]
    unsafe fn splat(byte: u8) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_set1_epi8(byte.cast_signed()) }
    }

    #[inline(always)]
    unsafe fn and(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_and_si256(self, other) }
    }

    #[inline(always)]
    unsafe fn saturating_sub(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm256_subs_epu8(self, other) }
    }

    #[inline(always)]
    unsafe fn high_nibbles(self) -> Self {
        // SAFETY: see above. There is no shift of bytes: what comes in from the neighbour is masked off.
        unsafe { _mm256_and_si256(_mm256_srli_epi16::<4>(self), _mm256_set1_epi8(0x0F)) }
    }

    #[inline(always)]
    unsafe fn look_up(self, table: &[u8; 16]) -> Self {
        // SAFETY: see above; the table is 16 bytes long.
        unsafe { _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128(table.as_ptr().cast())), self) }
    }
}
