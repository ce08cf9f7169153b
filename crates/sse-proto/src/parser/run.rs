//! Runs of `data` lines.

use stream_utf8::lines::line_end_bits;

use super::Parser;
use super::scan::LF;

/// After so many lines of an event it is likely that as many follow.
pub(super) const LIKELY: usize = 8;

impl Parser {
    /// Reads `data` lines whose values have up to 128 bytes, and that end with LF, as long as there is no other and the
    /// chunk goes on for a while, from `at` on. All limits must be far.
    ///
    /// No branch depends on where the lines end, which no predictor could know.
    #[inline(never)]
    pub(super) fn data_lines(&mut self, chunk: &[u8], at: &mut usize) {
        let Some(mut rest) = chunk.get(*at..) else { return };
        while let Some(value) = rest.strip_prefix(b"data: ")
            && let Some((first, behind)) = value.split_first_chunk()
            && let Some(second) = behind.first_chunk()
        {
            let (first, second) = (line_end_bits(first), line_end_bits(second));
            let len = if first == 0 { 64 + second.trailing_zeros() } else { first.trailing_zeros() } as usize;
            let Some((&LF, behind)) = value.get(len..).and_then(<[u8]>::split_first) else { break };
            self.block.data_run(value, len);
            rest = behind;
        }
        *at = chunk.len() - rest.len();
    }
}
