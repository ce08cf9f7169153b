//! Comments that nobody wants to know of.

use stream_utf8::lines::{equal_bits_of_short, line_end_bits_of_short};

use super::Parser;
use super::field::Field;
use super::scan::LF;

const BLOCK: usize = 64;

impl Parser {
    /// Passes over the comments at the start of `input`, of which the first may have begun in the chunk before. Lines
    /// must end with LF. Stops at a block that holds anything else.
    ///
    /// All of `input` must be within the limit of a line. No branch depends on where the lines end.
    pub(super) fn skip_comments(&mut self, input: &mut &[u8]) {
        let mut rest = *input;
        let mut is_inside = !self.line.is_empty();
        let mut len = self.line.len();
        while !rest.is_empty() {
            let (block, behind) = rest.split_at(rest.len().min(BLOCK));
            let unused = BLOCK - block.len();
            let ends = equal_bits_of_short(block, LF);
            let starts = (ends << 1 | u64::from(!is_inside)) << unused >> unused;
            if ends != line_end_bits_of_short(block) || starts & !equal_bits_of_short(block, b':') != 0 {
                break;
            }
            // How many bytes follow the last line end, if there is one.
            let tail = (ends << unused).leading_zeros() as usize;
            len = if ends == 0 { len + block.len() } else { tail };
            is_inside = ends == 0 || tail > 0;
            rest = behind;
        }
        *input = rest;
        if is_inside {
            self.line.begin(Field::Comment, len);
        } else {
            self.line.clear();
        }
        self.find_shortcut();
    }
}
