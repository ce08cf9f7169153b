use alloc::string::String;

use crate::config::Config;
use crate::encoder::EventId;
use crate::error::ParseError;
use crate::item::{Event, Item};
use block::{Block, Held};
use line::Line;
use shortcut::{Shortcut, Simple};
use text::Decoded;

mod block;
mod buffers;
mod comments;
mod cut;
mod field;
mod line;
mod next;
mod read;
mod room;
mod run;
mod scan;
mod shortcut;
mod text;
mod whole;

/// Parses a `text/event-stream` (HTML 9.2.5 and 9.2.6) that arrives in pieces of any size.
///
/// Each call of [`next`](Self::next) takes bytes off the front of the caller's slice until there is something to tell.
/// How the stream is cut never changes what comes out.
///
/// - One leading byte order mark is dropped, ill-formed UTF-8 becomes U+FFFD; neither is an error.
/// - Lines end with CRLF, LF or CR; one that ends with CR is complete at once, without a look at the next byte.
/// - An event whose data is a single line that lies whole in the chunk is borrowed from it. Everything else is copied
///   once into buffers that are reused, twice what a chunk's edge cuts of a short line, and ill-formed text once more to be
///   decoded; an event that was larger than the ones after it has its memory given back.
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
    /// Whether `decoded` is empty and `line` has no more capacity than is kept, so that there is nothing for
    /// [`Parser::tidy`] to do.
    is_tidy: bool,
    /// The text of a comment that is ill-formed.
    decoded: Decoded,
    /// Whether a line has come, or all byte order marks that are dropped.
    started: bool,
    byte_order_marks: u8,
    /// Whether the last byte was a CR that has ended a line, so that an LF belongs to it.
    after_cr: bool,
    /// Whether the buffers are those of the item handed out last.
    spent: bool,
    /// Whether the lines up to the next blank one belong to an event that is dropped.
    dropping: bool,
    dropped_events: u64,
    failure: Option<ParseError>,
    shortcut: Shortcut,
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
        self.set_last_event_id(id);
        self
    }

    /// Sets the last event ID, as if an earlier connection had.
    pub fn set_last_event_id(&mut self, id: EventId<'_>) {
        self.last_event_id.clear();
        self.last_event_id.push_str(id.as_str());
    }

    /// Takes bytes off the front of `input` until an item is complete; `None` once all are taken.
    ///
    /// To be called in a loop until it gives `None`, then with the next chunk. The item borrows from the chunk and from
    /// the parser.
    ///
    /// # Errors
    ///
    /// - [`ParseError::Limit`] if the stream exceeds one of the [`Limits`](crate::Limits), unless [`Config::on_limit`] has
    ///   it drop the event. `input` then starts with the byte that was too much.
    /// - [`ParseError::IllFormed`] if [`Config::refuse_ill_formed`] is set and an event, an ID or a comment is not UTF-8.
    ///   `input` then starts with the line end that completed it: that of the blank line or of the comment.
    ///
    /// All items before the error have come out by then. It is final: every further call returns it again and takes
    /// nothing, until [`reset`](Self::reset).
    #[inline(always)]
    pub fn next<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8]) -> Result<Option<Item<'p>>, ParseError> {
        let mut searched = 0;
        let mut is_part = false;
        match self.shortcut {
            Shortcut::None => {}
            Shortcut::Block { room } => match Simple::find(input, room, !self.config.skip_comments) {
                Ok((Simple::Event(data), rest)) => {
                    *input = rest;
                    return Ok(Some(self.simple_event(data)));
                }
                Ok((Simple::Comment(text), rest)) => {
                    *input = rest;
                    return Ok(Some(Item::Comment(text)));
                }
                Err(at) => searched = at,
            },
            Shortcut::Part => is_part = true,
        }
        // Only a copy is lent, so that the compiler can keep the caller's slice in registers.
        let mut rest = *input;
        let item = if is_part { self.next_part(&mut rest) } else { self.next_item(&mut rest, searched) };
        *input = rest;
        item
    }

    /// Ends the stream, and readies the parser for the next connection as [`reset`](Self::reset) does.
    ///
    /// An event that lacks its blank line is discarded, and the ID it has set with it (HTML 9.2.6), unless
    /// [`Config::dispatch_unterminated`] is set: then it is returned. So whatever comes from here is not an event by
    /// the standard.
    ///
    /// Only an event is returned and only with one does an ID count, so what comes of the last line, if it has no end,
    /// is a part of that event or nothing: an ID without data, a reconnection time or a comment there is discarded.
    ///
    /// If this end of a line exceeds a limit and [`Config::on_limit`] has it drop the event, none is returned, and
    /// [`dropped_events`](Self::dropped_events) is the only report of it.
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
        if self.config.dispatch_unterminated && !self.dropping {
            if !self.line.is_empty()
                && let Err(error) = self.end_line()
            {
                let dropped = self.exceed(error.into());
                self.reset();
                return dropped.map(|_| None);
            }
            let mut held = Held::default();
            if self.block.has_data(&held) {
                if self.config.refuse_ill_formed && !self.block.is_well_formed(&held) {
                    let failed = self.exceed(ParseError::IllFormed);
                    self.reset();
                    return failed.map(|_| None);
                }
                self.block.commit_id(&mut held, &mut self.last_event_id);
                self.restart();
                self.spent = true;
                return Ok(Some(self.block.event(&held, &self.last_event_id)));
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

    /// Whether this stream began with two byte order marks, of which the second was dropped because
    /// [`Config::skip_second_byte_order_mark`] is set.
    #[must_use]
    pub fn has_skipped_second_byte_order_mark(&self) -> bool {
        self.byte_order_marks > 1
    }

    /// How many events were dropped, in all connections.
    #[must_use]
    pub fn dropped_events(&self) -> u64 {
        self.dropped_events
    }

    /// How many bytes of memory the parser's buffers own.
    ///
    /// At most 32 KiB and a last event ID once small events have followed a large one; 0 for a stream whose events arrive
    /// whole, are well-formed, have one line of data each and no ID.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.block.capacity() + self.line.capacity() + self.decoded.capacity() + self.last_event_id.capacity()
    }

    /// Gives back the memory of all buffers that are empty, for a connection that is likely to stay idle for long.
    ///
    /// What belongs to an event that has not come whole is kept.
    pub fn shrink_to_fit(&mut self) {
        if self.spent {
            self.recycle();
        }
        self.block.shrink_to_fit();
        self.line.shrink_to_fit();
        self.decoded.release();
        self.last_event_id.shrink_to_fit();
    }
}
