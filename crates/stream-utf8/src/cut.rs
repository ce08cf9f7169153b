//! The character that a chunk's edge has cut.

use core::num::NonZeroU8;

use crate::piece::Character;

/// The bytes of a sequence whose rest has not arrived: 0 to 3 bytes that are a proper prefix of some well-formed
/// sequence.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cut {
    bytes: [u8; 3],
    len: u8,
}

/// What the next bytes make of a [`Cut`].
pub(crate) enum Completion {
    /// A whole character, the last `taken` bytes of which came from the chunk.
    Character { character: Character, taken: usize },
    /// The chunk was used up and the sequence is still not complete.
    Incomplete,
    /// No continuation can make it valid. Its ill-formed part is what the cut held, unless the chunk's first bytes
    /// belong to it too: `error_len` bytes, counted from the sequence's first byte, `taken` of them from the chunk.
    IllFormed { error_len: NonZeroU8, taken: usize },
}

impl Cut {
    pub(crate) const EMPTY: Self = Self { bytes: [0; 3], len: 0 };

    /// Keeps the incomplete sequence `tail`, which was found to be completable and so has at most 3 bytes.
    pub(crate) fn new(tail: &[u8]) -> Self {
        let mut cut = Self::EMPTY;
        for &byte in tail.iter().take(cut.bytes.len()) {
            cut.push(byte);
        }
        cut
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) const fn len(&self) -> u8 {
        self.len
    }

    /// Takes bytes from the start of `chunk` until the sequence is complete, hopeless, or the chunk used up.
    ///
    /// The cut is empty afterwards unless the sequence is still incomplete.
    pub(crate) fn complete(&mut self, chunk: &[u8]) -> Completion {
        for (before, &byte) in chunk.iter().enumerate() {
            let [a, b, c] = self.bytes;
            let mut bytes = [a, b, c, 0];
            bytes[usize::from(self.len)] = byte;
            match core::str::from_utf8(&bytes[..=usize::from(self.len)]) {
                Ok(_) => {
                    let character = Character::new(bytes, self.len + 1);
                    *self = Self::EMPTY;
                    return Completion::Character { character, taken: before + 1 };
                }
                // The byte that fails never belongs to the ill-formed part: up to it, the sequence was completable.
                Err(error) if error.error_len().is_some() => {
                    let had = core::mem::take(self).len;
                    return Completion::IllFormed {
                        error_len: NonZeroU8::new(had).unwrap_or(NonZeroU8::MIN),
                        taken: before,
                    };
                }
                Err(_) => self.push(byte),
            }
        }
        Completion::Incomplete
    }

    fn push(&mut self, byte: u8) {
        self.bytes[usize::from(self.len)] = byte;
        self.len += 1;
    }
}
