//! XOR and check of a long text in one pass.
//!
//! ```text
//! hold the first two vectors and the last one, after XOR, in registers
//! for each stride between, from the last to the first:
//!     load it, XOR it
//!     unless it is ASCII and what is before it, too: check it, against bytes that are loaded from before it
//!     store it
//! store what is held
//! ```
//!
//! From the last to the first, because a stride's predecessors must be loaded before they are overwritten. The strides
//! are aligned where they are stored: stores that straddle cache lines take twice as long.

use crate::arch::simd::fused::{Block, Keys};
use crate::arch::simd::vector::Vector;
use crate::arch::{Key, Outcome};

/// How many bytes have one branch for "all ASCII": no more vectors than registers hold.
const fn stride_len<V: Vector>() -> usize {
    if 8 * V::LEN < 256 { 8 * V::LEN } else { 256 }
}

/// The least length that [`xor_and_advance`] takes: with any alignment, the vectors that are held don't meet.
pub(in crate::arch) const fn fits<V: Vector>(len: usize) -> bool {
    len >= 4 * V::LEN
}

/// Writes the `len` bytes at `from`, after XOR with `key`, to `to`, and takes a stream that is at a character's edge over
/// them, but for the last byte's being hopeless.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to. `from` must be readable and `to` writable for `len` bytes, which
/// must [fit](fits); they must not overlap unless they are the same.
#[inline(always)]
pub(in crate::arch) unsafe fn xor_and_advance<V: Vector>(
    from: *const u8,
    to: *mut u8,
    len: usize,
    key: Key,
) -> Outcome {
    debug_assert!(fits::<V>(len));
    let last = len - V::LEN;
    // SAFETY: the caller vouches for the CPU and the bytes. What is held, and each block below, ends at or before `len` and
    // starts at 3 or later, but for the first. Blocks are stored after what lies above them, and what is held at last:
    // until a byte was loaded for the last time, it is not overwritten.
    unsafe {
        let keys = Keys::<V>::new(key);
        let first = Block::load(from, &keys, true);
        let second = Block::load(from.add(V::LEN), &keys, false);
        let tail = Block::load(from.add(last), &Keys::new(key.rotated(last)), false);
        let mut misplaced = first.misplaced().or(second.misplaced()).or(tail.misplaced());

        // Between V::LEN, exclusive, and 2 * V::LEN, inclusive: what is below it is held.
        let start = 2 * V::LEN - to.addr() % V::LEN;
        // At most V::LEN - 1 bytes after `last`, where the tail takes over.
        let mut end = start + (last.saturating_sub(start)).next_multiple_of(V::LEN);
        let keys = Keys::<V>::new(key.rotated(start));
        while end - start >= stride_len::<V>() {
            end -= stride_len::<V>();
            misplaced = misplaced.or(stride::<V>(from.add(end), to.add(end), &keys));
        }
        while end > start {
            end -= V::LEN;
            let block = Block::load(from.add(end), &keys, false);
            misplaced = misplaced.or(block.misplaced());
            block.byte.store(to.add(end));
        }
        first.byte.store(to);
        second.byte.store(to.add(V::LEN));
        tail.byte.store(to.add(last));
        if misplaced.or(tail.byte.open_at_end()).is_clear() {
            Outcome::Edge
        } else if misplaced.is_clear() {
            Outcome::Open
        } else {
            Outcome::Rejected { after: 0 }
        }
    }
}

/// Writes the stride at `from`, after XOR, to `to`. Marks the bytes that are misplaced in it.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to. `from` must be readable, with the three bytes before it, and `to`
/// writable for [as many](stride_len) bytes; they must not overlap unless they are the same.
#[inline(always)]
unsafe fn stride<V: Vector>(from: *const u8, to: *mut u8, keys: &Keys<V>) -> V {
    // SAFETY: the caller vouches for the CPU and the bytes. A block is stored after the one above it was loaded.
    unsafe {
        // With the byte before the stride: after an ASCII byte nothing reaches into it.
        let mut any = V::load(from.sub(1)).xor(keys.back_1);
        for i in 0..stride_len::<V>() / V::LEN {
            any = any.or(V::load(from.add(i * V::LEN)).xor(keys.byte));
        }
        let mut misplaced = V::zero();
        if any.is_ascii() {
            for i in 0..stride_len::<V>() / V::LEN {
                V::load(from.add(i * V::LEN)).xor(keys.byte).store(to.add(i * V::LEN));
            }
        } else {
            for i in (0..stride_len::<V>() / V::LEN).rev() {
                let block = Block::load(from.add(i * V::LEN), keys, false);
                misplaced = misplaced.or(block.misplaced());
                block.byte.store(to.add(i * V::LEN));
            }
        }
        misplaced
    }
}
