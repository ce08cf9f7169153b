//! The check of bytes that one, two or four vectors cover: no loop, and no branch but one for "all ASCII".

use super::blocks::{REACH, first_misplaced, fits, misplaced_at};
use super::vector::Vector;
use crate::arch::last::Last;

/// What [`check`] has found.
pub(super) enum Few<V> {
    /// Too many bytes for this.
    Many,
    /// All are ASCII.
    Ascii,
    /// Some are not. Misplaced ones are marked.
    Checked(V),
}

/// Checks up to four vectors of bytes but for what they leave open; `before` are those before them.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to, and the length of `bytes` must fit.
#[inline(always)]
pub(super) unsafe fn check<V: Vector>(before: Last, bytes: &[u8]) -> Few<V> {
    debug_assert!(fits::<V>(bytes.len()));
    let last = bytes.len() - V::LEN;
    // SAFETY: the caller vouches for the CPU. All vectors but the first start at REACH or later and at `last` or before it:
    // `last` is not less than REACH if it is not 0, as the length fits.
    unsafe {
        if last == 0 {
            check_at::<V, 0>(before, bytes, [])
        } else if last <= V::LEN {
            check_at::<V, 1>(before, bytes, [last])
        } else if last <= 3 * V::LEN {
            check_at::<V, 3>(before, bytes, [V::LEN, (last - V::LEN).max(REACH), last])
        } else {
            Few::Many
        }
    }
}

/// Checks the first vector and those at `starts`.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to. A vector at 0 and those at `starts` must lie in `bytes`, and
/// `starts` must be [`REACH`] or more.
#[inline(always)]
unsafe fn check_at<V: Vector, const N: usize>(before: Last, bytes: &[u8], starts: [usize; N]) -> Few<V> {
    // SAFETY: the caller vouches for the CPU and the bytes.
    unsafe {
        let first = V::load(bytes.as_ptr());
        let mut any = first;
        for start in starts {
            any = any.or(V::load(bytes.as_ptr().add(start)));
        }
        if any.is_ascii() {
            return Few::Ascii;
        }
        let mut misplaced = first_misplaced(first, before);
        for start in starts {
            misplaced = misplaced.or(misplaced_at::<V>(bytes.as_ptr().add(start)));
        }
        Few::Checked(misplaced)
    }
}
