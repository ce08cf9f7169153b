//! Lines that a chunk's edge cuts, read part by part.

use super::Parser;
use super::block::Value;
use super::field::{Field, retry_time};
use super::line::Stage;
use super::read::{LineResult, Step, Told};
use super::scan::Scanner;
use crate::error::{LimitError, LimitKind};

impl Parser {
    /// Reads the part of a line that lies in `chunk` from `at` on, which is not empty unless it is the rest of a line: the
    /// line has begun before, or does not end here, or exceeds a limit somewhere.
    #[inline(always)]
    pub(super) fn cut_line<'i>(
        &mut self,
        chunk: &'i [u8],
        at: &mut usize,
        scanner: &mut Scanner<'i>,
    ) -> LineResult<'i> {
        let end = scanner.find(*at);
        let part_end = end.unwrap_or(chunk.len());
        if !self.started && self.take_byte_order_mark(&chunk[..part_end], at) {
            return Ok(None);
        }
        self.take_part(chunk, at, part_end)?;
        let Some(end) = end else { return Ok(None) };
        let step = self.end_line()?.map(Step::Told);
        if let Some(Step::Told(Told::CutComment)) = step {
            self.check_text(self.line.comment())?;
        }
        *at = self.after_line(chunk, end);
        Ok(step)
    }

    /// Takes the bytes of the line from `at` to `end`, up to one that exceeds a limit.
    #[inline(always)]
    pub(super) fn take_part(&mut self, chunk: &[u8], at: &mut usize, end: usize) -> Result<(), LimitError> {
        if self.line.is_empty() {
            self.begin_line(&chunk[..end], at);
        }
        if end - *at > self.line.room() {
            self.make_room(&chunk[..end], at)?;
        }
        self.push(&chunk[*at..], end - *at);
        *at = end;
        Ok(())
    }

    /// Looks at the first bytes of a line: all of `chunk` from `at` on that belongs to it.
    #[inline(always)]
    fn begin_line(&mut self, chunk: &[u8], at: &mut usize) {
        let part = &chunk[*at..];
        if let Some(room) = self.room_for_data_line()
            && part.starts_with(b"data: ")
        {
            *at += "data: ".len();
            self.line.set_stage(Stage::Data, "data: ".len(), room);
        } else if self.dropping {
            self.line.skip();
        } else if self.config.skip_comments && part.first() == Some(&b':') {
            self.line.set_stage(Stage::Skipped(Field::Comment), 0, self.config.limits.line);
        } else {
            self.line.recycle();
            self.line.set_stage(Stage::Kept, 0, self.room_for_any_line());
        }
    }

    /// Takes the first `len` bytes of `rest`, for which there is room, as a part of the line.
    #[inline(always)]
    pub(super) fn push(&mut self, rest: &[u8], len: usize) {
        match self.line.stage() {
            Stage::Kept => self.line.keep(rest, len),
            Stage::Data => self.block.push_data(Value::new(rest, len)),
            Stage::Skipped(_) => {}
        }
        self.line.count(len);
    }

    /// Ends the line. What was kept of it stays to be read.
    #[inline(always)]
    pub(super) fn end_line<'i>(&mut self) -> Result<Option<Told<'i>>, LimitError> {
        let stage = self.line.stage();
        // Only a line that might have been a byte order mark can be too long here.
        if stage == Stage::Kept && self.line.len() > self.config.limits.line {
            return Err(self.exceeded(LimitKind::Line));
        }
        self.line.clear();
        self.is_tidy &= !self.line.is_large();
        let (field, value) = match stage {
            Stage::Kept if self.line.kept().first() == Some(&b':') => return Ok(Some(Told::CutComment)),
            Stage::Kept => self.line.read(),
            Stage::Data => (Field::Data, Value::default()),
            Stage::Skipped(field) => (field, Value::default()),
        };
        if self.dropping || field == Field::Comment {
            return Ok(None);
        }
        if self.block.lines >= self.config.limits.lines_per_event {
            return Err(self.exceeded(LimitKind::LinesPerEvent));
        }
        self.block.lines += 1;
        match field {
            Field::Data => {
                // An empty line can exceed the limit by the LF before it.
                if self.block.kept_data_len() > self.config.limits.event_data {
                    return Err(self.exceeded(LimitKind::EventData));
                }
                if stage == Stage::Kept {
                    self.block.push_data(value);
                }
                self.block.end_data();
            }
            Field::EventType => self.block.keep_event_type(value),
            Field::Id => self.block.keep_id(value),
            Field::Retry => return Ok(retry_time(value.bytes()).map(Told::Retry)),
            Field::Comment | Field::Unknown => {}
        }
        Ok(None)
    }
}
