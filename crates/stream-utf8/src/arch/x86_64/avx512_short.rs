//! Up to 128 bytes in one or two vectors, the last of which is loaded by a mask: what lies behind the bytes is not read, and
//! zeros take its place.
//!
//! One vector is not tested for ASCII: the test is not much faster than the check, and a branch on it is as good as random
//! where short texts are of all kinds.

use core::arch::x86_64::*;

use crate::arch::last::Last;
use crate::arch::simd::blocks::first_misplaced;
use crate::arch::simd::vector::Vector;
use crate::arch::{Outcome, scalar};

/// How many bytes one vector holds.
pub(in crate::arch) const ONE: usize = 64;

/// How many bytes two vectors hold.
pub(in crate::arch) const TWO: usize = 128;

/// [`crate::arch::advance`] on 1 to 64 bytes.
///
/// # Safety
///
/// The CPU must have AVX-512 F, BW and VBMI. The length is as said.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::arch) unsafe fn advance_one(bytes: &[u8]) -> Outcome {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe {
        let text = load(bytes, mask(bytes.len()));
        conclude(bytes, text, first_misplaced(text, Last::NONE))
    }
}

/// [`crate::arch::advance`] on 65 to 128 bytes.
///
/// # Safety
///
/// As for [`advance_one`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::arch) unsafe fn advance_two(bytes: &[u8]) -> Outcome {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe {
        let (first, second, _) = load_two(bytes);
        if first.or(second).is_ascii() {
            return Outcome::Edge;
        }
        conclude(bytes, second, first_misplaced(first, Last::NONE).or(second_misplaced(first, second)))
    }
}

/// Where a stream is after `bytes`, of which `last` is the last vector, if these bytes are `misplaced` in it.
///
/// # Safety
///
/// As for [`advance_one`].
#[inline(always)]
unsafe fn conclude(bytes: &[u8], last: __m512i, misplaced: __m512i) -> Outcome {
    // SAFETY: the caller vouches for the CPU.
    unsafe {
        // Where zeros follow the bytes, they are misplaced after a character that is open.
        if misplaced.or(last.open_at_end()).is_clear() { Outcome::Edge } else { not_at_edge(bytes) }
    }
}

/// Where a stream is after so few `bytes`, if not at an edge. Apart, so that nothing is saved for it where it is.
#[cold]
#[inline(never)]
fn not_at_edge(bytes: &[u8]) -> Outcome {
    scalar::advance(bytes)
}

/// [`crate::arch::follow`] on 1 to 64 bytes, but for the last byte's being hopeless.
///
/// # Safety
///
/// As for [`advance_one`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::arch) unsafe fn follow_one(last: Last, bytes: &[u8]) -> bool {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe {
        let mask = mask(bytes.len());
        _mm512_movepi8_mask(first_misplaced(load(bytes, mask), last)) & mask == 0
    }
}

/// [`crate::arch::follow`] on 65 to 128 bytes, but for the last byte's being hopeless.
///
/// # Safety
///
/// As for [`advance_one`].
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
pub(in crate::arch) unsafe fn follow_two(last: Last, bytes: &[u8]) -> bool {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe {
        let (first, second, mask) = load_two(bytes);
        if first.or(second).is_ascii() {
            return last.is_edge();
        }
        let second_misplaced = _mm512_maskz_mov_epi8(mask, second_misplaced(first, second));
        first_misplaced(first, last).or(second_misplaced).is_clear()
    }
}

/// The two vectors of 65 to 128 bytes, and the mask of the second.
///
/// # Safety
///
/// As for [`advance_one`].
#[inline(always)]
unsafe fn load_two(bytes: &[u8]) -> (__m512i, __m512i, __mmask64) {
    let (first, rest) = bytes.split_at(ONE);
    let mask = mask(rest.len());
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe { (__m512i::load(first.as_ptr()), load(rest, mask), mask) }
}

/// Marks the bytes of `second` that may not follow their predecessors, if `first` comes just before it.
///
/// # Safety
///
/// As for [`advance_one`].
#[inline(always)]
unsafe fn second_misplaced(first: __m512i, second: __m512i) -> __m512i {
    // SAFETY: the caller vouches for the CPU.
    unsafe {
        let [back_1, back_2, back_3] = second.predecessors(first);
        second.misplaced(back_1, back_2, back_3)
    }
}

/// A bit for each of `len` bytes, which must be 1 to 64.
#[inline(always)]
const fn mask(len: usize) -> __mmask64 {
    debug_assert!(1 <= len && len <= ONE);
    u64::MAX >> ((ONE - len) % ONE)
}

/// Those of the `bytes` that `mask` has a bit for, and zeros in the other lanes.
///
/// # Safety
///
/// The CPU must have AVX-512 F and BW, and `mask` no bit behind the end of `bytes`.
#[inline(always)]
unsafe fn load(bytes: &[u8], mask: __mmask64) -> __m512i {
    // SAFETY: the caller vouches for the CPU and the mask. Lanes without a bit in it are not read.
    unsafe { _mm512_maskz_loadu_epi8(mask, bytes.as_ptr().cast()) }
}
