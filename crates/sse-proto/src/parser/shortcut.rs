//! What most streams consist of, recognised at a glance.
//!
//! Whatever is unusual here, a limit that is near too, is left to the long way, which comes to the same result.

use stream_utf8::lines::ascii_line_start;

use super::Parser;
use super::block::Value;
use super::scan::{CR, LF, Scanner};
use crate::item::{Event, Item};

/// What the next call of the parser can try before it goes the long way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shortcut {
    #[default]
    None,
    /// The last block is over, and the next may be one `data` line, or a comment: up to `room` bytes of a value are within
    /// the limits.
    Block { room: usize },
    /// The chunk before has ended within a line.
    Part,
}

/// What is whole at the start of a chunk and ASCII.
pub(super) enum Simple<'i> {
    /// The data of an event that is one `data` line and a blank line.
    Event(&'i str),
    Comment(&'i str),
}

impl<'i> Simple<'i> {
    /// Recognises an event or a comment at the start of `input`, its line ends being LF or CRLF, and gives what follows
    /// too; or else up to where there is no line end.
    #[inline(always)]
    pub(super) fn find(input: &'i [u8], room: usize, with_comments: bool) -> Result<(Self, &'i [u8]), usize> {
        if let Some(value) = input.strip_prefix(b"data: ") {
            let data = ascii_line_start(value);
            match &value[data.len()..] {
                [LF, LF, rest @ ..] | [CR, LF, CR, LF, rest @ ..] if data.len() <= room => {
                    Ok((Self::Event(data), rest))
                }
                rest => Err(input.len() - rest.len()),
            }
        } else if with_comments && let Some(value) = input.strip_prefix(b": ") {
            let text = ascii_line_start(value);
            match &value[text.len()..] {
                [LF, rest @ ..] | [CR, LF, rest @ ..] if text.len() <= room => Ok((Self::Comment(text), rest)),
                rest => Err(input.len() - rest.len()),
            }
        } else {
            Err(0)
        }
    }
}

impl Parser {
    /// Looks which shortcut the next call can take.
    #[inline]
    pub(super) fn find_shortcut(&mut self) {
        self.shortcut = if !self.started {
            Shortcut::None
        } else if !self.line.is_empty() {
            Shortcut::Part
        } else if !self.after_cr && !self.dropping && (self.spent || self.block.lines == 0) {
            self.at_block()
        } else {
            Shortcut::None
        };
    }

    /// The shortcut at the start of a block.
    #[inline(always)]
    fn at_block(&self) -> Shortcut {
        let limits = &self.config.limits;
        match limits.line.checked_sub("data: ".len()) {
            Some(line) if limits.lines_per_event > 0 => Shortcut::Block { room: line.min(limits.event_data) },
            _ => Shortcut::None,
        }
    }

    /// An event of one line that is not ASCII, at the start of a chunk and of a block; and what follows it.
    #[inline(always)]
    pub(super) fn whole_event<'i>(&self, chunk: &'i [u8], scanner: &mut Scanner<'i>) -> Option<(&'i str, &'i [u8])> {
        let Shortcut::Block { room } = self.shortcut else { return None };
        let value = chunk.strip_prefix(b"data: ")?;
        let len = scanner.find(0)?.checked_sub("data: ".len())?;
        let ([LF, LF, rest @ ..] | [CR, LF, CR, LF, rest @ ..]) = &value[len..] else { return None };
        if len > room {
            return None;
        }
        Some((Value::new(value, len).text()?, rest))
    }

    /// The event of one line that was found whole.
    #[inline(always)]
    pub(super) fn simple_event<'p>(&'p mut self, data: &'p str) -> Item<'p> {
        if self.spent || !self.is_tidy() {
            self.recycle();
        }
        Item::Event(Event { event_type: "message", data, last_event_id: &self.last_event_id })
    }
}
