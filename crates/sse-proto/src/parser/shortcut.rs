//! What most streams consist of, recognised at a glance.

use super::block::Value;
use super::scan::{CR, LF, Scanner};

/// What the next call of the parser can try before it goes the long way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shortcut {
    #[default]
    None,
    /// The last block is over, and the next may be a [`Simple`] one.
    Block,
    /// The chunk before has ended in the value of a `data` line. Another `room` bytes of it are within all limits.
    Data { room: usize },
}

/// What is whole in the chunk and needs no look at anything before it or behind it.
pub(crate) enum Simple<'i> {
    /// An event that is one `data` line and a blank line; with the line's length.
    Event(Value<'i>, usize),
    /// A comment line; with its length.
    Comment(Value<'i>, usize),
}

impl<'i> Simple<'i> {
    /// Recognises an event or a comment at the start of `input`, its line ends being LF or CRLF, and gives what follows
    /// too.
    #[inline]
    pub(crate) fn find(input: &'i [u8], scanner: &mut Scanner<'i>) -> Option<(Self, &'i [u8])> {
        let end = scanner.find(0)?;
        let rest = input.get(end..)?;
        let (line, name_len) = match input {
            [b'd', b'a', b't', b'a', b':', b' ', value @ ..] => (value, "data: ".len()),
            [b':', b' ', text @ ..] => (text, ": ".len()),
            _ => return None,
        };
        let value = Value::new(line, end - name_len);
        if name_len == ": ".len() {
            return match rest {
                [LF, rest @ ..] | [CR, LF, rest @ ..] => Some((Self::Comment(value, end), rest)),
                _ => None,
            };
        }
        match rest {
            [LF, LF, rest @ ..] | [CR, LF, CR, LF, rest @ ..] => Some((Self::Event(value, end), rest)),
            _ => None,
        }
    }
}
