//! What needs no vector instructions: the automaton on whole inputs, with a short cut for ASCII; line ends by the word.

use super::Outcome;
use super::automaton::State;
use super::last::Last;

/// How many bytes are tested for ASCII at a time.
const BLOCK: usize = 16;

/// [`advance`](super::advance) without vectors. Apart, so that kernels save no registers for it.
#[inline(never)]
pub(crate) fn advance(bytes: &[u8]) -> Outcome {
    match run(State::START, bytes) {
        Ok(State::START) => Outcome::Edge,
        Ok(_) => Outcome::Open,
        Err(after) => Outcome::Rejected { after },
    }
}

/// Whether a stream that ends with `last` may go on with `bytes`, without vectors.
#[inline(never)]
pub(crate) fn follow(last: Last, bytes: &[u8]) -> bool {
    run(last.state(), bytes).is_ok()
}

/// The state after all of `bytes`; or else after how many of them an error lies, within a block.
#[inline(always)]
fn run(mut state: State, bytes: &[u8]) -> Result<State, usize> {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    for (i, block) in blocks.iter().enumerate() {
        if state == State::START && is_ascii(*block) {
            continue;
        }
        state = state.run(block);
        if state == State::REJECT {
            return Err(i * BLOCK);
        }
    }
    match state.run(rest) {
        State::REJECT => Err(bytes.len() - rest.len()),
        state => Ok(state),
    }
}

#[inline(always)]
fn is_ascii(block: [u8; BLOCK]) -> bool {
    u128::from_ne_bytes(block) & (u128::MAX / 0xFF * 0x80) == 0
}

/// Whether all of fewer than 16 bytes are ASCII: two words that overlap cover any length.
#[inline(always)]
pub(crate) fn is_short_ascii(bytes: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        (u64::from_ne_bytes(*first) | u64::from_ne_bytes(*last)) & (u64::MAX / 0xFF * 0x80) == 0
    } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        (u32::from_ne_bytes(*first) | u32::from_ne_bytes(*last)) & (u32::MAX / 0xFF * 0x80) == 0
    } else {
        bytes.iter().all(u8::is_ascii)
    }
}

/// [`line_end_bits`](super::line_end_bits), eight bytes at a time.
#[allow(dead_code, reason = "CPUs with vectors have their own, and tests compare it with this one")]
pub(crate) fn line_end_bits(block: &[u8; 64]) -> u64 {
    bits(block, line_ends)
}

/// [`line_end_or_non_ascii_bits`](super::line_end_or_non_ascii_bits), eight bytes at a time.
#[allow(dead_code, reason = "as above")]
pub(crate) fn line_end_or_non_ascii_bits(block: &[u8; 64]) -> u64 {
    bits(block, |word| line_ends(word) | word)
}

/// [`equal_bits`](super::equal_bits), eight bytes at a time.
#[allow(dead_code, reason = "as above")]
pub(crate) fn equal_bits(block: &[u8; 64], byte: u8) -> u64 {
    bits(block, |word| zero_bytes(word ^ repeat(byte)))
}

/// 80 for each LF and CR.
#[inline(always)]
const fn line_ends(word: u64) -> u64 {
    zero_bytes(word ^ repeat(b'\n')) | zero_bytes(word ^ repeat(b'\r'))
}

/// Bit 7 of each byte that `mark` makes of the block's.
#[inline(always)]
fn bits(block: &[u8; 64], mark: impl Fn(u64) -> u64) -> u64 {
    let (words, _) = block.as_chunks::<8>();
    words.iter().rev().fold(0, |bits, word| {
        let marks = mark(u64::from_le_bytes(*word)) & repeat(0x80);
        // Gathers the bits 7, 15, … 63 in the uppermost byte.
        bits << 8 | ((marks >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56)
    })
}

/// 80 in each byte that is 0, and 00 in the others.
#[inline(always)]
const fn zero_bytes(word: u64) -> u64 {
    let low = repeat(0x7F);
    !(((word & low) + low) | word | low)
}

#[inline(always)]
const fn repeat(byte: u8) -> u64 {
    u64::MAX / 0xFF * byte as u64
}

#[cfg(test)]
mod tests {
    /// The CPU's search for bytes is the same at every level, so it is compared here.
    #[test]
    fn what_is_found_in_a_block_is_what_the_cpu_finds() {
        for byte in (0..=255).filter(|byte| !cfg!(miri) || matches!(byte, 9..=14 | 138 | 141)) {
            for at in 0..64 {
                let mut block = [b'\n' ^ 1; 64];
                block[at] = byte;
                let expected = u64::from(byte == b'\n' || byte == b'\r') << at;
                assert_eq!(super::line_end_bits(&block), expected, "{byte:02X} at {at}");
                assert_eq!(crate::arch::line_end_bits(&block), expected, "{byte:02X} at {at}");
                let expected = expected | u64::from(byte >= 0x80) << at;
                assert_eq!(super::line_end_or_non_ascii_bits(&block), expected, "{byte:02X} at {at}");
                assert_eq!(crate::arch::line_end_or_non_ascii_bits(&block), expected, "{byte:02X} at {at}");
                for other in [byte, byte ^ 0x80, byte.wrapping_add(1), block[at ^ 1]] {
                    let expected = block.iter().rev().fold(0, |bits, met| bits << 1 | u64::from(*met == other));
                    assert_eq!(super::equal_bits(&block, other), expected, "{other:02X}, {byte:02X} at {at}");
                    assert_eq!(crate::arch::equal_bits(&block, other), expected, "{other:02X}, {byte:02X} at {at}");
                }
            }
        }
    }
}
