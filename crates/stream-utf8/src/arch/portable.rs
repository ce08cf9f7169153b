//! CPUs without a vector kernel.

use super::level::Level;
use super::scalar;
use super::{Key, Outcome};

/// The levels that this CPU runs, ascending.
pub(super) fn available() -> &'static [Level] {
    &[Level::Scalar]
}

pub(super) use scalar::{advance, follow, line_end_bits, xor_copy, xor_in_place};

/// [`xor_and_advance`](super::xor_and_advance): two passes are as fast.
pub(super) fn xor_and_advance(_: &mut [u8], _: Key) -> Option<Outcome> {
    None
}
