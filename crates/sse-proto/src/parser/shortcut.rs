//! What most streams consist of, recognised at a glance.
//!
//! Whatever is unusual here, a limit that is near too, is left to the long way, which comes to the same result.

use stream_utf8::lines::{ascii_line_start, line_end_bits_of_short};

use super::Parser;
use super::block::{Held, Value};
use super::field::Field;
use super::scan::{CR, LF, Scanner};
use crate::item::{Event, Item};

/// What the next call of the parser can try before it goes the long way.
///
/// `room` is how many bytes of a value are within the limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shortcut {
    #[default]
    None,
    /// The last block is over, and the next may be one `data` line, or a comment.
    Block { room: usize },
    /// The chunk before has ended in the value of a `data` line.
    Data { room: usize },
    /// The chunk before has ended in a comment.
    Comment { room: usize },
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

/// What a shortcut has led to.
pub(super) enum Outcome<'i> {
    /// Nothing: there is the long way.
    No,
    /// All of the chunk was taken.
    Taken,
    /// An event that is this one line.
    Event(&'i str),
    /// An event whose data are in the block.
    CutEvent,
    /// A comment, whose text is in [`Parser::value`].
    CutComment,
}

impl Parser {
    /// Looks which shortcut the next call can take.
    #[inline]
    pub(super) fn find_shortcut(&mut self) {
        self.shortcut = if self.dropping || !self.started {
            Shortcut::None
        } else if self.line.is_empty() {
            if (self.spent || self.block.lines == 0) && !self.after_cr { self.at_block() } else { Shortcut::None }
        } else if self.line.field() == Some(Field::Data) {
            self.room_for_data().map_or(Shortcut::None, |room| Shortcut::Data { room })
        } else if self.line.field() == Some(Field::Comment) {
            Shortcut::Comment { room: self.config.limits.line.saturating_sub(self.line.len()) }
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

    /// How many more bytes of the current line, a `data` line, are within the limits; `None` if not even its end is.
    #[inline]
    fn room_for_data(&self) -> Option<usize> {
        let limits = &self.config.limits;
        let line = limits.line.checked_sub(self.line.len())?;
        let data = limits.event_data.checked_sub(self.block.data_len(&Held::default()))?;
        (self.block.lines < limits.lines_per_event).then(|| line.min(data))
    }

    /// Takes all of a short chunk if it is all within the value of a `data` line or a comment, or comments that are not
    /// asked for. There must be room for it.
    #[inline(never)]
    pub(super) fn take_middle(&mut self, chunk: &[u8]) -> bool {
        if chunk.len() > 64 {
            return false;
        }
        if line_end_bits_of_short(chunk) != 0 {
            return self.pass_short_comments(chunk);
        }
        match &mut self.shortcut {
            Shortcut::Data { room } => {
                *room -= chunk.len();
                self.block.push_data(chunk, chunk.len());
            }
            Shortcut::Comment { room } => {
                *room -= chunk.len();
                if !self.config.skip_comments {
                    self.value.extend_from_start(chunk, chunk.len());
                    self.is_tidy &= !self.value.is_large();
                }
            }
            Shortcut::None | Shortcut::Block { .. } => return false,
        }
        self.line.add_value(chunk.len());
        true
    }

    /// Takes a shortcut, if there is one.
    #[inline(always)]
    pub(super) fn take_shortcut<'i>(&mut self, input: &mut &'i [u8], scanner: &mut Scanner<'i>) -> Outcome<'i> {
        match self.shortcut {
            Shortcut::None => Outcome::No,
            _ if input.is_empty() => Outcome::Taken,
            Shortcut::Block { room } => self.begin_block(input, scanner, room),
            Shortcut::Data { room } => self.go_on_with_data(input, scanner, room),
            Shortcut::Comment { room } => self.go_on_with_comment(input, scanner, room),
        }
    }

    /// At the start of a block: an event whose data are not ASCII, or the start of a line that goes on in the next chunk.
    #[inline(always)]
    fn begin_block<'i>(&mut self, input: &mut &'i [u8], scanner: &mut Scanner<'i>, room: usize) -> Outcome<'i> {
        let rest = *input;
        let Some(end) = scanner.find(0) else {
            if rest.len() <= room && self.begin_line(rest, room) {
                *input = &[];
                return Outcome::Taken;
            }
            return Outcome::No;
        };
        if let Some(value) = rest.strip_prefix(b"data: ")
            && let [LF, LF, rest @ ..] | [CR, LF, CR, LF, rest @ ..] = &rest[end..]
            && end - "data: ".len() <= room
            && let Some(data) = Value::new(value, end - "data: ".len()).text()
        {
            *input = rest;
            return Outcome::Event(data);
        }
        Outcome::No
    }

    /// Takes all of a chunk, which is the start of a line, if it is a common one.
    #[inline(always)]
    fn begin_line(&mut self, rest: &[u8], room: usize) -> bool {
        if let Some(value) = rest.strip_prefix(b"data: ") {
            if self.spent {
                self.recycle();
            }
            self.block.push_data(value, value.len());
            self.line.begin(Field::Data, rest.len());
            self.shortcut = Shortcut::Data { room: room - value.len() };
        } else if let Some(text) = rest.strip_prefix(b": ")
            && !self.config.skip_comments
        {
            if self.spent {
                self.recycle();
            }
            self.value.replace(text, text.len());
            self.is_tidy &= !self.value.is_large();
            self.line.begin(Field::Comment, rest.len());
            self.shortcut = Shortcut::Comment { room: room - text.len() };
        } else {
            return false;
        }
        true
    }

    /// In the value of a `data` line.
    #[inline(always)]
    fn go_on_with_data<'i>(&mut self, input: &mut &'i [u8], scanner: &mut Scanner<'i>, room: usize) -> Outcome<'i> {
        let rest = *input;
        let Some(end) = scanner.find(0) else {
            if rest.len() > room {
                return Outcome::No;
            }
            self.block.push_data(rest, rest.len());
            self.line.add_value(rest.len());
            self.shortcut = Shortcut::Data { room: room - rest.len() };
            *input = &[];
            return Outcome::Taken;
        };
        match &rest[end..] {
            [LF, LF, behind @ ..] | [CR, LF, CR, LF, behind @ ..] if end <= room && !self.config.refuse_ill_formed => {
                self.block.data_end(rest, end);
                self.line.clear();
                *input = behind;
                self.block.commit_id(&mut Held::default(), &mut self.last_event_id);
                self.spent = true;
                self.shortcut = self.at_block();
                Outcome::CutEvent
            }
            _ => Outcome::No,
        }
    }

    /// In a comment.
    #[inline(always)]
    fn go_on_with_comment<'i>(&mut self, input: &mut &'i [u8], scanner: &mut Scanner<'i>, room: usize) -> Outcome<'i> {
        if self.config.skip_comments {
            return Outcome::No;
        }
        let rest = *input;
        let Some(end) = scanner.find(0) else {
            if rest.len() > room {
                return Outcome::No;
            }
            self.value.extend_from_start(rest, rest.len());
            self.is_tidy &= !self.value.is_large();
            self.line.add_value(rest.len());
            self.shortcut = Shortcut::Comment { room: room - rest.len() };
            *input = &[];
            return Outcome::Taken;
        };
        if rest[end] == LF && end <= room && !self.config.refuse_ill_formed {
            self.value.extend_from_start(rest, end);
            self.is_tidy &= !self.value.is_large();
            self.line.clear();
            *input = &rest[end + 1..];
            self.find_shortcut();
            return Outcome::CutComment;
        }
        Outcome::No
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
