use core::num::NonZeroU8;

use crate::arch::last::Last;
use crate::arch::prefix::{ascii_start, first_error, well_formed};
use crate::arch::{self, Outcome};
use crate::cut::Cut;
use crate::decoder::Decoder;
use crate::error::Utf8Error;
use crate::mask::Mask;

/// Checks that `bytes` are UTF-8 and gives them back as text.
///
/// The same verdict and the same error position as [`core::str::from_utf8`]. Allocates nothing. To find the position
/// costs a second pass over at most 2 KiB.
///
/// # Errors
///
/// [`Utf8Error`] with the offset and the length of the first ill-formed sequence.
///
/// ```
/// assert_eq!(stream_utf8::validate("ça va".as_bytes()), Ok("ça va"));
/// assert_eq!(stream_utf8::validate(b"ab\xFF").unwrap_err().valid_up_to(), 2);
/// ```
#[inline]
pub fn validate(bytes: &[u8]) -> Result<&str, Utf8Error> {
    well_formed(bytes).map_err(|outcome| first_error(bytes, 0, outcome))
}

/// Checks that the first `len` of `bytes` are UTF-8 and gives them back as text.
///
/// As `validate(&bytes[..len])`, and sooner done with short text, because it may look at the bytes behind it: how long the
/// text is need not be known to tell how to look at it. All of `bytes` are checked if they are not as many as `len`.
///
/// # Errors
///
/// As for [`validate`].
///
/// ```
/// let line = b"caf\xC3\xA9\n\xFF and what follows";
/// assert_eq!(stream_utf8::validate_start(line, 5), Ok("caf\u{E9}"));
/// assert_eq!(stream_utf8::validate_start(line, 4).unwrap_err().valid_up_to(), 3);
/// ```
#[inline]
pub fn validate_start(bytes: &[u8], len: usize) -> Result<&str, Utf8Error> {
    match ascii_start(bytes, len) {
        Some(text) => Ok(text),
        None => validate(bytes.get(..len).unwrap_or(bytes)),
    }
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
#[derive(Clone, Copy, Debug)]
pub struct Validator {
    /// How many bytes of the stream have been accepted.
    position: u64,
    /// The last of them.
    last: Last,
    /// The length of the ill-formed sequence at `position`, once one was met.
    failure: Option<NonZeroU8>,
}

impl Validator {
    /// A validator at the start of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self { position: 0, last: Last::NONE, failure: None }
    }

    /// Checks the next bytes of the stream. An empty chunk is allowed and changes nothing.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] as soon as no continuation can make the stream valid; its offsets count from the stream's start.
    #[inline]
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), Utf8Error> {
        self.check()?;
        self.followed(chunk, arch::follow(self.last, chunk))
    }

    /// Ends the stream.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] with [`error_len`](Utf8Error::error_len) `None` if the stream ends inside a character, or the
    /// error that [`feed`](Self::feed) has returned.
    pub fn finish(&self) -> Result<(), Utf8Error> {
        self.check()?;
        if self.last.is_edge() { Ok(()) } else { Err(Utf8Error::new(self.valid_up_to(), None)) }
    }

    /// How many bytes of the stream have been accepted: well-formed, or the start of a character that may still be
    /// completed.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
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

    /// Unmasks the next bytes in place and checks them, in one pass if that is faster.
    #[inline]
    pub(crate) fn feed_masked(&mut self, chunk: &mut [u8], mask: &mut Mask) -> Result<(), Utf8Error> {
        let outcome = if self.last.is_edge() { mask.apply_and_advance(chunk) } else { None };
        let Some(outcome) = outcome else {
            mask.apply(chunk);
            return self.feed(chunk);
        };
        self.check()?;
        let valid = !matches!(outcome, Outcome::Rejected { .. });
        self.followed(chunk, valid.then(|| self.last.after(chunk)))
    }

    /// Unmasks the next bytes, appends them to `into` and checks them, in one pass if that is faster.
    #[cfg(feature = "alloc")]
    pub(crate) fn append_masked(
        &mut self,
        chunk: &[u8],
        into: &mut alloc::vec::Vec<u8>,
        mask: &mut Mask,
    ) -> Result<(), Utf8Error> {
        self.check()?;
        let start = into.len();
        let outcome = if self.last.is_edge() { mask.append_and_advance(chunk, into) } else { None };
        if outcome.is_none() {
            mask.append(chunk, into);
        }
        self.advanced(&into[start..], outcome)
    }

    /// As [`append_masked`](Self::append_masked), but to `into`, which must be as long as `chunk`.
    #[cfg(feature = "alloc")]
    pub(crate) fn copy_masked(&mut self, chunk: &[u8], into: &mut [u8], mask: &mut Mask) -> Result<(), Utf8Error> {
        self.check()?;
        let outcome = if self.last.is_edge() { mask.copy_and_advance(chunk, into) } else { None };
        if outcome.is_none() {
            mask.copy(chunk, into);
        }
        self.advanced(into, outcome)
    }

    /// Takes in `chunk`, over which a kernel has taken the stream to `outcome`, or none has.
    #[cfg(feature = "alloc")]
    #[inline]
    fn advanced(&mut self, chunk: &[u8], outcome: Option<Outcome>) -> Result<(), Utf8Error> {
        let last = match outcome {
            Some(Outcome::Rejected { .. }) => None,
            Some(Outcome::Edge | Outcome::Open) => Some(self.last.after(chunk)),
            None => arch::follow(self.last, chunk),
        };
        self.followed(chunk, last)
    }

    /// Takes in that the stream ends with `last` after `chunk`, or that `chunk` makes it invalid.
    #[inline]
    fn followed(&mut self, chunk: &[u8], last: Option<Last>) -> Result<(), Utf8Error> {
        let Some(last) = last else { return self.fail(chunk) };
        self.position += chunk.len() as u64;
        self.last = last;
        Ok(())
    }

    /// The error that was met before.
    pub(crate) fn check(&self) -> Result<(), Utf8Error> {
        match self.failure {
            Some(error_len) => Err(Utf8Error::new(self.position, Some(error_len))),
            None => Ok(()),
        }
    }

    /// The offset of the last character's edge.
    fn valid_up_to(&self) -> u64 {
        self.position - self.last.open_len() as u64
    }

    /// Finds the error in `chunk`, which is known to hold one, character by character where an edge has cut one.
    #[cold]
    fn fail(&mut self, chunk: &[u8]) -> Result<(), Utf8Error> {
        let mut decoder = Decoder::resume(self.valid_up_to(), Cut::new(self.last.open()));
        let result = decoder.decode(chunk).try_for_each(|piece| piece.map(|_| ()));
        if let Err(error) = result {
            *self = Self { position: error.valid_up_to(), failure: error.error_len_non_zero(), ..Self::new() };
        }
        result
    }
}

impl Default for Validator {
    fn default() -> Self {
        Self::new()
    }
}
