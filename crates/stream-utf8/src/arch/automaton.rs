//! The readable reference: UTF-8 as a finite automaton, one byte at a time.
//!
//! It checks what is too short for vectors. It is also the whole story on CPUs for which there is no vector kernel.
//!
//! A state is a number of bits to shift by. For each byte there is a 64-bit row that holds, at the bit offset of each
//! state, the state that follows. One step is one shift of a row that depends on the byte alone, so that the rows of
//! later bytes are loaded while earlier steps are still under way ("shift-based DFA").

/// What the bytes so far ask of the next ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State(u8);

impl State {
    /// At a character's edge. The state of a new stream, and of one that may end here.
    pub(crate) const START: Self = Self(0);
    /// No continuation can make the bytes valid. This state is never left.
    pub(crate) const REJECT: Self = Self(6);
    /// One more continuation byte, 80 to BF, is due.
    const ONE_MORE: Self = Self(12);
    /// Two more continuation bytes are due.
    const TWO_MORE: Self = Self(18);
    /// Three more continuation bytes are due.
    const THREE_MORE: Self = Self(24);
    /// After E0: A0 to BF and one more, for 80 to 9F would be overlong.
    const AFTER_E0: Self = Self(30);
    /// After ED: 80 to 9F and one more, for A0 to BF would be a surrogate.
    const AFTER_ED: Self = Self(36);
    /// After F0: 90 to BF and two more, for 80 to 8F would be overlong.
    const AFTER_F0: Self = Self(42);
    /// After F4: 80 to 8F and two more, for 90 to BF would lie above U+10FFFF.
    const AFTER_F4: Self = Self(48);

    /// Somewhere in text that is known to be well-formed: the lead of the character may have been missed.
    const UNKNOWN: Self = Self(54);

    const ALL: [Self; 10] = [
        Self::START,
        Self::REJECT,
        Self::ONE_MORE,
        Self::TWO_MORE,
        Self::THREE_MORE,
        Self::AFTER_E0,
        Self::AFTER_ED,
        Self::AFTER_F0,
        Self::AFTER_F4,
        Self::UNKNOWN,
    ];

    /// The state after one more byte.
    #[inline(always)]
    pub(crate) fn step(self, byte: u8) -> Self {
        let [low, ..] = (ROWS[usize::from(byte)] >> self.0).to_le_bytes();
        Self(low & 63)
    }

    /// The state after all of `bytes`.
    #[inline(always)]
    pub(crate) fn run(self, bytes: &[u8]) -> Self {
        bytes.iter().fold(self, |state, &byte| state.step(byte))
    }

    /// The state at the end of a text in which every byte is well placed, from its last three bytes. The very last one can
    /// still be a lead that never is valid.
    #[inline(always)]
    pub(crate) fn after_last(last: [u8; 3]) -> Self {
        // No lead among them means that they end a character of four bytes. Whether they do is as good as random.
        let state = Self::UNKNOWN.run(&last);
        core::hint::select_unpredictable(state == Self::UNKNOWN, Self::START, state)
    }

    /// The step as the Unicode Standard defines it (table 3-7, well-formed UTF-8 byte sequences).
    const fn defined_step(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::START, 0x00..=0x7F) => Self::START,
            (Self::START, 0xC2..=0xDF) => Self::ONE_MORE,
            (Self::START, 0xE0) => Self::AFTER_E0,
            (Self::START, 0xED) => Self::AFTER_ED,
            (Self::START, 0xE1..=0xEF) => Self::TWO_MORE,
            (Self::START, 0xF0) => Self::AFTER_F0,
            (Self::START, 0xF4) => Self::AFTER_F4,
            (Self::START, 0xF1..=0xF3) => Self::THREE_MORE,
            (Self::ONE_MORE, 0x80..=0xBF) => Self::START,
            (Self::TWO_MORE, 0x80..=0xBF) | (Self::AFTER_E0, 0xA0..=0xBF) | (Self::AFTER_ED, 0x80..=0x9F) => {
                Self::ONE_MORE
            }
            (Self::THREE_MORE, 0x80..=0xBF) | (Self::AFTER_F0, 0x90..=0xBF) | (Self::AFTER_F4, 0x80..=0x8F) => {
                Self::TWO_MORE
            }
            (Self::UNKNOWN, 0x80..=0xBF) => Self::UNKNOWN,
            (Self::UNKNOWN, _) => Self::START.defined_step(byte),
            _ => Self::REJECT,
        }
    }
}

/// For each byte, the states that follow, 6 bits at the bit offset of each state.
#[allow(clippy::cast_possible_truncation, reason = "the index of a row is a byte")]
static ROWS: [u64; 256] = {
    let mut rows = [0; 256];
    let mut byte = 0;
    while byte < rows.len() {
        let mut i = 0;
        while i < State::ALL.len() {
            let from = State::ALL[i];
            let to = from.defined_step(byte as u8);
            rows[byte] |= (to.0 as u64) << from.0;
            i += 1;
        }
        byte += 1;
    }
    rows
};

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn a_step_is_the_defined_one() {
        for state in State::ALL {
            for byte in 0..=255 {
                assert_eq!(state.step(byte), state.defined_step(byte), "{state:?} {byte:02X}");
            }
        }
    }

    #[test]
    fn the_last_bytes_of_a_text_tell_its_state() {
        for text in ["abc", "aé", "語", "😀"] {
            for len in 0..=text.len() {
                let bytes = [b"xyz", &text.as_bytes()[..len]].concat();
                let last = *bytes.last_chunk().unwrap();
                assert_eq!(State::after_last(last), State::START.run(&bytes), "{bytes:02X?}");
            }
        }
    }
}
