//! x86-64 with SSE2, which all but targets for kernels have: SSE4.1, AVX2 and AVX-512.

#[path = "x86_64/avx2.rs"]
mod avx2;
#[path = "x86_64/avx512.rs"]
mod avx512;
#[path = "x86_64/sse41.rs"]
mod sse41;

use super::last::Last;
use super::level::Level;
use super::scalar;
use super::{Key, Outcome};
use avx512::short;

const SSE41: u8 = Level::Sse41 as u8;
const AVX2: u8 = Level::Avx2 as u8;
const AVX512: u8 = Level::Avx512 as u8;

/// The levels that this CPU runs, ascending.
pub(super) fn available() -> &'static [Level] {
    const LEVELS: &[Level] = &[Level::Scalar, Level::Sse41, Level::Avx2, Level::Avx512];
    let vectors = has_levels().into_iter().take_while(|has| *has).count();
    &LEVELS[..=vectors]
}

/// Whether the CPU has what SSE4.1, AVX2 and AVX-512 need, asked at run time.
#[cfg(feature = "std")]
fn has_levels() -> [bool; 3] {
    use std::arch::is_x86_feature_detected as has;
    [has!("sse4.1"), has!("avx2"), has!("avx512f") && has!("avx512bw") && has!("avx512vbmi")]
}

/// Whether the target has what SSE4.1, AVX2 and AVX-512 need, known at compile time.
#[cfg(not(feature = "std"))]
fn has_levels() -> [bool; 3] {
    [
        cfg!(target_feature = "sse4.1"),
        cfg!(target_feature = "avx2"),
        cfg!(all(target_feature = "avx512f", target_feature = "avx512bw", target_feature = "avx512vbmi")),
    ]
}

/// [`advance`](super::advance) on one byte or more, but for the last byte's being hopeless.
pub(super) fn advance(bytes: &[u8]) -> Outcome {
    let len = bytes.len();
    let level = Level::number_in_use();
    // SAFETY: the level in use is available, so the CPU has its features and those of the levels below it. The lengths
    // are tested here.
    unsafe {
        if level >= AVX512 {
            if (1..=short::ONE).contains(&len) {
                short::advance_one(bytes)
            } else if len <= short::TWO {
                short::advance_two(bytes)
            } else {
                avx512::advance(bytes)
            }
        } else if level >= AVX2 && avx2::fits(len) {
            avx2::advance(bytes)
        } else if level >= SSE41 && sse41::fits(len) {
            sse41::advance(bytes)
        } else if level == 0 {
            advance_at_first(bytes)
        } else {
            scalar::advance(bytes)
        }
    }
}

/// The first call finds out the level. Apart, so that the others save no registers for it.
#[cold]
#[inline(never)]
fn advance_at_first(bytes: &[u8]) -> Outcome {
    let _: Level = Level::current();
    advance(bytes)
}

/// [`follow`](super::follow) on one byte or more, but for the last byte's being hopeless.
pub(super) fn follow(last: Last, bytes: &[u8]) -> bool {
    let len = bytes.len();
    let level = Level::number_in_use();
    // SAFETY: as in `advance`.
    unsafe {
        if level >= AVX512 {
            if (1..=short::ONE).contains(&len) {
                short::follow_one(last, bytes)
            } else if len <= short::TWO {
                short::follow_two(last, bytes)
            } else {
                avx512::follow(last, bytes)
            }
        } else if level >= AVX2 && avx2::fits(len) {
            avx2::follow(last, bytes)
        } else if level >= SSE41 && sse41::fits(len) {
            sse41::follow(last, bytes)
        } else if level == 0 {
            follow_at_first(last, bytes)
        } else {
            scalar::follow(last, bytes)
        }
    }
}

/// As [`advance_at_first`].
#[cold]
#[inline(never)]
fn follow_at_first(last: Last, bytes: &[u8]) -> bool {
    let _: Level = Level::current();
    follow(last, bytes)
}

/// Writes the `len` bytes at `from`, after XOR with `key`, to `to`, and takes a stream that is at a character's edge over
/// them; does nothing and gives `None` where two passes are as fast.
///
/// # Safety
///
/// `from` must be readable and `to` writable for `len` bytes; they must not overlap unless they are the same.
pub(super) unsafe fn xor_and_advance(from: *const u8, to: *mut u8, len: usize, key: Key) -> Option<Outcome> {
    let level = Level::number_in_use();
    // SAFETY: the level in use is available, so the CPU has its features and those of the levels below it. The lengths
    // are tested here, and the caller vouches for the bytes.
    unsafe {
        if level >= AVX2 && avx2::fits(len) {
            Some(if level == AVX512 && len >= avx512::FUSED_FROM {
                avx512::xor_and_advance(from, to, len, key)
            } else {
                avx2::xor_and_advance(from, to, len, key)
            })
        } else if level >= SSE41 && sse41::fits(len) {
            Some(sse41::xor_and_advance(from, to, len, key))
        } else {
            None
        }
    }
}

/// Below this length, vectors of 16 bytes, for which SSE2 is enough, are done before wider ones are called.
const XOR_WIDE: usize = 192;

/// [`xor::xor`](super::simd::xor::xor) with vectors as wide as they pay off.
///
/// # Safety
///
/// As there, and `len` must be at least 16.
#[inline]
pub(super) unsafe fn xor(from: *const u8, to: *mut u8, len: usize, key: Key) {
    // SAFETY: the caller vouches for the bytes, and lengths are tested.
    unsafe {
        if len < XOR_WIDE {
            sse41::xor_short(from, to, len, key);
        } else {
            xor_wide(from, to, len, key);
        }
    }
}

/// # Safety
///
/// As for [`xor`], and `len` must be at least [`XOR_WIDE`].
unsafe fn xor_wide(from: *const u8, to: *mut u8, len: usize, key: Key) {
    let level = match Level::number_in_use() {
        0 => Level::current() as u8,
        level => level,
    };
    // SAFETY: the level in use is available, so the CPU has its features and those of the levels below it. The caller
    // vouches for the bytes, and for a length of several vectors.
    unsafe {
        if level == AVX512 && len >= avx512::XOR_FROM {
            avx512::xor(from, to, len, key);
        } else if level >= AVX2 {
            avx2::xor(from, to, len, key);
        } else {
            sse41::xor(from, to, len, key);
        }
    }
}

pub(super) use sse41::{equal_bits, line_end_bits, line_end_or_non_ascii_bits};
