//! The two cases that most streams consist of, recognised at a glance.

use super::scan::{CR, LF, Scanner, find_line_end};

/// What the next call of the parser can try before it goes the long way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Shortcut {
    #[default]
    None,
    /// The last block is over: the next may be a [`SimpleEvent`] of at most `longest` bytes.
    SimpleEvent { longest: usize },
    /// The chunk before has ended in the value of a `data` line. Another `room` bytes of it are within all limits.
    MoreData { room: usize },
}

/// An event that is one `data` line and a blank line, both whole in the chunk.
pub(crate) struct SimpleEvent<'i> {
    pub(crate) value: &'i [u8],
    /// What follows the event.
    pub(crate) rest: &'i [u8],
}

impl<'i> SimpleEvent<'i> {
    /// The length of what stands before the value at most.
    pub(crate) const NAME_LEN: usize = "data: ".len();

    /// Recognises an event at the start of `input`, its line ends being LF or CRLF; otherwise gives a scanner that knows
    /// what has been looked at.
    #[inline]
    pub(crate) fn find(input: &'i [u8]) -> Result<Self, Scanner<'i>> {
        let ([b'd', b'a', b't', b'a', b':', b' ', line @ ..] | [b'd', b'a', b't', b'a', b':', line @ ..]) = input
        else {
            return Err(Scanner::new(input));
        };
        let end = find_line_end(line);
        if let Some(end) = end {
            let (value, rest) = line.split_at(end);
            if let [LF, LF, rest @ ..] | [CR, LF, CR, LF, rest @ ..] = rest {
                return Ok(Self { value, rest });
            }
        }
        Err(Scanner::after_search(input, end.map(|end| input.len() - line.len() + end)))
    }
}
