//! Runs of `data` lines.

use stream_utf8::lines::line_end_bits;

use super::Parser;
use super::scan::LF;

/// After so many lines of an event it is likely that as many follow.
pub(super) const LIKELY: usize = 8;

const BLOCK: usize = 64;

/// A block's length, as offsets are counted.
const STEP: u16 = 64;

/// How many bytes are searched for line ends at a time.
const WINDOW: usize = 8 * BLOCK;

impl Parser {
    /// Reads `data` lines that end with LF, as long as there is no other and the chunk goes on for a while, from `at` on.
    /// All limits must be far.
    ///
    /// No branch depends on where the lines end, which no predictor could know.
    #[inline(never)]
    pub(super) fn data_lines(&mut self, chunk: &[u8], at: &mut usize) {
        let mut ends = Ends { offsets: [0; WINDOW + UNASKED], len: 0 };
        let mut window_at = *at;
        while let Some(window) = chunk.get(window_at..).filter(|window| window.len() >= BLOCK) {
            let searched = ends.find(window);
            for &offset in ends.offsets.iter().take(ends.len) {
                let end = window_at + usize::from(offset);
                let Some(value) = chunk.get(*at..).and_then(|rest| rest.strip_prefix(b"data: ")) else { return };
                if chunk[end] != LF {
                    return;
                }
                self.block.data_run(value, end - *at - "data: ".len());
                *at = end + 1;
            }
            window_at += searched;
        }
    }
}

/// How many line ends of a block are noted without a question of how many there are.
const UNASKED: usize = 4;

/// The line ends of a window.
struct Ends {
    offsets: [u16; WINDOW + UNASKED],
    len: usize,
}

impl Ends {
    /// Looks at the first blocks of `bytes`, and tells how many bytes that were.
    fn find(&mut self, bytes: &[u8]) -> usize {
        self.len = 0;
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        let mut at = 0;
        for block in blocks.iter().take(WINDOW / BLOCK) {
            let mut bits = line_end_bits(block);
            for _ in 0..UNASKED {
                self.note_lowest(&mut bits, at);
            }
            while bits != 0 {
                self.note_lowest(&mut bits, at);
            }
            at += STEP;
        }
        usize::from(at)
    }

    /// Notes the lowest of the `bits`, and clears it; or nothing.
    #[inline(always)]
    fn note_lowest(&mut self, bits: &mut u64, at: u16) {
        #[allow(clippy::cast_possible_truncation, reason = "at most 64")]
        let lowest = bits.trailing_zeros() as u16;
        if let Some(offset) = self.offsets.get_mut(self.len) {
            *offset = at + lowest;
        }
        self.len += usize::from(*bits != 0);
        *bits &= bits.wrapping_sub(1);
    }
}
