//! XOR and check of a short text in one pass.
//!
//! In place, a text that has just been written in vectors can't be loaded at other offsets until the stores are
//! through, which takes longer than all the rest for a short text. So all that the check needs is loaded before it is
//! overwritten: blocks are taken from the last to the first, and a block's predecessors lie below it.

use crate::arch::last::Last;
use crate::arch::simd::vector::Vector;
use crate::arch::{Key, Outcome};

use super::blocks;
use super::xor::xor;

/// Writes the `len` bytes at `from`, after XOR with `key`, to `to`, and takes a stream that is at a character's edge over
/// them, but for the last byte's being hopeless.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to. `from` must be readable and `to` writable for `len` bytes, which
/// must [fit](blocks::fits); they must not overlap unless they are the same.
#[inline(always)]
pub(in crate::arch) unsafe fn xor_and_advance<V: Vector>(
    from: *const u8,
    to: *mut u8,
    len: usize,
    key: Key,
) -> Outcome {
    debug_assert!(blocks::fits::<V>(len));
    // SAFETY: the caller vouches for the CPU, the bytes and the length; in the end all bytes at `to` are written.
    unsafe {
        if is_ascii::<V>(from, len, key) {
            xor::<V>(from, to, len, key);
            Outcome::Edge
        } else if xor_and_check::<V>(from, to, len, key).is_clear() {
            if Last::NONE.after(core::slice::from_raw_parts(to, len)).is_edge() { Outcome::Edge } else { Outcome::Open }
        } else {
            Outcome::Rejected { after: 0 }
        }
    }
}

/// Whether all bytes are ASCII after XOR with `key`.
///
/// # Safety
///
/// As for [`xor_and_advance`].
#[inline(always)]
unsafe fn is_ascii<V: Vector>(start: *const u8, len: usize, key: Key) -> bool {
    let last = len - V::LEN;
    // SAFETY: the caller vouches for the CPU, and no vector starts after `last`.
    unsafe {
        let mut any = V::load(start.add(last)).xor(V::splat_word(key.rotated(last).bytes()));
        let key = V::splat_word(key.bytes());
        let mut at = 0;
        while at < last {
            any = any.or(V::load(start.add(at)).xor(key));
            at += V::LEN;
        }
        any.is_ascii()
    }
}

/// Writes the bytes, after XOR with `key`, to `to`. Marks those that are misplaced in the result.
///
/// # Safety
///
/// As for [`xor_and_advance`].
#[inline(always)]
unsafe fn xor_and_check<V: Vector>(from: *const u8, to: *mut u8, len: usize, key: Key) -> V {
    let last = len - V::LEN;
    // SAFETY: the caller vouches for the CPU and the length. Every block starts at or before `last`, and those that load
    // their predecessors at 3 or later.
    unsafe {
        let keys = Keys::<V>::new(key);
        // The last vector may overlap the one below it: that is loaded before the last is stored.
        let tail = Block::<V>::load(from.add(last), &Keys::<V>::new(key.rotated(last)), last == 0);
        let mut misplaced = tail.misplaced();
        let mut at = last.next_multiple_of(V::LEN);
        if at == 0 {
            tail.byte.store(to);
            return misplaced;
        }
        at -= V::LEN;
        let mut block = Block::<V>::load(from.add(at), &keys, at == 0);
        tail.byte.store(to.add(last));
        loop {
            misplaced = misplaced.or(block.misplaced());
            block.byte.store(to.add(at));
            if at == 0 {
                return misplaced;
            }
            at -= V::LEN;
            block = Block::<V>::load(from.add(at), &keys, at == 0);
        }
    }
}

/// A key as it is due at a vector's first byte, and one, two and three bytes before it.
pub(super) struct Keys<V> {
    pub(super) byte: V,
    pub(super) back_1: V,
    back_2: V,
    back_3: V,
}

impl<V: Vector> Keys<V> {
    /// # Safety
    ///
    /// The CPU must have the feature that `V` belongs to.
    #[inline(always)]
    pub(super) unsafe fn new(key: Key) -> Self {
        // SAFETY: the caller vouches for the CPU. The key has a period of four: three ahead is one back.
        unsafe {
            Self {
                byte: V::splat_word(key.bytes()),
                back_1: V::splat_word(key.rotated(3).bytes()),
                back_2: V::splat_word(key.rotated(2).bytes()),
                back_3: V::splat_word(key.rotated(1).bytes()),
            }
        }
    }
}

/// A vector and its predecessors, after XOR.
pub(super) struct Block<V> {
    pub(super) byte: V,
    back: [V; 3],
}

impl<V: Vector> Block<V> {
    /// # Safety
    ///
    /// The CPU must have the feature that `V` belongs to. The vector at `at` must be readable, and the three bytes before
    /// it too unless it is the first of the text.
    #[inline(always)]
    pub(super) unsafe fn load(at: *const u8, keys: &Keys<V>, first: bool) -> Self {
        // SAFETY: the caller vouches for the CPU and the bytes.
        unsafe {
            let byte = V::load(at).xor(keys.byte);
            let back = if first {
                byte.predecessors(V::splat_word(Last::NONE.bytes()))
            } else {
                [
                    V::load(at.sub(1)).xor(keys.back_1),
                    V::load(at.sub(2)).xor(keys.back_2),
                    V::load(at.sub(3)).xor(keys.back_3),
                ]
            };
            Self { byte, back }
        }
    }

    /// # Safety
    ///
    /// The CPU must have the feature that `V` belongs to.
    #[inline(always)]
    pub(super) unsafe fn misplaced(&self) -> V {
        let [back_1, back_2, back_3] = self.back;
        // SAFETY: the caller vouches for the CPU.
        unsafe { self.byte.misplaced(back_1, back_2, back_3) }
    }
}
