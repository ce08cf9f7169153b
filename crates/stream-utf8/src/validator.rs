use core::num::NonZeroU8;

use crate::cut::{Completion, Cut};
use crate::error::Utf8Error;
use crate::piece::Piece;

/// Checks that `bytes` are UTF-8 and gives them back as text.
///
/// The same verdict and the same error position as [`core::str::from_utf8`]. Allocates nothing.
///
/// # Errors
///
/// [`Utf8Error`] with the offset and the length of the first ill-formed sequence.
///
/// ```
/// assert_eq!(stream_utf8::validate("ça va".as_bytes()), Ok("ça va"));
/// assert_eq!(stream_utf8::validate(b"ab\xFF").unwrap_err().valid_up_to(), 2);
/// ```
pub fn validate(bytes: &[u8]) -> Result<&str, Utf8Error> {
    core::str::from_utf8(bytes).map_err(|error| Utf8Error::new(error.valid_up_to() as u64, error_len(error)))
}

/// Checks a stream of bytes, chunk by chunk, for being UTF-8.
///
/// Each call of [`feed`](Self::feed) gives its verdict on all bytes so far: an error is reported with the very chunk
/// that holds the first byte that makes the stream invalid, also when the sequence it belongs to is not complete
/// (RFC 6455 8.1 wants such a failure at once). Errors are those of the joined bytes, and final: once failed, every
/// further call returns the same error.
///
/// The state is 16 bytes, nothing is buffered but the 0 to 3 bytes of a cut character, nothing is allocated.
///
/// ```
/// let mut validator = stream_utf8::Validator::new();
/// for chunk in "größer".as_bytes().chunks(1) {
///     validator.feed(chunk)?;
/// }
/// assert_eq!(validator.position(), 8);
/// validator.finish()?;
/// # Ok::<(), stream_utf8::Utf8Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Validator {
    /// The offset up to which the stream is known to be well-formed, at a character's edge.
    valid_up_to: u64,
    /// The bytes after `valid_up_to`. Empty once `failure` is set.
    cut: Cut,
    /// The length of the ill-formed sequence at `valid_up_to`, once one was met.
    failure: Option<NonZeroU8>,
}

impl Validator {
    /// A validator at the start of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self { valid_up_to: 0, cut: Cut::EMPTY, failure: None }
    }

    /// Checks the next bytes of the stream. An empty chunk is allowed and changes nothing.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] as soon as no continuation can make the stream valid; its offsets count from the stream's start.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), Utf8Error> {
        let mut rest = chunk;
        while self.next_piece(&mut rest)?.is_some() {}
        Ok(())
    }

    /// Ends the stream.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] with [`error_len`](Utf8Error::error_len) `None` if the stream ends inside a character, or the
    /// error that [`feed`](Self::feed) has returned.
    pub fn finish(&self) -> Result<(), Utf8Error> {
        self.check()?;
        if self.cut.is_empty() { Ok(()) } else { Err(Utf8Error::new(self.valid_up_to, None)) }
    }

    /// How many bytes of the stream have been accepted: well-formed, or the start of a character that may still be
    /// completed.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.valid_up_to + u64::from(self.cut.len())
    }

    /// Whether the bytes so far end at a character's edge, so that the stream could end here.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.finish().is_ok()
    }

    /// Starts anew, as [`Validator::new`] would.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// Takes the next piece of text off the front of `rest`, the unread part of a chunk; `None` once it is used up.
    ///
    /// A piece before an ill-formed sequence comes out first, the error with the call after it.
    pub(crate) fn next_piece<'a>(&mut self, rest: &mut &'a [u8]) -> Result<Option<Piece<'a>>, Utf8Error> {
        self.check()?;
        if !self.cut.is_empty() {
            match self.cut.complete(rest) {
                Completion::Character { character, taken } => {
                    self.valid_up_to += u64::from(character.len());
                    *rest = &rest[taken..];
                    return Ok(Some(Piece::cut(character)));
                }
                Completion::Incomplete => {
                    *rest = &[];
                    return Ok(None);
                }
                Completion::IllFormed { error_len, .. } => return self.fail(error_len),
            }
        }
        let (text, after) = well_formed_prefix(rest);
        self.valid_up_to += text.len() as u64;
        *rest = match after {
            After::End => &[],
            After::Incomplete(tail) => {
                self.cut = Cut::new(tail);
                &[]
            }
            After::IllFormed { error_len, .. } if text.is_empty() => return self.fail(error_len),
            After::IllFormed { tail, .. } => tail,
        };
        Ok(Piece::borrowed(text))
    }

    fn check(&self) -> Result<(), Utf8Error> {
        match self.failure {
            Some(error_len) => Err(Utf8Error::new(self.valid_up_to, Some(error_len))),
            None => Ok(()),
        }
    }

    fn fail<T>(&mut self, error_len: NonZeroU8) -> Result<T, Utf8Error> {
        self.cut = Cut::EMPTY;
        self.failure = Some(error_len);
        Err(Utf8Error::new(self.valid_up_to, Some(error_len)))
    }
}

/// What follows the well-formed start of a chunk.
pub(crate) enum After<'a> {
    /// Nothing: the whole chunk is well-formed.
    End,
    /// A sequence of 1 to 3 bytes that the next chunk may complete.
    Incomplete(&'a [u8]),
    /// An ill-formed sequence, the first `error_len` bytes of `tail`.
    IllFormed { error_len: NonZeroU8, tail: &'a [u8] },
}

/// Splits `bytes` after its longest well-formed prefix.
pub(crate) fn well_formed_prefix(bytes: &[u8]) -> (&str, After<'_>) {
    match core::str::from_utf8(bytes) {
        Ok(text) => (text, After::End),
        Err(error) => {
            let (prefix, tail) = bytes.split_at(error.valid_up_to());
            let after = match error_len(error) {
                Some(error_len) => After::IllFormed { error_len, tail },
                None => After::Incomplete(tail),
            };
            (core::str::from_utf8(prefix).unwrap_or_default(), after)
        }
    }
}

fn error_len(error: core::str::Utf8Error) -> Option<NonZeroU8> {
    error.error_len().and_then(|len| u8::try_from(len).ok()).and_then(NonZeroU8::new)
}
