//! XOR with a key of four bytes, written once for vectors of every width.

use core::ops::Range;

use super::vector::Vector;
use crate::arch::Key;

/// From this length on, stores are aligned: those that straddle cache lines take twice as long.
const LONG: usize = 2048;

/// A load waits for a store just before it whose address differs from its own by a multiple of this. Most would, upwards, if
/// `to` lay a little after `from` in its page: so four vectors are loaded before one is stored.
const PAGE: usize = 4096;

/// From this length on, vectors are taken downwards in that case: then no load waits.
const FAR: usize = 256 * 1024;

/// Writes the `len` bytes at `from`, after XOR with `key` over and over, to `to`.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to. `from` must be readable and `to` writable for `len` bytes, which
/// must be at least a vector; they must not overlap unless they are the same.
#[inline(always)]
pub(in crate::arch) unsafe fn xor<V: Vector>(from: *const u8, to: *mut u8, len: usize, key: Key) {
    debug_assert!(len >= V::LEN);
    if len <= 4 * V::LEN {
        // SAFETY: the caller vouches for the CPU and the bytes, and the length was tested.
        return unsafe {
            if len <= 2 * V::LEN { xor_few::<V, 1>(from, to, len, key) } else { xor_few::<V, 2>(from, to, len, key) }
        };
    }
    let last = len - V::LEN;
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

/// [`xor`] on at least `N` and at most twice `N` vectors: the first `N`, and those up to the end, which may overlap them.
/// All are read before one is written.
///
/// # Safety
///
/// As for [`xor`], and `len` must be at least that of `N` vectors, and at most twice as much.
#[inline(always)]
pub(in crate::arch) unsafe fn xor_few<V: Vector, const N: usize>(from: *const u8, to: *mut u8, len: usize, key: Key) {
    debug_assert!((N * V::LEN..=2 * N * V::LEN).contains(&len));
    let last = len - N * V::LEN;
    // SAFETY: the caller vouches for the CPU and the bytes. `N` vectors fit from the start on, and from `last` on.
    unsafe {
        let (key, last_key) = (V::splat_word(key.bytes()), V::splat_word(key.rotated(last).bytes()));
        let mut first_ones = [key; N];
        let mut last_ones = [key; N];
        for i in 0..N {
            first_ones[i] = V::load(from.add(i * V::LEN)).xor(key);
            last_ones[i] = V::load(from.add(last + i * V::LEN)).xor(last_key);
        }
        for i in 0..N {
            first_ones[i].store(to.add(i * V::LEN));
            last_ones[i].store(to.add(last + i * V::LEN));
        }
    }
}

/// [`xor`] on as many vectors as start in `middle`, of which the first starts with `key`.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to. Each vector that starts in `middle`, a vector's length after the one
/// before it, must be readable at `from` and writable at `to`, which must not overlap unless they are the same.
#[inline(always)]
unsafe fn xor_vectors<V: Vector>(from: *const u8, to: *mut u8, middle: Range<usize>, key: Key) {
    // SAFETY: the caller vouches for the CPU and the bytes.
    unsafe {
        let key = V::splat_word(key.bytes());
        let strides = middle.len().div_ceil(V::LEN) / 4;
        let downwards = middle.len() >= FAR && (1..PAGE / 2).contains(&(to.addr().wrapping_sub(from.addr()) % PAGE));
        for n in 0..strides {
            let at = middle.start + 4 * V::LEN * if downwards { strides - 1 - n } else { n };
            // All are loaded before one is stored: see `PAGE`.
            let mut vectors = [key; 4];
            for (i, vector) in vectors.iter_mut().enumerate() {
                *vector = V::load(from.add(at + i * V::LEN)).xor(key);
            }
            for (i, vector) in vectors.into_iter().enumerate() {
                vector.store(to.add(at + i * V::LEN));
            }
        }
        let mut at = middle.start + 4 * V::LEN * strides;
        while at < middle.end {
            V::load(from.add(at)).xor(key).store(to.add(at));
            at += V::LEN;
        }
    }
}
