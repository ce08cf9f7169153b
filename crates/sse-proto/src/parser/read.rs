//! Reading lines: whole ones at one go, those that a chunk's edge has cut in parts.

use core::time::Duration;

use super::Parser;
use super::block::Held;
use super::field::{Field, RetryValue, split};
use super::line::{BYTE_ORDER_MARK, Head, Line};
use super::scan::{CR, LF, Scanner};
use crate::error::{LimitError, LimitKind, ParseError};

/// What [`Parser::advance`] stops for.
pub(super) enum Step<'i> {
    /// The block's event is complete.
    Dispatch,
    Comment(&'i [u8]),
    /// A comment line that a chunk's edge had cut is complete; its text is in [`Parser::value`].
    CutComment,
    Retry(Duration),
}

/// What a line gives, if it is complete.
type LineResult<'i> = Result<Option<Step<'i>>, ParseError>;

impl Parser {
    /// Reads lines until one completes an item.
    pub(super) fn advance<'i>(
        &mut self,
        input: &mut &'i [u8],
        held: &mut Held<'i>,
        scanner: &mut Scanner<'i>,
    ) -> LineResult<'i> {
        loop {
            if self.line.is_empty() {
                self.skip_to_line(input);
                if let Some(step) = self.whole_lines(input, held, scanner)? {
                    return Ok(Some(step));
                }
            }
            if input.is_empty() {
                return Ok(None);
            }
            self.block.keep(held);
            if let Some(step) = self.cut_line(input, scanner)? {
                return Ok(Some(step));
            }
        }
    }

    /// Takes what stands before a line: the LF of a CRLF whose CR has ended the line before, the byte order mark.
    fn skip_to_line(&mut self, input: &mut &[u8]) {
        if self.after_cr && !input.is_empty() {
            self.after_cr = false;
            *input = input.strip_prefix(b"\n").unwrap_or(input);
        }
        while !self.started
            && let Some(rest) = input.strip_prefix(BYTE_ORDER_MARK)
        {
            self.skip_byte_order_mark();
            *input = rest;
        }
    }

    /// Notes that a byte order mark was dropped at the start of the stream.
    fn skip_byte_order_mark(&mut self) {
        self.byte_order_marks += 1;
        let allowed = if self.config.skip_second_byte_order_mark { 2 } else { 1 };
        self.started = self.byte_order_marks >= allowed;
    }

    /// Reads the lines that lie whole in `input`, up to one that exceeds a limit, which [`Parser::cut_line`] has to look
    /// at byte by byte.
    fn whole_lines<'i>(
        &mut self,
        input: &mut &'i [u8],
        held: &mut Held<'i>,
        scanner: &mut Scanner<'i>,
    ) -> LineResult<'i> {
        while let Some(&first) = input.first() {
            if first == LF || first == CR {
                let step = self.blank_line(held)?;
                *input = self.after_line(input);
                if step.is_some() {
                    return Ok(step);
                }
                continue;
            }
            let Some(end) = scanner.find(input) else { break };
            let (line, rest) = input.split_at(end);
            if self.dropping {
                *input = self.after_line(rest);
                continue;
            }
            let (field, value) = split(line);
            if !self.is_within_limits(line, field, value, held) {
                break;
            }
            if field == Field::Comment {
                *input = rest;
                let text = comment_text(line);
                self.check_text(text)?;
                *input = self.after_line(rest);
                return Ok(Some(Step::Comment(text)));
            }
            self.block.lines += 1;
            match field {
                Field::Data if rest[0] == LF => self.block.data(value, &input[end - value.len()..=end], held),
                Field::Data => self.block.data(value, &[], held),
                Field::EventType => self.block.event_type(value, held),
                Field::Id => self.block.id(value, held),
                Field::Retry | Field::Comment | Field::Unknown => {}
            }
            *input = self.after_line(rest);
            if field == Field::Retry
                && let Some(millis) = RetryValue::of(value).millis()
            {
                return Ok(Some(Step::Retry(Duration::from_millis(millis))));
            }
        }
        Ok(None)
    }

    fn is_within_limits(&self, line: &[u8], field: Field, value: &[u8], held: &Held<'_>) -> bool {
        let limits = &self.config.limits;
        let field_is = match field {
            Field::Data => self.block.data_len(held).saturating_add(value.len()) <= limits.event_data,
            Field::EventType => value.len() <= limits.event_type,
            Field::Id => value.len() <= limits.last_event_id,
            Field::Retry | Field::Comment | Field::Unknown => true,
        };
        field_is && line.len() <= limits.line && (field == Field::Comment || self.block.lines < limits.lines_per_event)
    }

    /// Reads the part of a line that lies in `input`: the line has begun before, or does not end here, or exceeds a
    /// limit somewhere.
    fn cut_line<'i>(&mut self, input: &mut &'i [u8], scanner: &mut Scanner<'i>) -> LineResult<'i> {
        self.is_tidy = false;
        if self.line.is_empty() {
            self.value.recycle();
            self.retry = RetryValue::default();
        }
        let end = scanner.find(input);
        let part = &input[..end.unwrap_or(input.len())];
        let mut rest = part;
        let taken = self.take_part(&mut rest);
        *input = &input[part.len() - rest.len()..];
        taken?;
        if end.is_none() {
            return Ok(None);
        }
        let step = match self.end_line()? {
            EndOfLine::Blank => self.blank_line(&mut Held::default())?,
            EndOfLine::Comment => {
                self.check_text(&self.value)?;
                Some(Step::CutComment)
            }
            EndOfLine::Retry(time) => Some(Step::Retry(time)),
            EndOfLine::Other => None,
        };
        *input = self.after_line(input);
        Ok(step)
    }

    /// Takes the bytes of the current line off the front of `part`, up to one that exceeds a limit.
    fn take_part(&mut self, part: &mut &[u8]) -> Result<(), LimitError> {
        if self.dropping {
            if !part.is_empty() {
                self.line = Line::SKIPPED;
                *part = &[];
            }
            return Ok(());
        }
        let limits = self.config.limits;
        let field = match self.line.take_head(part, !self.started, limits.line) {
            Head::Incomplete => return Ok(()),
            Head::ByteOrderMark => {
                self.skip_byte_order_mark();
                return self.take_part(part);
            }
            Head::TooLong => return Err(exceeded(LimitKind::Line, limits.line)),
            Head::Value(field) => field,
        };
        let (kind, limit, len) = match field {
            Field::Data => (LimitKind::EventData, limits.event_data, self.block.data_len(&Held::default())),
            Field::EventType => (LimitKind::EventType, limits.event_type, self.value.len()),
            Field::Id => (LimitKind::LastEventId, limits.last_event_id, self.value.len()),
            Field::Retry | Field::Comment | Field::Unknown => (LimitKind::Line, limits.line, self.line.len()),
        };
        let line_room = limits.line.saturating_sub(self.line.len());
        let field_room = limit.saturating_sub(len);
        let (now, later) = part.split_at(part.len().min(line_room).min(field_room));
        match field {
            Field::Data => self.block.push_data(now),
            Field::EventType | Field::Id | Field::Comment => self.value.extend_from_slice(now),
            Field::Retry => self.retry.push(now),
            Field::Unknown => {}
        }
        self.line.add_value(now.len());
        *part = later;
        if later.is_empty() {
            Ok(())
        } else if line_room <= field_room {
            Err(exceeded(LimitKind::Line, limits.line))
        } else {
            Err(exceeded(kind, limit))
        }
    }

    /// Ends the line that [`Parser::take_part`] has taken.
    pub(super) fn end_line(&mut self) -> Result<EndOfLine, LimitError> {
        let limits = self.config.limits;
        // Only a line that might have been a byte order mark can be too long here.
        if self.line.len() > limits.line {
            return Err(exceeded(LimitKind::Line, limits.line));
        }
        let Some(field) = self.line.end() else { return Ok(EndOfLine::Blank) };
        if self.dropping {
            return Ok(EndOfLine::Other);
        }
        if field == Field::Comment {
            return Ok(EndOfLine::Comment);
        }
        if self.block.lines >= limits.lines_per_event {
            return Err(exceeded(LimitKind::LinesPerEvent, limits.lines_per_event));
        }
        self.block.lines += 1;
        match field {
            Field::Data => {
                // An empty line can exceed the limit by the LF before it.
                if self.block.data_len(&Held::default()) > limits.event_data {
                    return Err(exceeded(LimitKind::EventData, limits.event_data));
                }
                self.block.end_data();
            }
            Field::EventType => self.block.swap_event_type(&mut self.value),
            Field::Id => self.block.swap_id(&mut self.value),
            Field::Retry => {
                if let Some(millis) = self.retry.millis() {
                    return Ok(EndOfLine::Retry(Duration::from_millis(millis)));
                }
            }
            Field::Comment | Field::Unknown => {}
        }
        Ok(EndOfLine::Other)
    }

    /// What follows a line, `rest` starting with its end.
    #[inline]
    fn after_line<'i>(&mut self, rest: &'i [u8]) -> &'i [u8] {
        self.started = true;
        match rest {
            [CR, LF, rest @ ..] => rest,
            [CR] => {
                self.after_cr = true;
                &[]
            }
            [_, rest @ ..] | rest => rest,
        }
    }

    fn blank_line<'i>(&mut self, held: &mut Held<'i>) -> LineResult<'i> {
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

    fn check_text(&self, text: &[u8]) -> Result<(), ParseError> {
        match self.config.refuse_ill_formed && stream_utf8::validate(text).is_err() {
            true => Err(ParseError::IllFormed),
            false => Ok(()),
        }
    }
}

/// What [`Parser::end_line`] has ended.
pub(super) enum EndOfLine {
    Blank,
    /// A comment; its text is in [`Parser::value`].
    Comment,
    Retry(Duration),
    Other,
}

fn comment_text(line: &[u8]) -> &[u8] {
    match line {
        [b':', b' ', text @ ..] | [b':', text @ ..] => text,
        text => text,
    }
}

/// The value met is the first above the limit: further bytes may not have come, and must play no part.
fn exceeded(kind: LimitKind, limit: usize) -> LimitError {
    LimitError { kind, limit, actual: limit.saturating_add(1) }
}
