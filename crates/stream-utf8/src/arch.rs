//! The kernels: how a stream advances over its next bytes, for each CPU.
//!
//! - [`automaton`]: one byte at a time, everywhere; [`scalar`] runs it where there is no vector kernel, and on what is
//!   too short for one.
//! - [`xor`]: XOR, alone or with the check. It and the next two have `unsafe` code, and nothing else does.
//! - [`simd`]: the algorithms on vectors of any width.
//! - `x86_64`, `aarch64`, `wasm32`: the vectors themselves.
//! - [`last`]: what a stream carries from one chunk to the next.
//! - [`level`]: which of them the CPU runs.

mod automaton;
pub(crate) mod last;
pub(crate) mod level;
mod scalar;
#[allow(unsafe_code, reason = "overlapping words, and room that is not initialised; each block says why it is sound")]
pub(crate) mod xor;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64", all(target_arch = "wasm32", target_feature = "simd128")))]
#[allow(unsafe_code, reason = "vector instructions and loads; each block says why it is sound")]
mod simd;

#[cfg(target_arch = "aarch64")]
#[allow(unsafe_code, reason = "vector instructions and loads; each block says why it is sound")]
#[path = "arch/aarch64.rs"]
mod cpu;
#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code, reason = "vector instructions and loads; each block says why it is sound")]
#[path = "arch/wasm32.rs"]
mod cpu;
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector instructions and loads; each block says why it is sound")]
#[path = "arch/x86_64.rs"]
mod cpu;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "wasm32")))]
#[allow(unsafe_code, reason = "declares what CPUs with vectors need")]
#[path = "arch/portable.rs"]
mod cpu;

use last::Last;

/// Below this length ASCII is seen without vectors.
const SHORT: usize = 16;

/// Up to this length XOR and check in place are faster in one pass than in two. On x86-64 text that is not ASCII gains to
/// about 4 KiB, and ASCII loses little.
const FUSED: usize = if cfg!(target_arch = "x86_64") { 4096 } else { 767 };

/// Up to this length a text is looked at for ASCII before it is checked in one pass with XOR; above, by the stride.
#[allow(dead_code, reason = "for the vector kernels, which not every CPU has")]
const FUSED_SHORT: usize = 256;

/// Takes a stream that is at a character's edge over `bytes`.
#[inline]
pub(crate) fn advance(bytes: &[u8]) -> Outcome {
    if bytes.len() < SHORT && scalar::is_short_ascii(bytes) {
        return Outcome::Edge;
    }
    cpu::advance(bytes).settled(bytes)
}

/// Takes a stream that ends with `last` over `bytes`. `None` if they make it invalid.
///
/// Whether a character is open before them or after them is as good as random: there is no branch on it.
#[inline]
pub(crate) fn follow(last: Last, bytes: &[u8]) -> Option<Last> {
    let after = last.after(bytes);
    (bytes.is_empty() || !after.ends_hopeless() && cpu::follow(last, bytes)).then_some(after)
}

/// Four bytes for XOR, the first of them in the lowest bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(u32);

impl Key {
    pub(crate) const fn new(bytes: [u8; 4]) -> Self {
        Self(u32::from_le_bytes(bytes))
    }

    /// The bytes in their order.
    #[inline(always)]
    pub(crate) const fn bytes(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }

    #[inline(always)]
    const fn xor_4(self, word: [u8; 4]) -> [u8; 4] {
        (u32::from_le_bytes(word) ^ self.0).to_le_bytes()
    }

    #[inline(always)]
    const fn xor_8(self, word: [u8; 8]) -> [u8; 8] {
        let key = self.0 as u64;
        (u64::from_le_bytes(word) ^ (key << 32 | key)).to_le_bytes()
    }

    /// The key as it is due `by` bytes later.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "only the remainder by 4 counts")]
    pub(crate) const fn rotated(self, by: usize) -> Self {
        Self(self.0.rotate_right(8 * (by as u32 % 4)))
    }
}

/// A bit for each LF and CR.
#[inline(always)]
pub(crate) fn line_end_bits(block: &[u8; 64]) -> u64 {
    cpu::line_end_bits(block)
}

/// Where a stream is after [`advance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// At a character's edge.
    Edge,
    /// Inside a character that may still be completed.
    Open,
    /// The bytes make it invalid. The first `after` of them do not, and some of the following 2304 do, or of all that follow if
    /// they were unmasked in the same pass.
    Rejected { after: usize },
}

impl Outcome {
    /// The outcome after `bytes` of a kernel that has not judged the last one as a lead: no byte behind it does.
    #[inline(always)]
    fn settled(self, bytes: &[u8]) -> Self {
        if self == Self::Edge { self } else { self.settled_inside(bytes) }
    }

    #[cold]
    fn settled_inside(self, bytes: &[u8]) -> Self {
        match (self, bytes) {
            (Self::Open, [before @ .., _]) if Last::NONE.after(bytes).ends_hopeless() => {
                Self::Rejected { after: before.len() }
            }
            _ => self,
        }
    }
}

#[cfg(all(test, feature = "std"))]
mod tests;
