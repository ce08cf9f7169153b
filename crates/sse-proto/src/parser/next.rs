//! From lines to items.

use super::Parser;
use super::block::Held;
use super::read::{LineResult, Step, Told};
use super::scan::{CR, LF, Scanner};
use super::shortcut::Shortcut;
use crate::error::ParseError;
use crate::item::Item;

/// An item, or the end of the chunk.
type ItemResult<'p> = Result<Option<Item<'p>>, ParseError>;

impl Parser {
    /// [`Parser::next`] for what is not simple. There is no line end among the first `searched` bytes.
    #[inline(never)]
    pub(super) fn next_item<'p, 'i: 'p>(&'p mut self, input: &mut &'i [u8], searched: usize) -> ItemResult<'p> {
        // A comment that was handed out was the last line that came.
        if !self.is_tidy && self.line.is_empty() {
            self.forget_comment();
        }
        let searched = if self.config.skip_comments && self.pass_comments(input) { 0 } else { searched };
        let chunk = *input;
        let mut at = 0;
        let mut scanner = Scanner::new(chunk, searched);
        let is_part = match self.shortcut {
            Shortcut::None => false,
            _ if chunk.is_empty() => return Ok(None),
            Shortcut::Block { .. } => scanner.find(at).is_none(),
            Shortcut::Part => {
                let step = self.go_on(chunk, &mut at, &mut scanner);
                *input = &chunk[at..];
                match step {
                    Ok(None) if at < chunk.len() => scanner.find(at).is_none(),
                    Ok(step) => return Ok(self.tell(step, Held::default())),
                    Err(error) => return self.exceed(error),
                }
            }
        };
        if is_part {
            return self.begin(input);
        }
        if let Some(data) = self.whole_event(chunk, &mut at, &mut scanner) {
            *input = &chunk[at..];
            return Ok(Some(self.simple_event(data)));
        }
        self.next_lines(input, at, &mut scanner)
    }

    /// Takes all of `input`, which is the start of a line.
    #[inline(always)]
    fn begin<'p>(&'p mut self, input: &mut &[u8]) -> ItemResult<'p> {
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

    /// Reads the lines of `input`, which start at the offset `at` of what the scanner looks at.
    #[inline(always)]
    fn next_lines<'p, 'i: 'p>(
        &'p mut self,
        input: &mut &'i [u8],
        at: usize,
        scanner: &mut Scanner<'i>,
    ) -> ItemResult<'p> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        if self.spent {
            self.recycle();
        }
        let mut held = Held::default();
        match self.advance(input, at, &mut held, scanner) {
            Ok(Some(Step::Dispatch)) => Ok(self.tell(Some(Step::Dispatch), held)),
            Ok(step) => {
                self.block.keep(&mut held);
                Ok(self.tell(step, Held::default()))
            }
            Err(error) => self.exceed(error),
        }
    }

    /// The item that the lines have come to, if any; else keeps what is held of the chunk, which is at its end.
    #[inline(always)]
    fn tell<'p>(&'p mut self, step: Option<Step<'p>>, held: Held<'p>) -> Option<Item<'p>> {
        let told = match step {
            Some(Step::Dispatch) => {
                self.spent = true;
                self.find_shortcut();
                return Some(Item::Event(self.block.event(held, &self.last_event_id)));
            }
            Some(Step::Told(told)) => Some(told),
            None => None,
        };
        self.find_shortcut();
        let value = match told? {
            Told::Retry(time) => return Some(Item::Retry(time)),
            Told::Comment(value) => value,
            Told::CutComment => self.line.comment(),
        };
        Some(Item::Comment(self.decoded.decode(value, value.text(), &mut self.is_tidy)))
    }
}
