use alloc::vec::Vec;

use super::sink::{Length, Sink, Slice};
use super::{BufferTooSmall, lines};

/// A comment, which clients ignore: a sign of life, or a word to the reader.
///
/// Its encoding is a comment line for each line of the text (split at CRLF, CR and LF) and a blank line, which dispatches
/// nothing: a client's buffers are empty between two blocks.
///
/// ```
/// use sse_proto::Comment;
///
/// assert_eq!(Comment::new("still here").to_vec(), b": still here\n\n");
/// assert_eq!(Comment::new("no\rdata: injected").to_vec(), b": no\n: data: injected\n\n");
/// assert_eq!(Comment::default().encoded_len(), 4);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Comment<'a> {
    text: &'a str,
}

impl<'a> Comment<'a> {
    /// A comment with this text, which may be empty or hold any line breaks.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// The exact length of the encoding, in bytes.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        let mut length = Length::default();
        self.write(&mut length);
        length.bytes()
    }

    /// Appends the encoding to `out`.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        out.reserve(self.text.len() + ": \n\n".len());
        self.write(out);
    }

    /// The encoding in a vector of its own.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.append_to(&mut out);
        out
    }

    /// Writes the encoding to the start of `out` and returns its length in bytes.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] if it doesn't fit; then nothing is written.
    pub fn encode_into(&self, out: &mut [u8]) -> Result<usize, BufferTooSmall> {
        let len = self.encoded_len();
        self.write(&mut Slice::new(out, len)?);
        Ok(len)
    }

    pub(crate) fn write(&self, out: &mut impl Sink) {
        lines(out, ": ", self.text);
        out.put("\n");
    }
}
