//! Reading lines: whole ones at one go, those that a chunk's edge has cut in parts.

use core::time::Duration;

use super::Parser;
use super::block::{Held, Value};
use super::field::{Field, RetryValue, split};
use super::line::{BYTE_ORDER_MARK, Head, Line};
use super::run;
use super::scan::{CR, LF, Scanner};
use crate::error::{LimitError, LimitKind, ParseError};

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
    /// A comment line that a chunk's edge had cut; its text is in [`Parser::value`].
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
        let is_roomy = self.is_roomy(chunk.len());
        loop {
            if self.line.is_empty() {
                self.skip_to_line(chunk, at);
                if let Some(step) = self.whole_lines(chunk, at, held, scanner, is_roomy)? {
                    return Ok(Some(step));
                }
            }
            if *at == chunk.len() {
                return Ok(None);
            }
            self.block.keep(held);
            if let Some(step) = self.cut_line(chunk, at, scanner, is_roomy)? {
                return Ok(Some(step));
            }
        }
    }

    /// Whether no limit can be exceeded within `len` bytes, save for those of the type and the ID.
    #[inline]
    fn is_roomy(&self, len: usize) -> bool {
        let limits = &self.config.limits;
        let data = self.block.data_len(&Held::default());
        let more = len.saturating_add(Line::DECIDED);
        !self.dropping
            && self.started
            && self.line.len().saturating_add(more) <= limits.line
            && data.saturating_add(more) <= limits.event_data
            && self.block.lines.saturating_add(more) <= limits.lines_per_event
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

    /// Notes that a byte order mark was dropped at the start of the stream.
    fn skip_byte_order_mark(&mut self) {
        self.byte_order_marks += 1;
        let allowed = if self.config.skip_second_byte_order_mark { 2 } else { 1 };
        self.started = self.byte_order_marks >= allowed;
    }

    /// Reads the lines that lie whole in `chunk` from `at` on, up to one that exceeds a limit, which
    /// [`Parser::cut_line`] has to look at byte by byte.
    #[inline]
    fn whole_lines<'i>(
        &mut self,
        chunk: &'i [u8],
        at: &mut usize,
        held: &mut Held<'i>,
        scanner: &mut Scanner<'i>,
        is_roomy: bool,
    ) -> LineResult<'i> {
        let mut may_run = true;
        while let Some(end) = scanner.find(*at) {
            let (until_end, _) = chunk.split_at(end);
            if is_roomy && self.common_line(&chunk[*at..], end - *at, held) {
                *at = self.after_line(chunk, end);
                if may_run && self.block.lines >= run::LIKELY && self.block.is_all_copied(held) {
                    may_run = false;
                    self.data_lines(chunk, at);
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
                && let Some(millis) = RetryValue::of(bytes).millis()
            {
                return Ok(Some(Step::Told(Told::Retry(Duration::from_millis(millis)))));
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

    /// Reads the part of a line that lies in `chunk` from `at` on: the line has begun before, or does not end here, or
    /// exceeds a limit somewhere.
    #[inline]
    fn cut_line<'i>(
        &mut self,
        chunk: &'i [u8],
        at: &mut usize,
        scanner: &mut Scanner<'i>,
        is_roomy: bool,
    ) -> LineResult<'i> {
        let end = scanner.find(*at);
        if is_roomy {
            match self.cut_common_line(chunk, at, end) {
                Cut::No => {}
                Cut::Yes => return Ok(None),
                Cut::Comment => {
                    self.check_text(Value::of(&self.value))?;
                    *at = self.after_line(chunk, *at);
                    return Ok(Some(Step::Told(Told::CutComment)));
                }
            }
        }
        if self.line.is_empty() {
            self.value.recycle();
            self.is_tidy &= !self.value.is_large();
            self.retry = RetryValue::default();
        }
        self.take_part(chunk, at, end.unwrap_or(chunk.len()), is_roomy)?;
        let Some(end) = end else { return Ok(None) };
        let step = match self.end_line()? {
            EndOfLine::Blank => self.blank_line(&mut Held::default())?,
            EndOfLine::Comment if self.config.skip_comments => None,
            EndOfLine::Comment => {
                self.check_text(Value::of(&self.value))?;
                Some(Step::Told(Told::CutComment))
            }
            EndOfLine::Retry(time) => Some(Step::Told(Told::Retry(time))),
            EndOfLine::Other => None,
        };
        *at = self.after_line(chunk, end);
        Ok(step)
    }

    /// [`Parser::cut_line`] for `data` lines and comments, far from all limits.
    #[inline(always)]
    fn cut_common_line(&mut self, chunk: &[u8], at: &mut usize, end: Option<usize>) -> Cut {
        let rest = &chunk[*at..];
        let len = end.unwrap_or(chunk.len()) - *at;
        match self.line.field() {
            Some(Field::Data) => match end {
                Some(_) => self.block.data_end(rest, len),
                None => self.block.push_data(rest, len),
            },
            Some(Field::Comment) if self.config.skip_comments => {}
            Some(Field::Comment) => {
                self.value.extend_from_start(rest, len);
                if end.is_some() {
                    self.line.clear();
                    *at += len;
                    return Cut::Comment;
                }
            }
            Some(_) => return Cut::No,
            None if end.is_some() || !self.line.is_empty() => return Cut::No,
            None => return self.begin_common_line(rest, at),
        }
        if let Some(end) = end {
            self.line.clear();
            *at = self.after_line(chunk, end);
        } else {
            self.line.add_value(len);
            *at = chunk.len();
        }
        Cut::Yes
    }

    /// The start of a line, which is the `rest` of a chunk.
    #[inline(always)]
    fn begin_common_line(&mut self, rest: &[u8], at: &mut usize) -> Cut {
        if let Some(value) = rest.strip_prefix(b"data: ") {
            self.block.push_data(value, value.len());
            self.line.begin(Field::Data, rest.len());
        } else if let Some(value) = rest.strip_prefix(b": ") {
            if !self.config.skip_comments {
                self.value.recycle();
                self.is_tidy = false;
                self.value.extend_from_start(value, value.len());
            }
            self.line.begin(Field::Comment, rest.len());
        } else {
            return Cut::No;
        }
        *at += rest.len();
        Cut::Yes
    }

    /// Takes the bytes of the current line from `at` to `end`, up to one that exceeds a limit.
    fn take_part(&mut self, chunk: &[u8], at: &mut usize, end: usize, is_roomy: bool) -> Result<(), LimitError> {
        if self.dropping {
            if *at < end {
                self.line = Line::SKIPPED;
                *at = end;
            }
            return Ok(());
        }
        let limits = self.config.limits;
        // A line that began with room to spare goes on as it began: then there was room for all bytes that decide.
        let is_roomy_head = is_roomy || self.line.is_undecided_beyond_name();
        let head = if is_roomy_head && limits.event_type.min(limits.last_event_id) >= Line::DECIDED {
            self.line.take_head(chunk, at, end)
        } else {
            self.line.take_head_bytewise(chunk, at, end, !self.started, limits.line)
        };
        let field = match head {
            Head::Value(field) => field,
            Head::Begun(head) => {
                let (field, value) = split(&head);
                self.push_value(field, value, value.len());
                field
            }
            Head::Incomplete => return Ok(()),
            Head::ByteOrderMark => {
                self.skip_byte_order_mark();
                return self.take_part(chunk, at, end, is_roomy);
            }
            Head::TooLong => return Err(exceeded(LimitKind::Line, limits.line)),
        };
        let (kind, limit, has) = match field {
            Field::Data => (LimitKind::EventData, limits.event_data, self.block.data_len(&Held::default())),
            Field::EventType => (LimitKind::EventType, limits.event_type, self.value.len()),
            Field::Id => (LimitKind::LastEventId, limits.last_event_id, self.value.len()),
            Field::Retry | Field::Comment | Field::Unknown => (LimitKind::Line, limits.line, self.line.len()),
        };
        let len = end - *at;
        let line_room = limits.line.saturating_sub(self.line.len());
        let field_room = limit.saturating_sub(has);
        let now = len.min(line_room).min(field_room);
        self.push_value(field, &chunk[*at..], now);
        self.line.add_value(now);
        *at += now;
        if now == len {
            Ok(())
        } else if line_room <= field_room {
            Err(exceeded(LimitKind::Line, limits.line))
        } else {
            Err(exceeded(kind, limit))
        }
    }

    /// A part of a value: the first `len` bytes of `rest`.
    #[inline]
    fn push_value(&mut self, field: Field, rest: &[u8], len: usize) {
        match field {
            Field::Data => self.block.push_data(rest, len),
            Field::Comment if self.config.skip_comments => {}
            Field::EventType | Field::Id | Field::Comment => {
                self.is_tidy = false;
                self.value.extend_from_start(rest, len);
            }
            Field::Retry => self.retry.push(&rest[..len]),
            Field::Unknown => {}
        }
    }

    /// Ends the line that [`Parser::take_part`] has taken.
    pub(super) fn end_line(&mut self) -> Result<EndOfLine, LimitError> {
        let limits = self.config.limits;
        // Only a line that might have been a byte order mark can be too long here.
        if self.line.len() > limits.line {
            return Err(exceeded(LimitKind::Line, limits.line));
        }
        let Some(ended) = self.line.end() else { return Ok(EndOfLine::Blank) };
        if self.dropping {
            return Ok(EndOfLine::Other);
        }
        let field = ended.field;
        if !ended.value().is_empty() {
            self.push_value(field, ended.value(), ended.value().len());
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

    /// The offset of what follows a line that ends at `end`.
    #[inline(always)]
    fn after_line(&mut self, chunk: &[u8], end: usize) -> usize {
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

    fn check_text(&self, value: Value<'_>) -> Result<(), ParseError> {
        match self.config.refuse_ill_formed && value.text().is_none() {
            true => Err(ParseError::IllFormed),
            false => Ok(()),
        }
    }
}

/// Whether [`Parser::cut_common_line`] has taken what the chunk has of a line.
enum Cut {
    No,
    Yes,
    /// And it was the end of a comment; its text is in [`Parser::value`].
    Comment,
}

/// What [`Parser::end_line`] has ended.
pub(super) enum EndOfLine {
    Blank,
    /// A comment; its text is in [`Parser::value`].
    Comment,
    Retry(Duration),
    Other,
}

/// The value met is the first above the limit: further bytes may not have come, and must play no part.
fn exceeded(kind: LimitKind, limit: usize) -> LimitError {
    LimitError { kind, limit, actual: limit.saturating_add(1) }
}
