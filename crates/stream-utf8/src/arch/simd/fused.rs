//! XOR and check of a short text in one pass.
//!
//! A text that has just been written in vectors can't be loaded at other offsets until the stores are through, which
//! takes longer than all the rest for a short text. So all that the check needs is loaded before it is overwritten:
//! blocks are taken from the last to the first, and a block's predecessors lie below it.

use crate::arch::last::Last;
use crate::arch::simd::vector::Vector;
use crate::arch::{Key, Outcome};

use super::blocks;
use super::xor::xor;

/// XORs `bytes` with `key` in place, and takes a stream that is at a character's edge over the result, but for the last
/// byte's being hopeless.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to, and the length of `bytes` must [fit](blocks::fits).
#[inline(always)]
pub(in crate::arch) unsafe fn xor_and_advance<V: Vector>(bytes: &mut [u8], key: Key) -> Outcome {
    debug_assert!(blocks::fits::<V>(bytes.len()));
    // SAFETY: the caller vouches for the CPU and the length.
    unsafe {
        if is_ascii::<V>(bytes, key) {
            let start = bytes.as_mut_ptr();
            xor::<V>(start, start, bytes.len(), key);
            Outcome::Edge
        } else if xor_and_check::<V>(bytes, key).is_clear() {
            if Last::NONE.after(bytes).is_edge() { Outcome::Edge } else { Outcome::Open }
        } else {
            Outcome::Rejected { after: 0 }
        }
    }
}

/// Whether all of `bytes` are ASCII after XOR with `key`.
///
/// # Safety
///
/// As for [`xor_and_advance`].
#[inline(always)]
unsafe fn is_ascii<V: Vector>(bytes: &[u8], key: Key) -> bool {
    let start = bytes.as_ptr();
    let last = bytes.len() - V::LEN;
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

/// XORs `bytes` with `key`. Marks the bytes that are misplaced in the result.
///
/// # Safety
///
/// As for [`xor_and_advance`].
#[inline(always)]
unsafe fn xor_and_check<V: Vector>(bytes: &mut [u8], key: Key) -> V {
    let start = bytes.as_mut_ptr();
    let last = bytes.len() - V::LEN;
    // SAFETY: the caller vouches for the CPU and the length. Every block starts at or before `last`, and those that load
    // their predecessors at 3 or later.
    unsafe {
        let keys = Keys::<V>::new(key);
        // The last vector may overlap the one below it: that is loaded before the last is stored.
        let tail = Block::<V>::load(start.add(last), &Keys::<V>::new(key.rotated(last)), last == 0);
        let mut misplaced = tail.misplaced();
        let mut at = last.next_multiple_of(V::LEN);
        if at == 0 {
            tail.byte.store(start);
            return misplaced;
        }
        at -= V::LEN;
        let mut block = Block::<V>::load(start.add(at), &keys, at == 0);
        tail.byte.store(start.add(last));
        loop {
            misplaced = misplaced.or(block.misplaced());
            block.byte.store(start.add(at));
            if at == 0 {
                return misplaced;
            }
            at -= V::LEN;
            block = Block::<V>::load(start.add(at), &keys, at == 0);
        }
    }
}

/// A key as it is due at a vector's first byte, and one, two and three bytes before it.
struct Keys<V> {
    byte: V,
    back_1: V,
    back_2: V,
    back_3: V,
}

impl<V: Vector> Keys<V> {
    /// # Safety
    ///
    /// The CPU must have the feature that `V` belongs to.
    #[inline(always)]
    unsafe fn new(key: Key) -> Self {
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
struct Block<V> {
    byte: V,
    back: [V; 3],
}

impl<V: Vector> Block<V> {
    /// # Safety
    ///
    /// The CPU must have the feature that `V` belongs to. The vector at `at` must be readable, and the three bytes before
    /// it too unless it is the first of the text.
    #[inline(always)]
    unsafe fn load(at: *const u8, keys: &Keys<V>, first: bool) -> Self {
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
    unsafe fn misplaced(&self) -> V {
        let [back_1, back_2, back_3] = self.back;
        // SAFETY: the caller vouches for the CPU.
        unsafe { self.byte.misplaced(back_1, back_2, back_3) }
    }
}
