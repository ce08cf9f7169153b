//! XOR masking, as WebSocket frames have it (RFC 6455 5.3), alone or together with validation.

#[cfg(feature = "alloc")]
use alloc::vec::Vec;

use crate::arch::prefix::unmasked_text;
use crate::arch::{Key, Outcome, xor};
use crate::error::Utf8Error;
use crate::validator::Validator;

/// How many bytes are unmasked before they are validated: they are still in the first-level cache then.
const TILE: usize = 8 * 1024;

/// A masking key at some place in the data that it masks.
///
/// Byte `i` of the data becomes its XOR with byte `i mod 4` of the key (RFC 6455 5.3). Each method goes on where the one
/// before it stopped, so that data can be masked in pieces of any length. To mask and to unmask is the same.
///
/// ```
/// use stream_utf8::mask::Mask;
///
/// // The masked "Hello" of RFC 6455 5.7, in two pieces.
/// let mut data = [0x7F, 0x9F, 0x4D, 0x51, 0x58];
/// let mut mask = Mask::new([0x37, 0xFA, 0x21, 0x3D]);
/// mask.apply(&mut data[..3]);
/// mask.apply(&mut data[3..]);
/// assert_eq!(&data, b"Hello");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mask {
    /// The key, rotated so that its first byte is due next.
    key: Key,
}

impl Mask {
    /// The mask at the start of the data. `key` is the masking key in the order in which it is sent.
    #[must_use]
    pub const fn new(key: [u8; 4]) -> Self {
        Self { key: Key::new(key) }
    }

    /// Masks or unmasks the next bytes in place.
    #[inline]
    pub fn apply(&mut self, bytes: &mut [u8]) {
        xor::in_place(bytes, self.key);
        self.advance(bytes.len());
    }

    /// Masks or unmasks the next bytes from one buffer into another: as many as both have room for. Returns their
    /// number.
    ///
    /// ```
    /// use stream_utf8::mask::Mask;
    ///
    /// let mut frame = [0; 5];
    /// assert_eq!(Mask::new([0x37, 0xFA, 0x21, 0x3D]).copy(b"Hello, and more", &mut frame), 5);
    /// assert_eq!(frame, [0x7F, 0x9F, 0x4D, 0x51, 0x58]);
    /// ```
    #[inline]
    pub fn copy(&mut self, from: &[u8], into: &mut [u8]) -> usize {
        let len = xor::copy(from, into, self.key);
        self.advance(len);
        len
    }

    /// Masks or unmasks the next bytes and appends them to `into`.
    ///
    /// ```
    /// use stream_utf8::mask::Mask;
    ///
    /// let mut frame = vec![0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D];
    /// Mask::new([0x37, 0xFA, 0x21, 0x3D]).append(b"Hello", &mut frame);
    /// assert_eq!(frame[6..], [0x7F, 0x9F, 0x4D, 0x51, 0x58]);
    /// ```
    #[cfg(feature = "alloc")]
    #[inline]
    pub fn append(&mut self, from: &[u8], into: &mut Vec<u8>) {
        xor::append(from, into, self.key);
        self.advance(from.len());
    }

    /// Appends the first `header_len` bytes of `header` as they are, at most 16, and then the next bytes, masked: a frame in
    /// one go.
    ///
    /// ```
    /// use stream_utf8::mask::Mask;
    ///
    /// let mut output = vec![0xAA];
    /// let header = *b"\x81\x85\x37\xFA\x21\x3D, and ten.";
    /// Mask::new([0x37, 0xFA, 0x21, 0x3D]).append_after(header, 6, b"Hello", &mut output);
    /// assert_eq!(output, b"\xAA\x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58");
    /// ```
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub fn append_after(&mut self, header: [u8; 16], header_len: usize, from: &[u8], into: &mut Vec<u8>) {
        xor::append_after(header, header_len, from, into, self.key);
        self.advance(from.len());
    }

    /// Unmasks the next bytes, appends them to `into` and feeds them to `validator`, in one pass if that is faster.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] as [`Validator::feed`] returns it. Of the bytes, at least those up to the error's place have been
    /// appended then, and unmasked.
    ///
    /// ```
    /// use stream_utf8::{Validator, mask::Mask};
    ///
    /// let mut message = b"Oh, ".to_vec();
    /// let mut text = Validator::new();
    /// let masked = [0x7F, 0x9F, 0x4D, 0x51, 0x58];
    /// Mask::new([0x37, 0xFA, 0x21, 0x3D]).append_and_validate(&masked, &mut message, &mut text)?;
    /// assert_eq!((message.as_slice(), text.position()), (&b"Oh, Hello"[..], 5));
    /// # Ok::<(), stream_utf8::Utf8Error>(())
    /// ```
    #[cfg(feature = "alloc")]
    pub fn append_and_validate(
        &mut self,
        from: &[u8],
        into: &mut Vec<u8>,
        validator: &mut Validator,
    ) -> Result<(), Utf8Error> {
        validator.check()?;
        into.reserve(from.len());
        from.chunks(TILE).try_for_each(|tile| validator.append_masked(tile, into, self))
    }

    /// [`append_and_validate`](Self::append_and_validate) to the start of `into`, which must be as long as `from`.
    #[cfg(feature = "alloc")]
    pub(crate) fn copy_and_validate(
        &mut self,
        from: &[u8],
        into: &mut [u8],
        validator: &mut Validator,
    ) -> Result<(), Utf8Error> {
        debug_assert_eq!(from.len(), into.len());
        validator.check()?;
        from.chunks(TILE)
            .zip(into.chunks_mut(TILE))
            .try_for_each(|(from, into)| validator.copy_masked(from, into, self))
    }

    /// Unmasks the next bytes in place and feeds them to `validator`, while they are in the cache.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] as [`Validator::feed`] returns it. The bytes up to the error's place are unmasked; what lies behind
    /// it may be or not.
    ///
    /// ```
    /// use stream_utf8::{Validator, mask::Mask};
    ///
    /// let mut data = [0x7F, 0x9F, 0x4D, 0x51, 0x58];
    /// let mut text = Validator::new();
    /// Mask::new([0x37, 0xFA, 0x21, 0x3D]).apply_and_validate(&mut data, &mut text)?;
    /// assert_eq!((&data, text.is_complete()), (b"Hello", true));
    /// # Ok::<(), stream_utf8::Utf8Error>(())
    /// ```
    #[inline]
    pub fn apply_and_validate(&mut self, bytes: &mut [u8], validator: &mut Validator) -> Result<(), Utf8Error> {
        if bytes.len() <= TILE {
            return validator.feed_masked(bytes, self);
        }
        bytes.chunks_mut(TILE).try_for_each(|tile| {
            self.apply(tile);
            validator.feed(tile)
        })
    }

    /// Unmasks bytes in place and gives them as text, checked while they are in the cache: [`apply`](Self::apply) and
    /// [`validate`](crate::validate) in one.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] as [`validate`](crate::validate) returns it. The bytes up to the error's place are unmasked; what lies
    /// behind it may be or not.
    ///
    /// ```
    /// use stream_utf8::mask::Mask;
    ///
    /// let mut data = [0x7F, 0x9F, 0x4D, 0x51, 0x58];
    /// assert_eq!(Mask::new([0x37, 0xFA, 0x21, 0x3D]).apply_to_text(&mut data), Ok("Hello"));
    /// ```
    #[inline]
    pub fn apply_to_text<'a>(&mut self, bytes: &'a mut [u8]) -> Result<&'a str, Utf8Error> {
        unmasked_text(bytes, self, TILE)
    }

    /// [`apply`](Self::apply), and where a stream that is at a character's edge is after the result; `None`, and nothing
    /// is done, where that is no faster in one pass than in two.
    #[inline]
    pub(crate) fn apply_and_advance(&mut self, bytes: &mut [u8]) -> Option<Outcome> {
        let outcome = xor::in_place_and_advance(bytes, self.key)?;
        self.advance(bytes.len());
        Some(outcome)
    }

    /// [`append`](Self::append), and where a stream that is at a character's edge is after the bytes; `None`, and nothing
    /// is done, where that is no faster in one pass than in two.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn append_and_advance(&mut self, from: &[u8], into: &mut Vec<u8>) -> Option<Outcome> {
        let outcome = xor::append_and_advance(from, into, self.key)?;
        self.advance(from.len());
        Some(outcome)
    }

    /// [`copy`](Self::copy), and where a stream that is at a character's edge is after the bytes; `None`, and nothing is
    /// done, where that is no faster in one pass than in two, or `into` is not as long as `from`.
    #[cfg(feature = "alloc")]
    #[inline]
    pub(crate) fn copy_and_advance(&mut self, from: &[u8], into: &mut [u8]) -> Option<Outcome> {
        let outcome = xor::copy_and_advance(from, into, self.key)?;
        self.advance(from.len());
        Some(outcome)
    }

    /// The key as it is due after `len` more bytes.
    #[inline(always)]
    fn advance(&mut self, len: usize) {
        self.key = self.key.rotated(len);
    }
}
