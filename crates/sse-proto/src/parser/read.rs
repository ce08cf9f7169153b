//! Reading lines: whole ones at one go, those that a chunk's edge has cut in parts.

use core::time::Duration;

use super::Parser;
use super::block::{Held, Value};
use super::line::Stage;
use super::scan::{CR, LF, Scanner};
use crate::error::ParseError;

/// U+FEFF, which HTML 9.2.5 drops once, at the very start of the stream.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What [`Parser::advance`] stops for.
pub(super) enum Step<'i> {
    /// The block's event is complete.
    Dispatch,
    /// It goes on after a line of which the caller is told.
    Told(Told<'i>),
}

/// A line that is an item by itself.
pub(super) enum Told<'i> {
    Comment(Value<'i>),
    /// A comment line that a chunk's edge had cut; its text is in [`Parser::line`].
    CutComment,
    Retry(Duration),
}

/// What a line gives, if it is complete.
pub(super) type LineResult<'i> = Result<Option<Step<'i>>, ParseError>;

impl Parser {
    /// Reads lines until one completes an item.
    pub(super) fn advance<'i>(
        &mut self,
        input: &mut &'i [u8],
        held: &mut Held<'i>,
        scanner: &mut Scanner<'i>,
    ) -> LineResult<'i> {
        let chunk = *input;
        let mut at = 0;
        let result = self.advance_over(chunk, &mut at, held, scanner);
        *input = &chunk[at..];
        result
    }

    /// [`Parser::advance`] from the offset `at` on, which moves on.
    #[inline]
    fn advance_over<'i>(
        &mut self,
        chunk: &'i [u8],
        at: &mut usize,
        held: &mut Held<'i>,
        scanner: &mut Scanner<'i>,
    ) -> LineResult<'i> {
        loop {
            if self.line.is_empty() {
                self.skip_to_line(chunk, at);
                if let Some(step) = self.whole_lines(chunk, at, held, scanner)? {
                    return Ok(Some(step));
                }
            }
            if *at == chunk.len() {
                return Ok(None);
            }
            self.block.keep(held);
            if let Some(step) = self.cut_line(chunk, at, scanner)? {
                return Ok(Some(step));
            }
        }
    }

    /// Takes what stands before a line: the LF of a CRLF whose CR has ended the line before, the byte order mark.
    #[inline]
    fn skip_to_line(&mut self, chunk: &[u8], at: &mut usize) {
        if self.after_cr && *at < chunk.len() {
            self.after_cr = false;
            *at += usize::from(chunk[*at] == LF);
        }
        while !self.started && chunk[*at..].starts_with(BYTE_ORDER_MARK) {
            self.skip_byte_order_mark();
            *at += BYTE_ORDER_MARK.len();
        }
    }

    /// Takes the part of a byte order mark at the start of the stream that has come, up to the end of `chunk`; whether all of
    /// it has. It is not counted before it has turned out to be something else.
    #[cold]
    pub(super) fn take_byte_order_mark(&mut self, chunk: &[u8], at: &mut usize) -> bool {
        let had = self.line.len();
        if self.line.stage() != Stage::Kept || had >= BYTE_ORDER_MARK.len() {
            return false;
        }
        if had == 0 {
            self.line.recycle();
        }
        let Some(missing) = BYTE_ORDER_MARK.strip_prefix(self.line.kept()) else { return false };
        let part = &chunk[*at..];
        let len = missing.iter().zip(part).take_while(|(mark, byte)| mark == byte).count();
        if len == missing.len() {
            self.line.clear();
            self.skip_byte_order_mark();
        } else {
            self.line.keep(part, len);
            self.line.set_stage(Stage::Kept, had + len, 0);
        }
        *at += len;
        len == missing.len()
    }

    /// Notes that a byte order mark was dropped at the start of the stream.
    pub(super) fn skip_byte_order_mark(&mut self) {
        self.byte_order_marks += 1;
        let allowed = if self.config.skip_second_byte_order_mark { 2 } else { 1 };
        self.started = self.byte_order_marks >= allowed;
    }

    /// The offset of what follows a line that ends at `end`.
    #[inline(always)]
    pub(super) fn after_line(&mut self, chunk: &[u8], end: usize) -> usize {
        self.started = true;
        match chunk[end..] {
            [CR, LF, ..] => end + 2,
            [CR] => {
                self.after_cr = true;
                end + 1
            }
            _ => end + 1,
        }
    }

    /// Ends the block: whether it is an event.
    #[inline(always)]
    pub(super) fn blank_line<'i>(&mut self, held: &mut Held<'i>) -> LineResult<'i> {
        self.dropping = false;
        if self.config.refuse_ill_formed && !self.block.is_well_formed(held) {
            return Err(ParseError::IllFormed);
        }
        self.block.commit_id(held, &mut self.last_event_id);
        if self.block.has_data(held) {
            return Ok(Some(Step::Dispatch));
        }
        *held = Held::default();
        self.recycle();
        Ok(None)
    }

    /// Whether a comment is text, if that matters.
    pub(super) fn check_text(&self, value: Value<'_>) -> Result<(), ParseError> {
        match self.config.refuse_ill_formed && value.text().is_none() {
            true => Err(ParseError::IllFormed),
            false => Ok(()),
        }
    }
}
