//! What needs no vector instructions: the automaton on whole inputs, with a short cut for ASCII; XOR and line ends by the
//! word.

use super::automaton::State;
use super::last::Last;
use super::{Key, Outcome};

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

/// The longest input that [`xor_short_in_place`] takes.
pub(crate) const XOR_SHORT: usize = 16;

/// XORs at most 16 bytes with `key`: two words that overlap cover any length. Both are read before one is written.
#[inline(always)]
pub(crate) fn xor_short_in_place(bytes: &mut [u8], key: Key) {
    let len = bytes.len();
    if let (Some(&first), Some(&last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        bytes[..8].copy_from_slice(&xor_8(first, key));
        bytes[len - 8..].copy_from_slice(&xor_8(last, key.rotated(len)));
    } else if let (Some(&first), Some(&last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        bytes[..4].copy_from_slice(&xor_4(first, key));
        bytes[len - 4..].copy_from_slice(&xor_4(last, key.rotated(len)));
    } else {
        bytes.iter_mut().zip(key.bytes()).for_each(|(byte, key)| *byte ^= key);
    }
}

#[inline(always)]
const fn xor_4(word: [u8; 4], key: Key) -> [u8; 4] {
    (u32::from_le_bytes(word) ^ key.0).to_le_bytes()
}

#[inline(always)]
const fn xor_8(word: [u8; 8], key: Key) -> [u8; 8] {
    let key = key.0 as u64;
    (u64::from_le_bytes(word) ^ (key << 32 | key)).to_le_bytes()
}

/// XORs any number of bytes with `key`, by the word.
#[allow(dead_code, reason = "CPUs with vectors have their own, and tests compare it with this one")]
pub(crate) fn xor_in_place(bytes: &mut [u8], key: Key) {
    let (words, rest) = bytes.as_chunks_mut();
    for word in words {
        *word = xor_8(*word, key);
    }
    xor_short_in_place(rest, key);
}

/// Writes `from`, after XOR with `key`, into `into`, which is as long.
#[allow(dead_code, reason = "CPUs with vectors have their own, and tests compare it with this one")]
pub(crate) fn xor_copy(from: &[u8], into: &mut [u8], key: Key) {
    into.copy_from_slice(from);
    xor_in_place(into, key);
}

/// [`line_end_bits`](super::line_end_bits), eight bytes at a time.
#[allow(dead_code, reason = "CPUs with vectors have their own, and tests compare it with this one")]
pub(crate) fn line_end_bits(block: &[u8; 64]) -> u64 {
    let (words, _) = block.as_chunks::<8>();
    words.iter().rev().fold(0, |bits, word| {
        let word = u64::from_le_bytes(*word);
        let ends = zero_bytes(word ^ repeat(b'\n')) | zero_bytes(word ^ repeat(b'\r'));
        // Gathers the bits 7, 15, … 63 in the uppermost byte.
        bits << 8 | ((ends >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56)
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
    use super::Key;

    #[test]
    fn xor_is_that_of_the_cpu() {
        let from: [u8; 200] = core::array::from_fn(|i| u8::try_from(i).unwrap());
        for len in (0..from.len()).step_by(if cfg!(miri) { 13 } else { 1 }) {
            let (mut ours, mut expected) = (from, from);
            super::xor_copy(&from[..len], &mut ours[..len], Key::new([1, 2, 3, 4]));
            crate::arch::xor_in_place(&mut expected[..len], Key::new([1, 2, 3, 4]));
            assert_eq!(ours, expected, "{len} bytes");
        }
    }

    /// The CPU's search for line ends is the same at every level, so it is compared here.
    #[test]
    fn line_ends_are_those_of_the_cpu() {
        for byte in (0..=255).filter(|byte| !cfg!(miri) || matches!(byte, 9..=14 | 138 | 141)) {
            for at in 0..64 {
                let mut block = [b'\n' ^ 1; 64];
                block[at] = byte;
                let expected = u64::from(byte == b'\n' || byte == b'\r') << at;
                assert_eq!(super::line_end_bits(&block), expected, "{byte:02X} at {at}");
                assert_eq!(crate::arch::line_end_bits(&block), expected, "{byte:02X} at {at}");
            }
        }
    }
}
