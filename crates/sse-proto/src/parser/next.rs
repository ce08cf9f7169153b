//! From lines to items.

use stream_utf8::lines::line_end_bits_of_short;

use super::Parser;
use super::block::Held;
use super::comments::SKIPPED_COMMENT;
use super::read::{LineResult, Step, Told};
use super::scan::{BLOCK, CR, LF, Scanner};
use super::shortcut::Shortcut;
use crate::error::ParseError;
use crate::item::Item;

/// An item, or the end of the chunk.
type ItemResult<'p> = Result<Option<Item<'p>>, ParseError>;

impl Parser {
    /// [`Parser::next`] at the start of a line, or within the first line of the stream. There is no line end among the first `searched` bytes.
    #[inline(never)]
    pub(super) fn next_item<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8], searched: usize) -> ItemResult<'p> {
        // A comment that was handed out was the last line that came.
        if !self.is_tidy && self.line.is_empty() {
            self.forget_comment();
        }
        if searched > 0 && searched == input.len() {
            return self.begin(input);
        }
        let searched = if self.config.skip_comments && self.pass_comments(input) { 0 } else { searched };
        let chunk = *input;
        let mut scanner = Scanner::new(chunk, searched);
        if matches!(self.shortcut, Shortcut::Block { .. }) {
            if scanner.find(0).is_none() {
                return self.begin(input);
            }
            if let Some((data, rest)) = self.whole_event(chunk, &mut scanner) {
                *input = rest;
                return Ok(Some(self.simple_event(data)));
            }
        }
        self.next_lines(input, &mut scanner)
    }

    /// [`Parser::next`] within a line that the chunk before has cut.
    #[inline(never)]
    pub(super) fn next_part<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8]) -> ItemResult<'p> {
        let chunk = *input;
        let ends = line_end_bits_of_short(chunk);
        if chunk.len() <= self.line.room().min(BLOCK) {
            if ends == 0 {
                self.push(chunk, chunk.len());
                *input = &[];
                return Ok(None);
            }
            if self.line.stage() == SKIPPED_COMMENT && self.pass_short_comments(chunk) {
                *input = &[];
                return Ok(None);
            }
        }
        self.next_end(input, ends)
    }

    /// [`Parser::next_part`] where the line ends, or the chunk is long, or exceeds a limit.
    #[inline(never)]
    fn next_end<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8], ends: u64) -> ItemResult<'p> {
        if self.config.skip_comments && self.pass_comments(input) {
            return if self.line.is_empty() { self.next_item(input, 0) } else { self.next_part(input) };
        }
        let mut scanner = Scanner::with_bits(input, 0, ends);
        let chunk = *input;
        let mut at = 0;
        let step = self.go_on(chunk, &mut at, &mut scanner);
        *input = &chunk[at..];
        match step {
            Ok(None) if at < chunk.len() && scanner.find(at).is_none() => self.begin(input),
            Ok(None) if at < chunk.len() => {
                self.shortcut = Shortcut::None;
                self.next_item(input, 0)
            }
            Ok(step) => self.tell(step, &Held::default()),
            Err(error) => self.exceed(error),
        }
    }

    /// Takes all of `input`, which is the start of a line.
    #[inline(always)]
    fn begin<'p>(&'p mut self, input: &mut &[u8]) -> ItemResult<'p> {
        if input.is_empty() {
            return Ok(None);
        }
        if self.spent {
            self.recycle();
        }
        let mut at = 0;
        let taken = self.take_part(input, &mut at, input.len());
        *input = &input[at..];
        self.shortcut = Shortcut::Part;
        taken.map_or_else(|error| self.exceed(error.into()), |()| Ok(None))
    }

    /// Goes on with a line that the chunk before has cut, and with the blank line if one follows.
    #[inline(always)]
    fn go_on<'i>(&mut self, chunk: &'i [u8], at: &mut usize, scanner: &mut Scanner<'i>) -> LineResult<'i> {
        let step = self.cut_line(chunk, at, scanner)?;
        if let (None, [LF, ..] | [CR, LF, ..]) = (&step, &chunk[*at..]) {
            let step = self.blank_line(&mut Held::default())?;
            *at = self.after_line(chunk, *at);
            return Ok(step);
        }
        Ok(step)
    }

    /// Reads the lines of `input`, at which the scanner looks.
    #[inline(always)]
    fn next_lines<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8], scanner: &mut Scanner<'i>) -> ItemResult<'p> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        if self.spent {
            self.recycle();
        }
        let mut held = Held::default();
        match self.advance(input, &mut held, scanner) {
            Ok(Some(Step::Dispatch)) => self.tell(Some(Step::Dispatch), &held),
            Ok(step) => {
                self.block.keep(&mut held);
                self.tell(step, &Held::default())
            }
            Err(error) => self.exceed(error),
        }
    }

    /// The item that the lines have come to, if any. What is held of the chunk must be its event's, or nothing.
    #[inline(always)]
    fn tell<'p>(&'p mut self, step: Option<Step<'p>>, held: &Held<'p>) -> ItemResult<'p> {
        self.spent = matches!(step, Some(Step::Dispatch));
        self.find_shortcut();
        let comment = match step {
            None => return Ok(None),
            Some(Step::Dispatch) => return Ok(Some(Item::Event(self.block.event(held, &self.last_event_id)))),
            Some(Step::Told(Told::Retry(time))) => return Ok(Some(Item::Retry(time))),
            Some(Step::Told(Told::Comment(text))) => text,
            Some(Step::Told(Told::CutComment)) => self.line.comment(),
        };
        Ok(Some(Item::Comment(self.decoded.decode(comment, comment.text(), &mut self.is_tidy))))
    }
}
