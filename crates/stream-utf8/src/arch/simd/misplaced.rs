//! The check of a vector of bytes against their predecessors, after John Keiser and Daniel Lemire, "Validating UTF-8 In
//! Less Than One Instruction Per Byte" (2021), <https://arxiv.org/abs/2010.03090>.
//!
//! Every error in UTF-8 but one shows in two neighbouring bytes, and in their first twelve bits at that. So each kind of
//! error gets a bit, and three tables say which kinds the first byte's upper four bits, its lower four bits, and the
//! second byte's upper four bits allow: an error of that kind is there if all three have its bit.
//!
//! What two bytes can't show is whether a continuation byte that follows another one is due. It is exactly if a lead of
//! three bytes lies two back or a lead of four bytes three back. The kind [`TWO_CONTINUATIONS`] stands for "a
//! continuation byte after another", and its bit must be set exactly where one is due.

use super::vector::{CLOSED_AT_END, Nibbles};

/// A lead byte is followed by a byte that is no continuation.
const TOO_SHORT: u8 = 1 << 0;
/// An ASCII byte is followed by a continuation.
const TOO_LONG: u8 = 1 << 1;
/// E0 followed by 80 to 9F.
const OVERLONG_3: u8 = 1 << 2;
/// F4 followed by 90 to BF, or F5 to FF followed by those.
const TOO_LARGE: u8 = 1 << 3;
/// ED followed by A0 to BF.
const SURROGATE: u8 = 1 << 4;
/// C0 or C1 followed by a continuation.
const OVERLONG_2: u8 = 1 << 5;
/// F5 to FF followed by 80 to 8F; what F4 may be followed by is no error.
const TOO_LARGE_1000: u8 = 1 << 6;
/// F0 followed by 80 to 8F. Shares its bit with [`TOO_LARGE_1000`]: their first bytes differ, their second do not.
const OVERLONG_4: u8 = 1 << 6;
/// A continuation after a continuation: an error only where none is due.
const TWO_CONTINUATIONS: u8 = 1 << 7;

/// The kinds that do not depend on the first byte's lower four bits.
const ANY_LOW: u8 = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS;

/// By the first byte's upper four bits.
const FIRST_HIGH: [u8; 16] = [
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TWO_CONTINUATIONS,
    TWO_CONTINUATIONS,
    TWO_CONTINUATIONS,
    TWO_CONTINUATIONS,
    TOO_SHORT | OVERLONG_2,
    TOO_SHORT,
    TOO_SHORT | OVERLONG_3 | SURROGATE,
    TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4,
];

/// By the first byte's lower four bits.
const FIRST_LOW: [u8; 16] = [
    ANY_LOW | OVERLONG_3 | OVERLONG_2 | OVERLONG_4,
    ANY_LOW | OVERLONG_2,
    ANY_LOW,
    ANY_LOW,
    ANY_LOW | TOO_LARGE,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000 | SURROGATE,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
];

/// By the second byte's upper four bits.
const SECOND_HIGH: [u8; 16] = [
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
];

/// [`Vector::misplaced`](super::vector::Vector::misplaced). A mark is a lane that is not 0.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to.
#[inline(always)]
pub(in crate::arch) unsafe fn by_nibbles<V: Nibbles>(byte: V, back_1: V, back_2: V, back_3: V) -> V {
    // SAFETY: the caller vouches for the CPU, and all indices into the tables are nibbles.
    unsafe {
        let first_high = back_1.high_nibbles().look_up(&FIRST_HIGH);
        let first_low = back_1.and(V::splat(0x0F)).look_up(&FIRST_LOW);
        let second_high = byte.high_nibbles().look_up(&SECOND_HIGH);
        let errors = first_high.and(first_low).and(second_high);
        // Bit 7 is left where the byte two back is E0 or above, or the byte three back is F0 or above.
        let due = back_2.saturating_sub(V::splat(0xE0 - 0x80)).or(back_3.saturating_sub(V::splat(0xF0 - 0x80)));
        due.and(V::splat(TWO_CONTINUATIONS)).xor(errors)
    }
}

/// [`Vector::open_at_end`](super::vector::Vector::open_at_end). A mark is a lane that is not 0.
///
/// # Safety
///
/// The CPU must have the feature that `V` belongs to.
#[inline(always)]
pub(in crate::arch) unsafe fn open_at_end<V: Nibbles>(last: V) -> V {
    const { assert!(V::LEN <= CLOSED_AT_END.len()) };
    // SAFETY: the caller vouches for the CPU; the last vector of the table is loaded, which is at least one long.
    unsafe { last.saturating_sub(V::load(CLOSED_AT_END.as_ptr().add(CLOSED_AT_END.len() - V::LEN))) }
}
