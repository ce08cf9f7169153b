use core::iter::FusedIterator;

use crate::error::Utf8Error;
use crate::piece::Piece;
use crate::validator::Validator;

/// Decodes a stream of UTF-8 into pieces of text, chunk by chunk, without copying and without allocating.
///
/// Text that lies whole in a chunk comes out as a slice of that chunk; a character that a chunk's edge cuts comes out
/// whole with the chunk that completes it. Ill-formed input is an error, as for [`Validator`], and what was well-formed
/// before it comes out first.
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
    validator: Validator,
}

impl Decoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self { validator: Validator::new() }
    }

    /// Decodes the next bytes of the stream.
    ///
    /// The chunk is decoded as the iterator is advanced: drive it to its end before the next chunk. What is dropped
    /// undecoded is missing from the stream.
    pub fn decode<'d, 'a>(&'d mut self, chunk: &'a [u8]) -> Pieces<'d, 'a> {
        Pieces { validator: &mut self.validator, rest: chunk, failed: false }
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
        self.validator.finish()
    }

    /// How many bytes of the stream have been accepted; see [`Validator::position`].
    #[must_use]
    pub fn position(&self) -> u64 {
        self.validator.position()
    }

    /// Starts anew, as [`Decoder::new`] would.
    pub fn reset(&mut self) {
        *self = Self::new();
    }
}

/// The text of one chunk: see [`Decoder::decode`].
///
/// After an error the iterator ends.
#[derive(Debug)]
pub struct Pieces<'d, 'a> {
    validator: &'d mut Validator,
    rest: &'a [u8],
    failed: bool,
}

impl<'a> Iterator for Pieces<'_, 'a> {
    type Item = Result<Piece<'a>, Utf8Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let piece = self.validator.next_piece(&mut self.rest).transpose();
        self.failed = matches!(piece, Some(Err(_)));
        piece
    }
}

impl FusedIterator for Pieces<'_, '_> {}
