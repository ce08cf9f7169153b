//! XOR with a key of four bytes, written once for vectors of every width.

use core::ops::Range;

use super::vector::Vector;
use crate::arch::Key;

/// From this length on, stores are aligned: those that straddle cache lines take twice as long.
const LONG: usize = 2048;

/// Writes the `len` bytes at `from`, after XOR with `key` over and over, to `to`.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to. `from` must be readable and `to` writable for `len` bytes, which
/// must be at least a vector; they must not overlap unless they are the same.
#[inline(always)]
pub(in crate::arch) unsafe fn xor<V: Vector>(from: *const u8, to: *mut u8, len: usize, key: Key) {
    debug_assert!(len >= V::LEN);
    let last = len - V::LEN;
    if last <= 3 * V::LEN {
        // SAFETY: the caller vouches for the CPU and the bytes.
        return unsafe { xor_few::<V>(from, to, last, key) };
    }
    // SAFETY: the caller vouches for the CPU and the bytes. No vector starts after `last`.
    unsafe {
        // The first and the last vector may overlap their neighbours, and are read before those are written.
        let first = V::load(from).xor(V::splat_word(key.bytes()));
        let tail = V::load(from.add(last)).xor(V::splat_word(key.rotated(last).bytes()));
        let middle = if len < LONG { 0..last } else { V::LEN - to.addr() % V::LEN..last };
        xor_vectors::<V>(from, to, middle.clone(), key.rotated(middle.start));
        if middle.start > 0 {
            first.store(to);
        }
        tail.store(to.add(last));
    }
}

/// [`xor`] on what one, two or four vectors cover, half of them counted from the end. All are read before one is written.
///
/// # Safety
///
/// As for [`xor`]. The last vector starts at `last`, which must be at most three vectors from the first.
#[inline(always)]
unsafe fn xor_few<V: Vector>(from: *const u8, to: *mut u8, last: usize, key: Key) {
    // SAFETY: the caller vouches for the CPU and the bytes. No vector starts after `last`.
    unsafe {
        let from_end = V::splat_word(key.rotated(last).bytes());
        let key = V::splat_word(key.bytes());
        let first = V::load(from).xor(key);
        let fourth = V::load(from.add(last)).xor(from_end);
        if last > V::LEN {
            let third = last - V::LEN;
            let second = V::load(from.add(V::LEN)).xor(key);
            V::load(from.add(third)).xor(from_end).store(to.add(third));
            second.store(to.add(V::LEN));
        }
        first.store(to);
        fourth.store(to.add(last));
    }
}

/// [`xor`] on as many vectors as start in `middle`, of which the first starts with `key`.
///
/// # Safety
///
/// As for [`xor`].
#[inline(always)]
unsafe fn xor_vectors<V: Vector>(from: *const u8, to: *mut u8, middle: Range<usize>, key: Key) {
    // SAFETY: the caller vouches for the CPU and the bytes.
    unsafe {
        let key = V::splat_word(key.bytes());
        let mut at = middle.start;
        while at + 3 * V::LEN < middle.end {
            for i in 0..4 {
                V::load(from.add(at + i * V::LEN)).xor(key).store(to.add(at + i * V::LEN));
            }
            at += 4 * V::LEN;
        }
        while at < middle.end {
            V::load(from.add(at)).xor(key).store(to.add(at));
            at += V::LEN;
        }
    }
}
