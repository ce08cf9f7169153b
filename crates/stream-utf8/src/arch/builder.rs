use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::Utf8Error;
use crate::mask::Mask;
use crate::validator::Validator;

/// Text that is put together from pieces, each checked as it comes: a `String` in the making.
///
/// Bytes are copied once, in the pass that unmasks them, and not looked at again in the end; or not at all, if they are read
/// into the [`room`](Self::room) behind the text. A character may be cut between pieces.
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
#[derive(Default)]
pub struct TextBuilder {
    /// What was pushed, and behind it whatever is there to be written over.
    bytes: Vec<u8>,
    /// Has been fed with the first of `bytes`, as many as it has accepted, and nothing else, unless it has failed.
    validator: Validator,
}

impl TextBuilder {
    /// A builder without memory.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: Vec::new(), validator: Validator::new() }
    }

    /// A builder that uses the memory of `buffer`, whose content is written over.
    #[must_use]
    pub const fn with_memory(buffer: Vec<u8>) -> Self {
        Self { bytes: buffer, validator: Validator::new() }
    }

    /// Appends a piece.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] as [`Validator::feed`] returns it: as soon as no continuation can make the text valid. It is final.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), Utf8Error> {
        let start = self.len();
        if let Some(into) = self.bytes.get_mut(start..start.saturating_add(piece.len())) {
            into.copy_from_slice(piece);
            return self.validator.feed(into);
        }
        self.bytes.truncate(start);
        self.bytes.extend_from_slice(piece);
        self.validator.feed(&self.bytes[start..])
    }

    /// Unmasks a piece and appends it, in one pass if that is faster.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    pub fn push_masked(&mut self, piece: &[u8], mask: &mut Mask) -> Result<(), Utf8Error> {
        let start = self.len();
        if let Some(into) = self.bytes.get_mut(start..start.saturating_add(piece.len())) {
            return mask.copy_and_validate(piece, into, &mut self.validator);
        }
        self.bytes.truncate(start);
        mask.append_and_validate(piece, &mut self.bytes, &mut self.validator)
    }

    /// The place for the next bytes: at most `max_len`, in memory that the builder has been [given](Self::with_memory) and
    /// that was written to before; no memory is taken for it, and none is zeroed. Bytes that are written there are
    /// appended by [`fill`](Self::fill) or [`fill_masked`](Self::fill_masked) without a copy.
    ///
    /// ```
    /// use stream_utf8::TextBuilder;
    /// use stream_utf8::mask::Mask;
    ///
    /// let mut builder = TextBuilder::with_memory(vec![0; 100]);
    /// builder.push(b"Oh, ")?;
    /// let room = builder.room(8);
    /// assert_eq!(room.len(), 8);
    /// room[..5].copy_from_slice(&[0x7F, 0x9F, 0x4D, 0x51, 0x58]);
    /// builder.fill_masked(5, &mut Mask::new([0x37, 0xFA, 0x21, 0x3D]))?;
    /// assert_eq!(builder.finish()?, "Oh, Hello");
    /// # Ok::<(), stream_utf8::Utf8Error>(())
    /// ```
    pub fn room(&mut self, max_len: usize) -> &mut [u8] {
        written(&mut self.bytes, &self.validator, max_len)
    }

    /// Appends the first `len` bytes of the [`room`](Self::room), or all of them if they are not as many.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    pub fn fill(&mut self, len: usize) -> Result<(), Utf8Error> {
        self.validator.feed(written(&mut self.bytes, &self.validator, len))
    }

    /// Unmasks the first `len` bytes of the [`room`](Self::room), or all of them if they are not as many, and appends them.
    ///
    /// # Errors
    ///
    /// As for [`push`](Self::push).
    pub fn fill_masked(&mut self, len: usize, mask: &mut Mask) -> Result<(), Utf8Error> {
        mask.apply_and_validate(written(&mut self.bytes, &self.validator, len), &mut self.validator)
    }

    /// Ends the text.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] if it ends inside a character, or the error that was met before.
    pub fn finish(mut self) -> Result<String, Utf8Error> {
        self.validator.finish()?;
        self.bytes.truncate(self.len());
        debug_assert_eq!(self.validator.position(), self.bytes.len() as u64);
        debug_assert!(core::str::from_utf8(&self.bytes).is_ok());
        // SAFETY: what is appended is fed to the validator, in its order and where it lies, and written to no more: all
        // that is written or given out to be written lies behind as many bytes as the validator has accepted. It has not
        // failed, and says that they are well-formed and complete.
        Ok(unsafe { String::from_utf8_unchecked(self.bytes) })
    }

    /// How many bytes of text there are, a character that is not complete included; after an error, those before it.
    #[must_use]
    pub fn len(&self) -> usize {
        accepted(&self.validator)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes there is memory for.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Moves the text to `memory`, whose content is written over, and gives the memory that it had.
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
        let text = &self.bytes[..self.len()];
        if let Some(into) = memory.get_mut(..text.len()) {
            into.copy_from_slice(text);
        } else {
            memory.clear();
            memory.extend_from_slice(text);
        }
        core::mem::replace(&mut self.bytes, memory)
    }
}

/// Without what lies behind the text, to be written over.
impl fmt::Debug for TextBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TextBuilder").field("validator", &self.validator).finish_non_exhaustive()
    }
}

/// How many bytes `validator` has accepted, of some that lie in memory.
fn accepted(validator: &Validator) -> usize {
    usize::try_from(validator.position()).unwrap_or(usize::MAX)
}

/// The next `len` of `bytes` after those that `validator` has accepted, or all that follow.
fn written<'a>(bytes: &'a mut [u8], validator: &Validator, len: usize) -> &'a mut [u8] {
    let room = bytes.get_mut(accepted(validator)..).unwrap_or_default();
    let len = len.min(room.len());
    &mut room[..len]
}
