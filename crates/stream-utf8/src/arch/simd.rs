//! What the vector kernels share: the algorithm, over whatever vector the CPU has.

use crate::arch::{FUSED_SHORT, Key, Outcome};
use vector::Vector;

pub(super) mod blocks;
mod few;
pub(super) mod fused;
pub(super) mod fused_strides;
pub(super) mod misplaced;
pub(super) mod vector;
pub(super) mod xor;

/// XOR and check in one pass, as is best for the length: [`fused`] up to [`FUSED_SHORT`], [`fused_strides`] above it.
///
/// # Safety
///
/// As for [`fused::xor_and_advance`].
#[inline(always)]
pub(super) unsafe fn xor_and_advance<V: Vector>(from: *const u8, to: *mut u8, len: usize, key: Key) -> Outcome {
    const { assert!(fused_strides::fits::<V>(FUSED_SHORT)) };
    // SAFETY: the caller vouches for the CPU, the bytes and the length; what is longer than `FUSED_SHORT` fits.
    unsafe {
        if len <= FUSED_SHORT {
            fused::xor_and_advance::<V>(from, to, len, key)
        } else {
            fused_strides::xor_and_advance::<V>(from, to, len, key)
        }
    }
}
