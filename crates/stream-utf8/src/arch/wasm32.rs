//! WebAssembly: its 128-bit SIMD, if the crate is compiled with it (`-C target-feature=+simd128`).

#[cfg(target_feature = "simd128")]
#[path = "wasm32/simd128.rs"]
mod simd128;

#[cfg(not(target_feature = "simd128"))]
use super::Key;
use super::Outcome;
use super::last::Last;
use super::level::Level;
use super::scalar;

/// The levels that this module runs, ascending.
pub(super) fn available() -> &'static [Level] {
    if cfg!(target_feature = "simd128") { &[Level::Scalar, Level::Simd128] } else { &[Level::Scalar] }
}

/// [`advance`](super::advance), but for the last byte's being hopeless.
pub(super) fn advance(bytes: &[u8]) -> Outcome {
    #[cfg(target_feature = "simd128")]
    if Level::current() == Level::Simd128 && simd128::fits(bytes.len()) {
        // SAFETY: the length was tested.
        return unsafe { simd128::advance(bytes) };
    }
    scalar::advance(bytes)
}

/// [`follow`](super::follow), but for the last byte's being hopeless.
pub(super) fn follow(last: Last, bytes: &[u8]) -> bool {
    #[cfg(target_feature = "simd128")]
    if Level::current() == Level::Simd128 && simd128::fits(bytes.len()) {
        // SAFETY: the length was tested.
        return unsafe { simd128::follow(last, bytes) };
    }
    scalar::follow(last, bytes)
}

#[cfg(not(target_feature = "simd128"))]
pub(super) use super::xor::words as xor;
#[cfg(not(target_feature = "simd128"))]
pub(super) use scalar::{equal_bits, line_end_bits, line_end_or_non_ascii_bits};
#[cfg(target_feature = "simd128")]
pub(super) use simd128::{equal_bits, line_end_bits, line_end_or_non_ascii_bits, xor, xor_and_advance};

/// XOR and check together: two passes are as fast.
///
/// # Safety
///
/// None is needed, but with vectors.
#[cfg(not(target_feature = "simd128"))]
pub(super) unsafe fn xor_and_advance(_: *const u8, _: *mut u8, _: usize, _: Key) -> Option<Outcome> {
    None
}
