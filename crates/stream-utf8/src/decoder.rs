use core::iter::FusedIterator;
use core::num::NonZeroU8;

use crate::arch::prefix::{After, well_formed_prefix};
use crate::cut::{Completion, Cut};
use crate::error::Utf8Error;
use crate::piece::Piece;

/// Decodes a stream of UTF-8 into pieces of text, chunk by chunk, without copying and without allocating.
///
/// Text that lies whole in a chunk comes out as a slice of that chunk; a character that a chunk's edge cuts comes out
/// whole with the chunk that completes it. Ill-formed input is an error, as for [`Validator`](crate::Validator), and
/// what was well-formed before it comes out first.
///
/// ```
/// use stream_utf8::Decoder;
///
/// let mut decoder = Decoder::new();
/// let mut text = String::new();
/// for chunk in "naïve café".as_bytes().chunks(3) {
///     for piece in decoder.decode(chunk) {
///         text.push_str(&piece?);
///     }
/// }
/// decoder.finish()?;
/// assert_eq!(text, "naïve café");
/// # Ok::<(), stream_utf8::Utf8Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Decoder {
    /// The offset up to which the stream is known to be well-formed, at a character's edge.
    valid_up_to: u64,
    /// The bytes after `valid_up_to`. Empty once `failure` is set.
    cut: Cut,
    /// The length of the ill-formed sequence at `valid_up_to`, once one was met.
    failure: Option<NonZeroU8>,
}

impl Decoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self::resume(0, Cut::EMPTY)
    }

    /// A decoder in a stream of which `cut` has arrived after the character's edge at `valid_up_to`.
    pub(crate) const fn resume(valid_up_to: u64, cut: Cut) -> Self {
        Self { valid_up_to, cut, failure: None }
    }

    /// Decodes the next bytes of the stream.
    ///
    /// The chunk is decoded as the iterator is advanced: drive it to its end before the next chunk. What is dropped
    /// undecoded is missing from the stream.
    pub fn decode<'d, 'a>(&'d mut self, chunk: &'a [u8]) -> Pieces<'d, 'a> {
        Pieces { decoder: self, rest: chunk, failed: false }
    }

    /// Appends the text of the next bytes of the stream to `text`.
    ///
    /// At an error, what was well-formed before it has been appended.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] as soon as no continuation can make the stream valid; its offsets count from the stream's start.
    ///
    /// ```
    /// let mut decoder = stream_utf8::Decoder::new();
    /// let mut text = String::new();
    /// decoder.decode_into(b"na\xC3", &mut text)?;
    /// assert_eq!(text, "na");
    /// decoder.decode_into(b"\xAFve", &mut text)?;
    /// assert_eq!(text, "naïve");
    /// # Ok::<(), stream_utf8::Utf8Error>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn decode_into(&mut self, chunk: &[u8], text: &mut alloc::string::String) -> Result<(), Utf8Error> {
        for piece in self.decode(chunk) {
            text.push_str(&piece?);
        }
        Ok(())
    }

    /// Ends the stream.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] if the stream ends inside a character, or the error that [`decode`](Self::decode) has met.
    pub fn finish(&self) -> Result<(), Utf8Error> {
        self.check()?;
        if self.cut.is_empty() { Ok(()) } else { Err(Utf8Error::new(self.valid_up_to, None)) }
    }

    /// How many bytes of the stream have been accepted: handed out as text, or kept as the start of a character that may
    /// still be completed.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.valid_up_to + u64::from(self.cut.len())
    }

    /// Starts anew, as [`Decoder::new`] would.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// Takes the next piece of text off the front of `rest`, the unread part of a chunk; `None` once it is used up.
    ///
    /// A piece before an ill-formed sequence comes out first, the error with the call after it.
    fn next_piece<'a>(&mut self, rest: &mut &'a [u8]) -> Result<Option<Piece<'a>>, Utf8Error> {
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

/// The text of one chunk: see [`Decoder::decode`].
///
/// After an error the iterator ends.
#[derive(Debug)]
pub struct Pieces<'d, 'a> {
    decoder: &'d mut Decoder,
    rest: &'a [u8],
    failed: bool,
}

impl<'a> Iterator for Pieces<'_, 'a> {
    type Item = Result<Piece<'a>, Utf8Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let piece = self.decoder.next_piece(&mut self.rest).transpose();
        self.failed = matches!(piece, Some(Err(_)));
        piece
    }
}

impl FusedIterator for Pieces<'_, '_> {}
