//! CPUs without a vector kernel.

use super::level::Level;
use super::scalar;
use super::{Key, Outcome};

/// The levels that this CPU runs, ascending.
pub(super) fn available() -> &'static [Level] {
    &[Level::Scalar]
}

pub(super) use super::xor::words as xor;
pub(super) use scalar::{advance, equal_bits, follow, line_end_bits, line_end_or_non_ascii_bits};

/// XOR and check together: two passes are as fast.
///
/// # Safety
///
/// None is needed, but on CPUs with vectors.
pub(super) unsafe fn xor_and_advance(_: *const u8, _: *mut u8, _: usize, _: Key) -> Option<Outcome> {
    None
}
