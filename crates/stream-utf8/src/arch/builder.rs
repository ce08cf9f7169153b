use alloc::string::String;
use alloc::vec::Vec;

use crate::error::Utf8Error;
use crate::mask::Mask;
use crate::validator::Validator;

/// Text that is put together from pieces, each checked as it comes: a `String` in the making.
///
/// Bytes are copied once, in the pass that unmasks them, and not looked at again in the end. A character may be cut
/// between pieces.
///
/// ```
/// use stream_utf8::TextBuilder;
///
/// let mut builder = TextBuilder::new();
/// for piece in "größer".as_bytes().chunks(3) {
///     builder.push(piece)?;
/// }
/// assert_eq!(builder.finish()?, "größer");
/// # Ok::<(), stream_utf8::Utf8Error>(())
/// ```
#[derive(Debug, Default)]
pub struct TextBuilder {
    /// What was pushed.
    bytes: Vec<u8>,
    /// Has been fed with `bytes` and nothing else; after an error, with some of them.
    validator: Validator,
}

impl TextBuilder {
    /// A builder without memory.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), validator: Validator::new() }
    }

    /// A builder that uses the memory of `buffer`, whose content is dropped.
    #[must_use]
    pub fn with_memory(mut buffer: Vec<u8>) -> Self {
        buffer.clear();
        Self { bytes: buffer, validator: Validator::new() }
    }

    /// Appends a piece.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] as [`Validator::feed`] returns it: as soon as no continuation can make the text valid. It is final.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), Utf8Error> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(piece);
        self.validator.feed(&self.bytes[start..])
    }

    /// Unmasks a piece and appends it, in one pass if that is faster.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    pub fn push_masked(&mut self, piece: &[u8], mask: &mut Mask) -> Result<(), Utf8Error> {
        mask.append_and_validate(piece, &mut self.bytes, &mut self.validator)
    }

    /// Ends the text.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] if it ends inside a character, or the error that was met before.
    pub fn finish(self) -> Result<String, Utf8Error> {
        self.validator.finish()?;
        debug_assert_eq!(self.validator.position(), self.bytes.len() as u64);
        debug_assert!(core::str::from_utf8(&self.bytes).is_ok());
        // SAFETY: `push` and `push_masked` feed each byte that they append to the validator, in their order, nothing else
        // changes either, and the validator says that all that it was fed with is well-formed and complete.
        Ok(unsafe { String::from_utf8_unchecked(self.bytes) })
    }

    /// How many bytes were pushed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether no byte was pushed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// How many bytes there is memory for.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Moves the text to `memory`, whose content is dropped, and gives the memory that it had, with a copy of the text.
    ///
    /// ```
    /// use stream_utf8::TextBuilder;
    ///
    /// let mut builder = TextBuilder::new();
    /// builder.push(b"short, ")?;
    /// let before = builder.move_to(Vec::with_capacity(1000));
    /// builder.push(b"but about to grow")?;
    /// assert_eq!((before.as_slice(), builder.capacity()), (&b"short, "[..], 1000));
    /// # Ok::<(), stream_utf8::Utf8Error>(())
    /// ```
    pub fn move_to(&mut self, mut memory: Vec<u8>) -> Vec<u8> {
        memory.clear();
        memory.extend_from_slice(&self.bytes);
        core::mem::replace(&mut self.bytes, memory)
    }
}
