//! Comments that nobody wants to know of.

use stream_utf8::lines::{equal_bits, line_end_bits, line_end_bits_of_short};

use super::Parser;
use super::field::Field;
use super::line::Stage;
use super::scan::{BLOCK, LF};
use super::shortcut::Shortcut;

/// The stage of a comment that is not asked for.
pub(super) const SKIPPED_COMMENT: Stage = Stage::Skipped(Field::Comment);

impl Parser {
    /// Passes over the comments at the start of `input`, which are not asked for, the first of which may have begun in the
    /// chunk before. Stops at a block that holds anything else, or a line end other than LF.
    ///
    /// Whether it has passed over anything. It stops too at a block that may hold the limit of a line.
    #[inline(never)]
    pub(super) fn pass_comments(&mut self, input: &mut &[u8]) -> bool {
        let may_pass = match self.shortcut {
            Shortcut::Block { .. } => input.first() == Some(&b':'),
            Shortcut::Part => self.line.stage() == SKIPPED_COMMENT,
            Shortcut::None => false,
        };
        if !may_pass {
            return false;
        }
        let Some(last) = self.config.limits.line.checked_sub(BLOCK) else { return false };
        let mut rest = *input;
        let mut is_inside = !self.line.is_empty();
        let mut len = self.line.len();
        while !rest.is_empty() && len <= last {
            let (step, behind) = match rest.split_first_chunk() {
                Some((block, behind)) => (pass_block(block, is_inside), behind),
                None => (pass_short(rest, is_inside), &[][..]),
            };
            let Some(tail) = step else { break };
            len = if tail == rest.len() - behind.len() { len + tail } else { tail };
            is_inside = tail > 0;
            rest = behind;
        }
        let has_passed = rest.len() < input.len();
        *input = rest;
        self.be_in_comment(is_inside, len);
        has_passed
    }

    /// [`Parser::pass_comments`] within a comment, of at most 64 bytes, all or none, a line end among them.
    #[inline(never)]
    pub(super) fn pass_short_comments(&mut self, bytes: &[u8]) -> bool {
        if self.line.room() < BLOCK {
            return false;
        }
        let Some(tail) = pass_short(bytes, true) else { return false };
        self.be_in_comment(tail > 0, tail);
        true
    }

    /// Goes on in a comment of which `len` bytes have come, or at the start of a line.
    #[inline(always)]
    fn be_in_comment(&mut self, is_inside: bool, len: usize) {
        if is_inside {
            self.line.set_stage(SKIPPED_COMMENT, len, self.config.limits.line.saturating_sub(len));
        } else {
            self.line.clear();
        }
        self.find_shortcut();
    }
}

/// Whether all of `block` is comments, and if so, how many bytes follow the last line end: all if there is none.
///
/// No branch depends on where the lines end.
#[inline(always)]
fn pass_block(block: &[u8; BLOCK], is_inside: bool) -> Option<usize> {
    let ends = equal_bits(block, LF);
    let starts = ends << 1 | u64::from(!is_inside);
    let is_comments = ends == line_end_bits(block) && starts & !equal_bits(block, b':') == 0;
    is_comments.then(|| ends.leading_zeros() as usize)
}

/// [`pass_block`] of fewer bytes.
#[inline(always)]
fn pass_short(bytes: &[u8], is_inside: bool) -> Option<usize> {
    let mut ends = line_end_bits_of_short(bytes);
    let mut start = 0;
    let mut may_start = is_inside || bytes.first() == Some(&b':');
    while may_start && ends != 0 {
        let end = ends.trailing_zeros() as usize;
        start = end + 1;
        may_start = bytes.get(end) == Some(&LF) && bytes.get(start).is_none_or(|byte| *byte == b':');
        ends &= ends - 1;
    }
    may_start.then(|| bytes.len() - start)
}
