use alloc::string::String;
use core::time::Duration;

use memchr::memchr2;

use crate::encoder::EventId;
use crate::error::{LimitError, LimitKind, ParseError};
use crate::item::{Event, Item};
use crate::limits::Limits;
use crate::scratch::Scratch;
use block::{Block, Held};
use field::{Field, RetryValue};
use line::{BYTE_ORDER_MARK, Head, Line};
use text::Decoded;

mod block;
mod field;
mod line;

mod text;

const LF: u8 = b'\n';
const CR: u8 = b'\r';

/// Parses a `text/event-stream` (HTML 9.2.5 and 9.2.6) that arrives in pieces of any size.
///
/// Each call of [`next`](Self::next) takes bytes off the front of the caller's slice until there is something to tell.
/// How the stream is cut never changes what comes out.
///
/// - One leading byte order mark is dropped, ill-formed UTF-8 becomes U+FFFD; neither is an error.
/// - Lines end with CRLF, LF or CR; one that ends with CR is complete at once, without a look at the next byte.
/// - An event whose data is a single line that lies whole in the chunk is borrowed from it. Everything else is copied
///   once, into buffers that are reused; an event that was larger than the ones after it has its memory given back.
/// - Each byte is looked at a bounded number of times, so the time taken is linear in the bytes, however they are cut.
///
/// ```
/// use sse_proto::{Item, Parser};
///
/// let mut parser = Parser::new();
/// let mut seen = Vec::new();
/// for chunk in [&b"data: hel"[..], b"lo\n\n: still here\nda", b"ta: world\r", b"\r"] {
///     let mut input = chunk;
///     while let Some(item) = parser.next(&mut input)? {
///         match item {
///             Item::Event(event) => seen.push(event.data.to_owned()),
///             Item::Comment(text) => seen.push(format!("({text})")),
///             _ => {}
///         }
///     }
/// }
/// assert_eq!(seen, ["hello", "(still here)", "world"]);
/// # Ok::<(), sse_proto::ParseError>(())
/// ```
#[derive(Debug, Default)]
pub struct Parser {
    config: Config,
    /// The last event ID string: what a blank line has made of the last event ID buffer.
    last_event_id: String,
    block: Block,
    /// The line that a chunk's edge has cut.
    line: Line,
    /// The value of that line if it is an `event`, `id` or comment line; or that of the comment just handed out.
    value: Scratch,
    /// The value of that line if it is a `retry` line.
    retry: RetryValue,
    /// The text of a comment that is ill-formed.
    decoded: Decoded,
    /// Whether a line has come, or the byte order mark.
    started: bool,
    /// Whether the last byte was a CR that has ended a line, so that an LF belongs to it.
    after_cr: bool,
    /// Whether the buffers are those of the item handed out last.
    spent: bool,
    failure: Option<ParseError>,
}

/// How a [`Parser`] is to behave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// What a stream may make the parser hold.
    pub limits: Limits,
    /// Whether [`Parser::finish`] dispatches an event that the end of the stream has cut off from its blank line.
    ///
    /// Off by default: the standard discards it. Some servers, of language models above all, forget the last blank
    /// line; but where a connection breaks, such an event may lack lines, and its last line may lack its end.
    pub dispatch_unterminated: bool,
}

/// What [`Parser::advance`] stops for.
enum Step<'i> {
    /// The block's event is complete.
    Dispatch,
    Comment(&'i [u8]),
    /// A comment line that a chunk's edge had cut is complete; its text is in [`Parser::value`].
    CutComment,
    Retry(Duration),
}

impl Parser {
    /// A parser at the start of a stream, with the defaults and an empty last event ID.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A parser at the start of a stream.
    #[must_use]
    pub fn with_config(config: Config) -> Self {
        Self { config, ..Self::default() }
    }

    /// The same parser, its last event ID being `id` as if an earlier connection had set it.
    ///
    /// ```
    /// use sse_proto::{EventId, Item, Parser};
    ///
    /// let mut parser = Parser::new().resume_from(EventId::new("41")?);
    /// let Some(Item::Event(event)) = parser.next(&mut &b"data: no id of its own\n\n"[..])? else { panic!() };
    /// assert_eq!(event.last_event_id, "41");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub fn resume_from(mut self, id: EventId<'_>) -> Self {
        self.last_event_id.clear();
        self.last_event_id.push_str(id.as_str());
        self
    }

    /// Takes bytes off the front of `input` until an item is complete; `None` once all are taken.
    ///
    /// To be called in a loop until it gives `None`, then with the next chunk. The item borrows from the chunk and from
    /// the parser.
    ///
    /// # Errors
    ///
    /// [`ParseError::Limit`] if the stream exceeds one of the [`Limits`]. All items before it have come out by then;
    /// `input` starts with the byte that was too much. The error is final: every further call returns it again and
    /// takes nothing, until [`reset`](Self::reset).
    pub fn next<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8]) -> Result<Option<Item<'p>>, ParseError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        if self.spent {
            self.recycle();
        }
        let mut held = Held::default();
        let step = match self.advance(input, &mut held) {
            Ok(step) => step,
            Err(error) => return Err(self.fail(error)),
        };
        let Some(step) = step else {
            self.block.keep(&mut held);
            return Ok(None);
        };
        if let Step::Dispatch = step {
            self.spent = true;
            return Ok(Some(Item::Event(self.block.event(held, &self.last_event_id))));
        }
        self.block.keep(&mut held);
        Ok(Some(match step {
            Step::Retry(time) => Item::Retry(time),
            Step::Comment(text) => Item::Comment(self.decoded.decode(text)),
            Step::Dispatch | Step::CutComment => Item::Comment(self.decoded.decode(&self.value)),
        }))
    }

    /// Ends the stream, and readies the parser for the next connection as [`reset`](Self::reset) does.
    ///
    /// An event that lacks its blank line is discarded, and the ID it has set with it (HTML 9.2.6), unless
    /// [`Config::dispatch_unterminated`] is set: then it is returned. So whatever comes from here is not an event by
    /// the standard.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next): a limit that this end of a line has exceeded, or the error that was returned before.
    pub fn finish(&mut self) -> Result<Option<Event<'_>>, ParseError> {
        if let Some(failure) = self.failure {
            self.reset();
            return Err(failure);
        }
        if self.spent {
            self.recycle();
        }
        if self.config.dispatch_unterminated {
            if let Err(error) = self.end_line() {
                self.reset();
                return Err(error.into());
            }
            let mut held = Held::default();
            self.block.commit_id(&mut held, &mut self.last_event_id);
            if self.block.has_data(&held) {
                self.restart();
                self.spent = true;
                return Ok(Some(self.block.event(held, &self.last_event_id)));
            }
        }
        self.reset();
        Ok(None)
    }

    /// Readies the parser for the next connection: only the configuration and the last event ID survive.
    pub fn reset(&mut self) {
        self.restart();
        self.recycle();
    }

    /// The last event ID string: what the `Last-Event-ID` of a reconnection has to be, if it is not empty.
    ///
    /// An ID counts from the blank line on that follows it, whether or not that dispatches an event (HTML 9.2.6).
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// How many bytes of memory the parser's buffers own.
    ///
    /// At most 32 KiB and a last event ID once small events have followed a large one, 0 for a stream whose events
    /// arrive whole and have no ID.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.block.capacity() + self.value.capacity() + self.decoded.capacity() + self.last_event_id.capacity()
    }

    /// Gives back the memory of all buffers that are empty, for a connection that is likely to stay idle for long.
    ///
    /// What belongs to an event that has not come whole is kept.
    pub fn shrink_to_fit(&mut self) {
        if self.spent {
            self.recycle();
        }
        self.block.shrink_to_fit();
        self.value.shrink_to_fit();
        self.decoded.release();
        self.last_event_id.shrink_to_fit();
    }

    /// Reads lines until one completes an item.
    fn advance<'i>(&mut self, input: &mut &'i [u8], held: &mut Held<'i>) -> Result<Option<Step<'i>>, LimitError> {
        loop {
            if self.line.is_empty() {
                self.skip_to_line(input);
                if let Some(line) = self.whole_line(input, held) {
                    match line {
                        Some(step) => return Ok(Some(step)),
                        None => continue,
                    }
                }
            }
            if input.is_empty() {
                return Ok(None);
            }
            self.block.keep(held);
            if let Some(step) = self.cut_line(input)? {
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
        if !self.started
            && let Some(rest) = input.strip_prefix(BYTE_ORDER_MARK)
        {
            self.started = true;
            *input = rest;
        }
    }

    /// Reads a line that lies whole in `input`, if there is one and it is within the limits.
    ///
    /// Otherwise takes nothing and returns `None`: [`Parser::cut_line`] does the rest, byte by byte where it matters.
    fn whole_line<'i>(&mut self, input: &mut &'i [u8], held: &mut Held<'i>) -> Option<Option<Step<'i>>> {
        if let Some(&(LF | CR)) = input.first() {
            self.end_of_line(input, 0);
            return Some(self.blank_line(held));
        }
        let end = memchr2(LF, CR, input)?;
        let line = &input[..end];
        let (field, value) = field::split(line);
        if !self.is_within_limits(line, field, value, held) {
            return None;
        }
        self.end_of_line(input, end);
        if field == Field::Comment {
            return Some(Some(Step::Comment(comment_text(line))));
        }
        self.block.lines += 1;
        match field {
            Field::Data => self.block.data(value, held),
            Field::EventType => self.block.event_type(value, held),
            Field::Id => self.block.id(value, held),
            Field::Retry => return Some(RetryValue::of(value).millis().map(Duration::from_millis).map(Step::Retry)),
            Field::Comment | Field::Unknown => {}
        }
        Some(None)
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
    fn cut_line<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Step<'i>>, LimitError> {
        if self.line.is_empty() {
            self.value.recycle();
            self.retry = RetryValue::default();
        }
        let end = memchr2(LF, CR, input);
        let part = &input[..end.unwrap_or(input.len())];
        let mut rest = part;
        let taken = self.take_part(&mut rest);
        *input = &input[part.len() - rest.len()..];
        taken?;
        if end.is_none() {
            return Ok(None);
        }
        let step = self.end_line()?;
        self.end_of_line(input, 0);
        Ok(match step {
            EndOfLine::Blank => self.blank_line(&mut Held::default()),
            EndOfLine::Comment => Some(Step::CutComment),
            EndOfLine::Retry(time) => Some(Step::Retry(time)),
            EndOfLine::Other => None,
        })
    }

    /// Takes the bytes of the current line off the front of `part`, up to one that exceeds a limit.
    fn take_part(&mut self, part: &mut &[u8]) -> Result<(), LimitError> {
        let limits = self.config.limits;
        let mut at_start = !self.started;
        let head = self.line.take_head(part, &mut at_start, limits.line);
        self.started = !at_start;
        let field = match head {
            Head::Incomplete => return Ok(()),
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
    fn end_line(&mut self) -> Result<EndOfLine, LimitError> {
        let limits = self.config.limits;
        // Only a line that might have been a byte order mark can be too long here.
        if self.line.len() > limits.line {
            return Err(exceeded(LimitKind::Line, limits.line));
        }
        let Some(field) = self.line.end() else { return Ok(EndOfLine::Blank) };
        self.started = true;
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

    /// Takes the line end at `end`, and the bytes before it, off the front of `input`.
    fn end_of_line(&mut self, input: &mut &[u8], end: usize) {
        self.started = true;
        let is_cr = input[end] == CR;
        *input = &input[end + 1..];
        if is_cr {
            match input.split_first() {
                Some((&LF, rest)) => *input = rest,
                Some(_) => {}
                None => self.after_cr = true,
            }
        }
    }

    fn blank_line(&mut self, held: &mut Held<'_>) -> Option<Step<'static>> {
        self.block.commit_id(held, &mut self.last_event_id);
        if self.block.has_data(held) {
            return Some(Step::Dispatch);
        }
        *held = Held::default();
        self.recycle();
        None
    }

    /// Empties the buffers after a blank line.
    fn recycle(&mut self) {
        self.spent = false;
        self.block.recycle();
        self.value.recycle();
        self.decoded.recycle();
    }

    /// Back to the start of a stream, save for the buffers.
    fn restart(&mut self) {
        self.line = Line::default();
        self.started = false;
        self.after_cr = false;
        self.failure = None;
    }

    fn fail(&mut self, error: LimitError) -> ParseError {
        let failure = ParseError::from(error);
        self.failure = Some(failure);
        self.block.release();
        self.value.release();
        failure
    }
}

/// What [`Parser::end_line`] has ended.
enum EndOfLine {
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
