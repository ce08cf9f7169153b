//! AVX-512 (F, BW, VBMI): vectors of 64 bytes, and a check with fewer steps than that by nibbles.
//!
//! A byte must be a continuation exactly if one of its predecessors is a lead that reaches it: C0 or above one back, E0
//! or above two back, F0 or above three back. Three saturating subtractions leave bit 7 set in those cases. That a byte
//! is a continuation shows in its two upper bits, 10. Where the two don't agree, a byte is misplaced.
//!
//! What is left are the leads that allow only some continuations (E0, ED, F0, F4), or none (C0, C1, F5 to FF). The lower
//! six bits tell the leads from one another, and also the continuations, so that a permutation of 64 table entries maps
//! each of them to the ranges of continuations (80 to 8F, 90 to 9F, A0 to BF) that a lead refuses and that a
//! continuation lies in.

use core::arch::x86_64::*;

use crate::arch::simd::vector::{CLOSED_AT_END, Vector};
use crate::arch::simd::{blocks, fused, fused_strides, xor};
use crate::arch::{Key, Outcome};

const UP_TO_8F: u8 = 1;
const UP_TO_9F: u8 = 2;
const UP_TO_BF: u8 = 4;

/// By a lead's lower six bits: the ranges of continuations that it refuses.
static REFUSED: Table = {
    let mut table = [0; 64];
    let mut lead = 0xC0;
    while lead <= 0xFF {
        table[lead & 63] = match lead {
            0xE0 => UP_TO_8F | UP_TO_9F,
            0xED => UP_TO_BF,
            0xF0 => UP_TO_8F,
            0xF4 => UP_TO_9F | UP_TO_BF,
            0xC0 | 0xC1 | 0xF5..=0xFF => UP_TO_8F | UP_TO_9F | UP_TO_BF,
            _ => 0,
        };
        lead += 1;
    }
    Table(table)
};

/// By a continuation's lower six bits: the range that it lies in.
static RANGE: Table = {
    let mut table = [0; 64];
    let mut byte = 0x80;
    while byte <= 0xBF {
        table[byte & 63] = match byte {
            0x80..=0x8F => UP_TO_8F,
            0x90..=0x9F => UP_TO_9F,
            _ => UP_TO_BF,
        };
        byte += 1;
    }
    Table(table)
};

#[repr(align(64))]
struct Table([u8; 64]);

/// Whether [`advance`] takes inputs of `len` bytes, and does so faster than the kernel for AVX2.
#[inline(always)]
pub(in crate::arch) const fn fits(len: usize) -> bool {
    len >= 192
}

/// [`blocks::advance`] on vectors of 64 bytes.
///
/// The search for the first byte that is not ASCII is bound by loads, and two narrow ones are as good as a wide one or
/// better.
///
/// # Safety
///
/// The CPU must have AVX-512 F, BW and VBMI, and AVX2, and the length of `bytes` must [fit](fits).
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx2")]
pub(in crate::arch) unsafe fn advance(bytes: &[u8]) -> Outcome {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { blocks::advance::<__m256i, __m512i>(bytes) }
}

/// The least length for [`xor_and_advance`]; below it, that of AVX2 is faster.
pub(in crate::arch) const FUSED_FROM: usize = 257;

/// From this length on, a look for ASCII at each stride is better than one at the whole.
const STRIDES_FROM: usize = 768;

/// [`fused::xor_and_advance`] on vectors of 64 bytes, or [`fused_strides::xor_and_advance`] for long texts.
///
/// # Safety
///
/// As there, the CPU must have AVX-512 F, BW and VBMI, and `len` must be at least [`FUSED_FROM`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::arch) unsafe fn xor_and_advance(from: *const u8, to: *mut u8, len: usize, key: Key) -> Outcome {
    // SAFETY: the caller vouches for the CPU, the bytes and the length, which is several vectors.
    unsafe {
        if len < STRIDES_FROM {
            fused::xor_and_advance::<__m512i>(from, to, len, key)
        } else {
            fused_strides::xor_and_advance::<__m512i>(from, to, len, key)
        }
    }
}

/// The least length for [`xor`]; below it, that of AVX2 is faster.
pub(in crate::arch) const XOR_FROM: usize = 2048;

/// [`xor::xor`] on vectors of 64 bytes.
///
/// # Safety
///
/// As there, and the CPU must have AVX-512 F, BW and VBMI.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::arch) unsafe fn xor(from: *const u8, to: *mut u8, len: usize, key: Key) {
    // SAFETY: the caller vouches for the CPU and the bytes.
    unsafe { xor::xor::<__m512i>(from, to, len, key) }
}

// SAFETY of the blocks below: the trait's callers vouch for AVX-512 F, BW and VBMI, and for the bytes that are loaded and
// stored.

impl Vector for __m512i {
    const LEN: usize = 64;

    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { _mm512_loadu_si512(at.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, at: *mut u8) {
        // SAFETY: see above; the instruction needs no alignment.
        unsafe { _mm512_storeu_si512(at.cast(), self) }
    }

    #[inline(always)]
    unsafe fn zero() -> Self {
        // SAFETY: see above.
        unsafe { _mm512_setzero_si512() }
    }

    #[inline(always)]
    unsafe fn splat_word(word: [u8; 4]) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_set1_epi32(i32::from_ne_bytes(word)) }
    }

    #[inline(always)]
    unsafe fn or(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_or_si512(self, other) }
    }

    #[inline(always)]
    unsafe fn xor(self, other: Self) -> Self {
        // SAFETY: see above.
        unsafe { _mm512_xor_si512(self, other) }
    }

    #[inline(always)]
    unsafe fn is_ascii(self) -> bool {
        // SAFETY: see above.
        unsafe { _mm512_movepi8_mask(self) == 0 }
    }

    #[inline(always)]
    unsafe fn is_zero(self) -> bool {
        // SAFETY: see above.
        unsafe { _mm512_test_epi8_mask(self, self) == 0 }
    }

    #[inline(always)]
    unsafe fn predecessors_at_start(self) -> [Self; 3] {
        // SAFETY: see above.
        unsafe {
            // Bytes shift within quarters of the vector only: each takes what comes in from the quarter below.
            let below = _mm512_alignr_epi64::<6>(self, _mm512_setzero_si512());
            [
                _mm512_alignr_epi8::<15>(self, below),
                _mm512_alignr_epi8::<14>(self, below),
                _mm512_alignr_epi8::<13>(self, below),
            ]
        }
    }

    #[inline(always)]
    unsafe fn open_at_end(self) -> Self {
        // SAFETY: see above; the last vector of the table is loaded.
        unsafe { _mm512_subs_epu8(self, Self::load(CLOSED_AT_END.as_ptr().add(64 - Self::LEN))) }
    }

    #[inline(always)]
    unsafe fn misplaced(self, back_1: Self, back_2: Self, back_3: Self) -> Self {
        /// Truth tables of three operands a, b, c: bit 4a + 2b + c is the result.
        const A_OR_B_OR_C: i32 = 0b1111_1110;
        const A_XOR_B_AND_NOT_C: i32 = 0b1011_0100;
        const A_AND_B_OR_C: i32 = 0b1110_1010;
        // SAFETY: see above; the tables are a vector long.
        unsafe {
            // Bit 7 tells that a predecessor is a lead that reaches the byte.
            let due = _mm512_ternarylogic_epi64::<A_OR_B_OR_C>(
                _mm512_subs_epu8(back_1, splat(0xC0 - 0x80)),
                _mm512_subs_epu8(back_2, splat(0xE0 - 0x80)),
                _mm512_subs_epu8(back_3, splat(0xF0 - 0x80)),
            );
            // Doubling moves bit 6 to bit 7: a continuation is 1 before and 0 after.
            let doubled = _mm512_add_epi8(self, self);
            let disagree = _mm512_ternarylogic_epi64::<A_XOR_B_AND_NOT_C>(due, self, doubled);
            let after_lead = _mm512_cmpge_epu8_mask(back_1, splat(0xC0));
            let refused = _mm512_maskz_permutexvar_epi8(after_lead, back_1, Self::load(REFUSED.0.as_ptr()));
            let range = _mm512_permutexvar_epi8(self, Self::load(RANGE.0.as_ptr()));
            let in_refused = _mm512_and_si512(refused, range);
            _mm512_ternarylogic_epi64::<A_AND_B_OR_C>(disagree, splat(0x80), in_refused)
        }
    }
}

/// `byte` in every lane.
///
/// # Safety
///
/// As for the methods of [`Vector`].
#[inline(always)]
unsafe fn splat(byte: u8) -> __m512i {
    // SAFETY: the caller vouches for the CPU.
    unsafe { _mm512_set1_epi8(byte.cast_signed()) }
}
