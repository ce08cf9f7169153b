//! The kernels: how a stream advances over its next bytes, for each CPU.
//!
//! - [`automaton`]: one byte at a time, everywhere; [`scalar`] runs it where there is no vector kernel, and on what is
//!   too short for one.
//! - [`xor`]: XOR, alone or with the check. It and the next two have `unsafe` code, and nothing else does.
//! - [`simd`]: the algorithms on vectors of any width.
//! - `x86_64`, `aarch64`, `wasm32`: the vectors themselves.
//! - [`level`]: which of them the CPU runs.

pub(crate) mod automaton;
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

use automaton::State;

/// Below this length the automaton is done before a vector is set up.
const SHORT: usize = 16;

/// Up to this length XOR and check in place are faster in one pass than in two.
const FUSED: usize = 767;

/// Up to this length a text is looked at for ASCII before it is checked in one pass with XOR; above, by the stride.
#[allow(dead_code, reason = "for the vector kernels, which not every CPU has")]
const FUSED_SHORT: usize = 256;

/// Takes a stream in `state` over `bytes`. The state is [`State::REJECT`] if they make it invalid.
#[inline]
pub(crate) fn advance(state: State, bytes: &[u8]) -> State {
    if state == State::START {
        return advance_from_edge(bytes).state();
    }
    if bytes.len() < SHORT {
        return state.run(bytes);
    }
    // A character that is open takes at most three more bytes. How many is as good as random: no branch on it.
    let [first, second, third, ..] = *bytes else { return state.run(bytes) };
    let after_1 = state.step(first);
    let after_2 = after_1.step(second);
    let after_3 = after_2.step(third);
    if after_3 == State::REJECT {
        return State::REJECT;
    }
    let open_1 = after_1 != State::START;
    let open_2 = open_1 & (after_2 != State::START);
    advance_from_edge(&bytes[1 + usize::from(open_1) + usize::from(open_2)..]).state()
}

/// Takes a stream that is at a character's edge over `bytes`.
#[inline]
pub(crate) fn advance_from_edge(bytes: &[u8]) -> Outcome {
    if bytes.len() < SHORT { scalar::advance_short(bytes) } else { cpu::advance(bytes) }
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

/// Where a stream is after [`advance_from_edge`].
///
/// Two plain numbers: it is handed back in registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    state: State,
    rejected_after: usize,
}

impl Outcome {
    #[inline(always)]
    const fn reached(state: State) -> Self {
        Self { state, rejected_after: 0 }
    }

    #[inline(always)]
    const fn rejected(after: usize) -> Self {
        Self { state: State::REJECT, rejected_after: after }
    }

    /// The state reached; [`State::REJECT`] if the bytes make the stream invalid.
    #[inline(always)]
    pub(crate) const fn state(self) -> State {
        self.state
    }

    /// If the stream was rejected: how many bytes can be skipped in the search for the error. They don't make the stream
    /// invalid, and some of the following 512 do.
    pub(crate) const fn rejected_after(self) -> usize {
        self.rejected_after
    }
}

#[cfg(all(test, feature = "std"))]
mod tests;
