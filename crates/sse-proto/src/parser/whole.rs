//! Lines that lie whole in a chunk.

use super::Parser;
use super::block::{Held, Value};
use super::field::{Field, retry_time, split};
use super::read::{LineResult, Step, Told};
use super::run;
use super::scan::Scanner;

impl Parser {
    /// Reads the lines that lie whole in `chunk` from `at` on, up to one that exceeds a limit, which [`Parser::cut_line`]
    /// has to look at byte by byte.
    #[inline]
    pub(super) fn whole_lines<'i>(
        &mut self,
        chunk: &'i [u8],
        at: &mut usize,
        held: &mut Held<'i>,
        scanner: &mut Scanner<'i>,
    ) -> LineResult<'i> {
        let mut roomy_until = 0;
        let mut may_run = true;
        while let Some(end) = scanner.find(*at) {
            let (until_end, _) = chunk.split_at(end);
            if end > roomy_until {
                roomy_until = at.saturating_add(self.room_for_lines(held));
                may_run = true;
            }
            if end <= roomy_until && self.common_line(&chunk[*at..], end - *at, held) {
                *at = self.after_line(chunk, end);
                if may_run && self.block.lines >= run::LIKELY && self.block.is_all_copied(held) {
                    may_run = false;
                    self.data_lines(&chunk[..chunk.len().min(roomy_until)], at);
                }
                continue;
            }
            let line = &until_end[*at..];
            if line.is_empty() {
                let step = self.blank_line(held)?;
                *at = self.after_line(chunk, end);
                if step.is_some() {
                    return Ok(step);
                }
                continue;
            }
            if self.dropping {
                *at = self.after_line(chunk, end);
                continue;
            }
            let (field, value) = split(line);
            if !self.is_within_limits(line, field, value, held) {
                break;
            }
            if field == Field::Comment {
                if self.config.skip_comments {
                    *at = self.after_line(chunk, end);
                    continue;
                }
                *at = end;
                let value = Value::new(&chunk[end - value.len()..], value.len());
                self.check_text(value)?;
                *at = self.after_line(chunk, end);
                return Ok(Some(Step::Told(Told::Comment(value))));
            }
            self.block.lines += 1;
            let bytes = value;
            let value = Value::new(&chunk[end - value.len()..], value.len());
            match field {
                Field::Data => self.block.data(value, held),
                Field::EventType => self.block.event_type(value, held),
                Field::Id => self.block.id(value, held),
                Field::Retry | Field::Comment | Field::Unknown => {}
            }
            *at = self.after_line(chunk, end);
            if field == Field::Retry
                && let Some(time) = retry_time(bytes)
            {
                return Ok(Some(Step::Told(Told::Retry(time))));
            }
        }
        Ok(None)
    }

    /// Reads one of the lines that streams mostly consist of, far from all limits, if it is one: the first `len` bytes of
    /// `rest`, which goes on with the line's end. The others are for [`Parser::whole_lines`].
    #[inline(always)]
    fn common_line<'i>(&mut self, rest: &'i [u8], len: usize, held: &mut Held<'i>) -> bool {
        if let Some(value) = rest.strip_prefix(b"data: ") {
            self.block.data(Value::new(value, len - "data: ".len()), held);
        } else if let Some(value) = rest.strip_prefix(b"id: ") {
            let value = Value::new(value, len - "id: ".len());
            if value.bytes().len() > self.config.limits.last_event_id {
                return false;
            }
            self.block.id(value, held);
        } else if let Some(value) = rest.strip_prefix(b"event: ") {
            let value = Value::new(value, len - "event: ".len());
            if value.bytes().len() > self.config.limits.event_type {
                return false;
            }
            self.block.event_type(value, held);
        } else {
            return rest[0] == b':' && self.config.skip_comments;
        }
        self.block.lines += 1;
        true
    }
}
