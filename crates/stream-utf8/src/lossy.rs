use core::iter::FusedIterator;

use crate::arch::prefix::{After, well_formed_prefix};
use crate::cut::{Completion, Cut};
use crate::piece::Piece;

/// Decodes any stream of bytes into text, chunk by chunk, with U+FFFD in the place of what is not UTF-8.
///
/// As the "UTF-8 decode without BOM" of the WHATWG Encoding Standard: each maximal subpart of an ill-formed sequence
/// becomes one U+FFFD, also when a chunk's edge cuts it. A byte order mark is text here. Nothing is allocated, and
/// well-formed text is handed out as slices of the chunk.
///
/// ```
/// use stream_utf8::LossyDecoder;
///
/// let mut decoder = LossyDecoder::new();
/// let mut text = String::new();
/// for chunk in [&b"caf\xC3"[..], b"\xA9 \xF0\x9F", b"\x98!"] {
///     decoder.decode(chunk).for_each(|piece| text.push_str(&piece));
/// }
/// if let Some(piece) = decoder.finish() {
///     text.push_str(&piece);
/// }
/// assert_eq!(text, "café \u{FFFD}!");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct LossyDecoder {
    cut: Cut,
}

impl LossyDecoder {
    /// A decoder at the start of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self { cut: Cut::EMPTY }
    }

    /// Decodes the next bytes of the stream.
    ///
    /// The chunk is decoded as the iterator is advanced: drive it to its end before the next chunk. What is dropped
    /// undecoded is missing from the stream.
    pub fn decode<'d, 'a>(&'d mut self, chunk: &'a [u8]) -> LossyPieces<'d, 'a> {
        LossyPieces { cut: &mut self.cut, rest: chunk }
    }

    /// Appends the text of the next bytes of the stream to `text`.
    ///
    /// ```
    /// let mut decoder = stream_utf8::LossyDecoder::new();
    /// let mut text = String::new();
    /// decoder.decode_into(b"1 \xE2\x82", &mut text);
    /// decoder.decode_into(b"\xAC \xFF", &mut text);
    /// assert_eq!(text, "1 € \u{FFFD}");
    /// ```
    #[cfg(feature = "alloc")]
    pub fn decode_into(&mut self, chunk: &[u8], text: &mut alloc::string::String) {
        self.decode(chunk).for_each(|piece| text.push_str(&piece));
    }

    /// Ends the stream and starts anew: U+FFFD if it ended inside a character.
    pub fn finish(&mut self) -> Option<Piece<'static>> {
        let cut = core::mem::take(&mut self.cut);
        (!cut.is_empty()).then_some(Piece::REPLACEMENT)
    }

    /// Starts anew, as [`LossyDecoder::new`] would.
    pub fn reset(&mut self) {
        *self = Self::new();
    }
}

/// Decodes a whole slice, with U+FFFD for each maximal subpart of what is not UTF-8.
///
/// Borrows `bytes` and allocates nothing if they are UTF-8.
///
/// ```
/// use std::borrow::Cow;
///
/// assert!(matches!(stream_utf8::decode_lossy("ça va".as_bytes()), Cow::Borrowed("ça va")));
/// assert_eq!(stream_utf8::decode_lossy(b"a\xFFb"), "a\u{FFFD}b");
/// ```
#[cfg(feature = "alloc")]
#[must_use]
pub fn decode_lossy(bytes: &[u8]) -> alloc::borrow::Cow<'_, str> {
    use alloc::{borrow::Cow, string::String};

    if let (text, After::End) = well_formed_prefix(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut decoder = LossyDecoder::new();
    decoder.decode_into(bytes, &mut text);
    text.extend(decoder.finish().as_deref());
    Cow::Owned(text)
}

/// The text of one chunk: see [`LossyDecoder::decode`].
#[derive(Debug)]
pub struct LossyPieces<'d, 'a> {
    cut: &'d mut Cut,
    rest: &'a [u8],
}

impl<'a> Iterator for LossyPieces<'_, 'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if !self.cut.is_empty() {
            return match self.cut.complete(self.rest) {
                Completion::Character { character, taken } => {
                    self.rest = &self.rest[taken..];
                    Some(Piece::cut(character))
                }
                Completion::Incomplete => {
                    self.rest = &[];
                    None
                }
                Completion::IllFormed { taken, .. } => {
                    self.rest = &self.rest[taken..];
                    Some(Piece::REPLACEMENT)
                }
            };
        }
        // Where errors are dense, most of them show in their first byte.
        if let Some((0x80..=0xC1 | 0xF5.., behind)) = self.rest.split_first() {
            self.rest = behind;
            return Some(Piece::REPLACEMENT);
        }
        let (text, after) = well_formed_prefix(self.rest);
        self.rest = match after {
            After::End => &[],
            After::Incomplete(tail) => {
                *self.cut = Cut::new(tail);
                &[]
            }
            After::IllFormed { error_len, tail } if text.is_empty() => {
                self.rest = &tail[usize::from(error_len.get())..];
                return Some(Piece::REPLACEMENT);
            }
            After::IllFormed { tail, .. } => tail,
        };
        Piece::borrowed(text)
    }
}

impl FusedIterator for LossyPieces<'_, '_> {}
