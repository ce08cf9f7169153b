//! The check of bytes that are at least a vector, written once for vectors of every width.
//!
//! ```text
//! a byte is well placed if it may follow the three bytes before it; before the text there are zeros
//!
//! a text is UTF-8 if
//!     every byte is well placed                                  (check)
//!     the last three bytes leave no character open               (conclude)
//! ```
//!
//! Whether a byte is well placed depends on four bytes alone. So a vector of bytes is checked together with three more,
//! loaded one, two and three bytes earlier from memory: nothing is handed from block to block, blocks may overlap, and
//! the last one is simply the last full vector of the bytes. Loads that straddle cache lines cost less than moving bytes
//! across a wide vector's lanes. Only the first block makes its predecessors by a shift, into which come the last bytes of
//! the stream before it.
//!
//! Up to 2 KiB are read without a branch on what they are. Longer texts are read in strides of 256 bytes, with one branch
//! for "a byte is misplaced" in each. All ASCII is looked for at the start, and again in every fourth stride: on text that
//! mixes scripts a branch on it is mispredicted so often that it costs as much as it saves.

use crate::arch::Outcome;
use crate::arch::last::Last;
use crate::arch::simd::few::{self, Few};
use crate::arch::simd::vector::Vector;

/// How far back a byte's place depends on other bytes.
pub(super) const REACH: usize = 3;

/// How many bytes a long text's loop takes at a time.
const STRIDE: usize = 256;

/// From this length on, bytes are taken in strides.
const LONG: usize = 2048;

/// Of how many strides one is tested for ASCII.
const TESTED: usize = 4;

/// Whether `len` bytes can be checked with `V`: they are one vector, or their last vector has its predecessors.
#[inline(always)]
pub(in crate::arch) const fn fits<V: Vector>(len: usize) -> bool {
    len == V::LEN || len >= V::LEN + REACH
}

/// [`crate::arch::advance`] on vectors, but for the last byte's being hopeless; with `A` for the search for the first byte
/// that is not ASCII.
///
/// # Safety
///
/// The CPU must have the features that `V` and `A` belong to, and the length of `bytes` must fit both.
#[inline(always)]
pub(in crate::arch) unsafe fn advance<A: Vector, V: Vector>(bytes: &[u8]) -> Outcome {
    debug_assert!(fits::<A>(bytes.len()) && fits::<V>(bytes.len()));
    // SAFETY: the caller vouches for the CPU and the length. `check` gets less than the whole.
    unsafe {
        match few::check::<V>(Last::NONE, bytes) {
            Few::Checked(misplaced) => return conclude(bytes, 0, misplaced),
            Few::Ascii => return Outcome::Edge,
            Few::Many => {}
        }
        let ascii = ascii_strides::<A>(bytes);
        if ascii == bytes.len() {
            return Outcome::Edge;
        }
        match check::<V>(Last::NONE, bytes, ascii) {
            Ok((from, misplaced)) => conclude(bytes, from, misplaced),
            Err(after) => Outcome::Rejected { after },
        }
    }
}

/// Where a stream is after `bytes`, if those that are marked are misplaced in it, of which there is none before `from`.
///
/// # Safety
///
/// As for [`advance`].
#[inline(always)]
unsafe fn conclude<V: Vector>(bytes: &[u8], from: usize, misplaced: V) -> Outcome {
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe {
        let last = V::load(bytes.as_ptr().add(bytes.len() - V::LEN));
        if misplaced.or(last.open_at_end()).is_clear() {
            Outcome::Edge
        } else if misplaced.is_clear() {
            Outcome::Open
        } else {
            Outcome::Rejected { after: from }
        }
    }
}

/// [`crate::arch::follow`] on vectors, but for the last byte's being hopeless.
///
/// # Safety
///
/// As for [`advance`].
#[inline(always)]
pub(in crate::arch) unsafe fn follow<A: Vector, V: Vector>(last: Last, bytes: &[u8]) -> bool {
    debug_assert!(fits::<A>(bytes.len()) && fits::<V>(bytes.len()));
    // SAFETY: the caller vouches for the CPU and the length. `check` gets less than the whole.
    unsafe {
        match few::check::<V>(last, bytes) {
            Few::Checked(misplaced) => return misplaced.is_clear(),
            Few::Ascii => return last.is_edge(),
            Few::Many => {}
        }
        let ascii = ascii_strides::<A>(bytes);
        if ascii == bytes.len() {
            return last.is_edge();
        }
        // An open character before ASCII is an error in the first of it.
        (ascii == 0 || last.is_edge())
            && check::<V>(last, bytes, ascii).is_ok_and(|(_, misplaced)| misplaced.is_clear())
    }
}

/// How many of the first bytes are ASCII, by whole strides; all of them if all are.
///
/// # Safety
///
/// As for [`advance`].
#[inline(always)]
unsafe fn ascii_strides<V: Vector>(bytes: &[u8]) -> usize {
    let start = bytes.as_ptr();
    let last = bytes.len() - V::LEN;
    let mut at = 0;
    // SAFETY: the caller vouches for the CPU. A stride ends at or before the end of `bytes`, and no vector starts after
    // `last`.
    unsafe {
        if bytes.len() >= STRIDE {
            if !stride_at::<V>(start).is_ascii() {
                return 0;
            }
            // Aligned vectors from here on: the last few bytes are seen again.
            at = STRIDE - start.addr() % V::LEN;
        }
        while bytes.len() - at >= STRIDE {
            if !stride_at::<V>(start.add(at)).is_ascii() {
                return at;
            }
            at += STRIDE;
        }
        let mut any = V::load(start.add(last));
        let mut block = at;
        while block < last {
            any = any.or(V::load(start.add(block)));
            block += V::LEN;
        }
        if any.is_ascii() { bytes.len() } else { at }
    }
}

/// Checks all bytes but whether the last leave a character open; the first `ascii` of them are known to be ASCII, and
/// `before` are those before them.
///
/// Gives the marks of misplaced bytes, and after how many bytes they can lie; or an offset that an error follows within a
/// stride.
///
/// # Safety
///
/// As for [`advance`], and `ascii` must be less than the length of `bytes`, and 0 or at least [`REACH`].
#[inline(always)]
unsafe fn check<V: Vector>(before: Last, bytes: &[u8], ascii: usize) -> Result<(usize, V), usize> {
    let start = bytes.as_ptr();
    let mut from = ascii;
    let mut at = ascii;
    // SAFETY: the caller vouches for the CPU. Each block but the first starts at REACH or later, as the length fits `V`.
    // Each ends at or before the end of `bytes`: the first by the caller's word, strides and what lies in them by the
    // conditions, others because they start at `last` or before it.
    unsafe {
        let mut misplaced = V::zero();
        if at == 0 {
            misplaced = first_misplaced(V::load(start), before);
            at = V::LEN;
        }
        if bytes.len() - at >= LONG {
            misplaced = misplaced.or(misplaced_at::<V>(start.add(at)));
            if !misplaced.is_clear() {
                return Err(from);
            }
            // Aligned blocks from here on; the bytes between are in the block above.
            at += V::LEN - start.add(at).addr() % V::LEN;
            at = check_strides::<V>(bytes, at)?;
            from = at;
        }
        let last = bytes.len() - V::LEN;
        while at < last {
            misplaced = misplaced.or(misplaced_at::<V>(start.add(at)));
            at += V::LEN;
        }
        if at < bytes.len() {
            misplaced = misplaced.or(misplaced_at::<V>(start.add(last)));
        }
        Ok((from, misplaced))
    }
}

/// Checks all whole strides from `at` on. Gives the offset of what is left, or that of a stride with an error.
///
/// # Safety
///
/// As for [`advance`], and `at` must be at least [`REACH`] and at most the length of `bytes`.
#[inline(always)]
unsafe fn check_strides<V: Vector>(bytes: &[u8], mut at: usize) -> Result<usize, usize> {
    let mut untested = TESTED;
    while bytes.len() - at >= STRIDE {
        // SAFETY: the caller vouches for the CPU. A whole stride is left, and the bytes before it are there.
        unsafe {
            let stride = bytes.as_ptr().add(at);
            // After an ASCII byte nothing reaches into the stride.
            if untested == 0 && stride_at::<V>(stride).is_ascii() && (*stride.sub(1)).is_ascii() {
                at += STRIDE;
                continue;
            }
            untested = if untested == 0 { TESTED } else { untested } - 1;
            let mut misplaced = misplaced_at::<V>(stride);
            for i in 1..STRIDE / V::LEN {
                misplaced = misplaced.or(misplaced_at::<V>(stride.add(i * V::LEN)));
            }
            if !misplaced.is_clear() {
                return Err(at);
            }
        }
        at += STRIDE;
    }
    Ok(at)
}

/// Marks the bytes of `first` that may not follow their predecessors; `before` are those before the vector.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to.
#[inline(always)]
pub(in crate::arch) unsafe fn first_misplaced<V: Vector>(first: V, before: Last) -> V {
    // SAFETY: the caller vouches for the CPU.
    unsafe {
        let [back_1, back_2, back_3] = first.predecessors(V::splat_word(before.bytes()));
        first.misplaced(back_1, back_2, back_3)
    }
}

/// Marks the bytes of the vector at `at` that may not follow their predecessors.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to. The vector at `at` and the three bytes before it must be readable.
#[inline(always)]
pub(super) unsafe fn misplaced_at<V: Vector>(at: *const u8) -> V {
    // SAFETY: the caller vouches for the CPU and the bytes.
    unsafe { V::load(at).misplaced(V::load(at.sub(1)), V::load(at.sub(2)), V::load(at.sub(3))) }
}

/// The bits that are set in any of the vectors of the stride at `at`.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to, and [`STRIDE`] bytes at `at` must be readable.
#[inline(always)]
unsafe fn stride_at<V: Vector>(at: *const u8) -> V {
    // SAFETY: the caller vouches for the CPU and the bytes.
    unsafe {
        let mut any = V::load(at);
        for i in 1..STRIDE / V::LEN {
            any = any.or(V::load(at.add(i * V::LEN)));
        }
        any
    }
}
