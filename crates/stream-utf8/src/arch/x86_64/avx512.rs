//! AVX-512 (F, BW, VBMI): vectors of 64 bytes, and a check with fewer steps than that by nibbles.
//!
//! A byte must be a continuation exactly if one of its predecessors is a lead that reaches it: C0 or above one back, E0
//! or above two back, F0 or above three back. That a byte is a continuation shows in its two upper bits, 10. Where the
//! two don't agree, a byte is misplaced.
//!
//! What is left are the leads that allow only some continuations (E0, ED, F0, F4), or none (C0, C1, F5 to FF). The lower
//! six bits tell the leads from one another, so that a permutation of 64 table entries maps each to the number that must
//! be added to a continuation to set bit 7 exactly if the lead refuses it.
//!
//! So all that is asked ends in a lane's bit 7: that is the mark.

use core::arch::x86_64::*;

use crate::arch::last::Last;
use crate::arch::simd::vector::Vector;
use crate::arch::simd::{blocks, fused, fused_strides, xor};
use crate::arch::{Key, Outcome};

#[path = "avx512_short.rs"]
pub(in crate::arch) mod short;

/// By a lead's lower six bits: what sets bit 7 of the continuations that the lead refuses, and of no others, when added.
const REFUSED: Table = {
    let mut table = [0; 64];
    let mut lead = 0xC0;
    while lead <= 0xFF {
        table[lead & 63] = match lead {
            0xE0 => 0x60, // 80 to 9F keep bit 7, A0 to BF wrap to 00 and above
            0xED => 0xE0, // 80 to 9F lose bit 7, A0 to BF keep it
            0xF0 => 0x70, // 80 to 8F keep bit 7, 90 to BF wrap to 00 and above
            0xF4 => 0xF0, // 80 to 8F lose bit 7, 90 to BF keep it
            0xC0 | 0xC1 | 0xF5..=0xFF => 0,
            _ => 0x80,
        };
        lead += 1;
    }
    Table(table)
};

/// The summand of [`at_least`] for the least byte that leaves a character open, for the last bytes of a text. For all
/// others it is that for FF, which is misplaced anywhere.
const OPEN_AT_END: Table = {
    let mut table = [0; 64];
    table[61] = !0xF0;
    table[62] = !0xE0;
    table[63] = !0xC0;
    Table(table)
};

#[repr(align(64))]
struct Table([u8; 64]);

/// [`blocks::advance`] on vectors of 64 bytes.
///
/// The search for the first byte that is not ASCII is bound by loads, and two narrow ones are as good as a wide one or
/// better.
///
/// # Safety
///
/// The CPU must have AVX-512 F, BW and VBMI, and AVX2, and `bytes` must be more than [`short::TWO`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx2")]
pub(in crate::arch) unsafe fn advance(bytes: &[u8]) -> Outcome {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { blocks::advance::<__m256i, __m512i>(bytes) }
}

/// [`blocks::follow`] on vectors of 64 bytes.
///
/// # Safety
///
/// As for [`advance`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx2")]
pub(in crate::arch) unsafe fn follow(last: Last, bytes: &[u8]) -> bool {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { blocks::follow::<__m256i, __m512i>(last, bytes) }
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
    unsafe fn predecessors(self, before: Self) -> [Self; 3] {
        // SAFETY: see above.
        unsafe {
            // Bytes shift within quarters of the vector only: each takes what comes in from the quarter below.
            let below = _mm512_alignr_epi64::<6>(self, before);
            [
                _mm512_alignr_epi8::<15>(self, below),
                _mm512_alignr_epi8::<14>(self, below),
                _mm512_alignr_epi8::<13>(self, below),
            ]
        }
    }

    #[inline(always)]
    unsafe fn open_at_end(self) -> Self {
        // SAFETY: see above; the table is a vector long.
        unsafe { _mm512_avg_epu8(self, Self::load(OPEN_AT_END.0.as_ptr())) }
    }

    #[inline(always)]
    unsafe fn misplaced(self, back_1: Self, back_2: Self, back_3: Self) -> Self {
        /// Truth tables of three operands a, b, c: bit 4a + 2b + c is the result.
        const A_OR_B_OR_C: i32 = 0b1111_1110;
        const A_XOR_B_AND_NOT_C: i32 = 0b1011_0100;
        const A_OR_B_AND_C: i32 = 0b1111_1000;
        // SAFETY: see above; the table is a vector long.
        unsafe {
            let after_lead = at_least::<0xC0>(back_1);
            let due = _mm512_ternarylogic_epi64::<A_OR_B_OR_C>(
                after_lead,
                at_least::<0xE0>(back_2),
                at_least::<0xF0>(back_3),
            );
            // Doubling moves bit 6 to bit 7: a continuation is 1 before and 0 after.
            let doubled = _mm512_add_epi8(self, self);
            let disagree = _mm512_ternarylogic_epi64::<A_XOR_B_AND_NOT_C>(due, self, doubled);
            // If this is no continuation, then it disagrees already.
            let refused = _mm512_add_epi8(self, _mm512_permutexvar_epi8(back_1, Self::load(REFUSED.0.as_ptr())));
            _mm512_ternarylogic_epi64::<A_OR_B_AND_C>(disagree, after_lead, refused)
        }
    }

    #[inline(always)]
    unsafe fn is_clear(self) -> bool {
        // SAFETY: see above.
        unsafe { self.is_ascii() }
    }
}

/// Bit 7 of each lane tells whether `bytes` has at least `LEAST` there: the mean of two bytes, rounded up, is 80 or above
/// if their sum is FF or above.
///
/// # Safety
///
/// As for the methods of [`Vector`].
#[inline(always)]
unsafe fn at_least<const LEAST: u8>(bytes: __m512i) -> __m512i {
    // SAFETY: the caller vouches for the CPU.
    unsafe { _mm512_avg_epu8(bytes, _mm512_set1_epi8((!LEAST).cast_signed())) }
}
