//! What a stream's next bytes depend on: its last ones.

use super::automaton::State;

/// The last four bytes of a stream, oldest first; zeros before its start. All of them were accepted.
///
/// Three would do, and four are one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Last([u8; 4]);

impl Last {
    /// Before a stream's first byte.
    pub(crate) const NONE: Self = Self([0; 4]);

    /// The last bytes after `bytes` more.
    #[inline(always)]
    pub(crate) fn after(self, bytes: &[u8]) -> Self {
        bytes.last_chunk().map_or_else(|| self.after_few(bytes), |&last| Self(last))
    }

    fn after_few(self, bytes: &[u8]) -> Self {
        bytes.iter().fold(self, |Self([_, second, third, fourth]), &byte| Self([second, third, fourth, byte]))
    }

    /// The bytes, as they lie in memory.
    #[allow(dead_code, reason = "for the vector kernels, which not every CPU has")]
    #[inline(always)]
    pub(crate) const fn bytes(self) -> [u8; 4] {
        self.0
    }

    /// How many of them, 0 to 3, belong to a character that is not complete.
    #[inline]
    pub(crate) const fn open_len(self) -> usize {
        match self.0 {
            [.., 0xC0..=0xFF] => 1,
            [.., 0xE0..=0xFF, _] => 2,
            [_, 0xF0..=0xFF, ..] => 3,
            _ => 0,
        }
    }

    /// Those that belong to a character that is not complete.
    pub(crate) fn open(&self) -> &[u8] {
        &self.0[self.0.len() - self.open_len()..]
    }

    /// Whether they end at a character's edge.
    #[inline]
    pub(crate) const fn is_edge(self) -> bool {
        self.open_len() == 0
    }

    /// Whether no character has the very last byte. It is the one byte that is not judged by those before it.
    #[inline(always)]
    pub(crate) const fn ends_hopeless(self) -> bool {
        matches!(self.0, [.., 0xC0 | 0xC1 | 0xF5..=0xFF])
    }

    /// What they ask of the next byte.
    #[inline(always)]
    pub(crate) fn state(self) -> State {
        let [_, last @ ..] = self.0;
        State::after_last(last)
    }
}

#[cfg(test)]
mod tests {
    use super::{Last, State};

    #[test]
    fn open_characters_are_seen() {
        for text in ["abc", "aé", "語", "😀"] {
            for len in 0..=text.len() {
                let bytes = [b"xyz", &text.as_bytes()[..len]].concat();
                let last = Last::NONE.after(&bytes);
                let open = core::str::from_utf8(&bytes).map_or_else(|error| &bytes[error.valid_up_to()..], |_| &[]);
                assert_eq!(last.open(), open, "{bytes:02X?}");
                assert_eq!(last.is_edge(), open.is_empty(), "{bytes:02X?}");
                assert_eq!(last.state(), State::START.run(&bytes), "{bytes:02X?}");
                let by_byte = bytes.chunks(1).fold(Last::NONE, Last::after);
                assert_eq!(by_byte, last, "{bytes:02X?}");
            }
        }
    }

    #[test]
    fn bytes_that_no_character_has_are_hopeless() {
        for byte in 0..=255 {
            let hopeless = Last::NONE.after(&[byte]).ends_hopeless();
            assert_eq!(hopeless, byte >= 0xC0 && State::START.step(byte) == State::REJECT, "{byte:02X}");
        }
    }
}
