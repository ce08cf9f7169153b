use core::fmt;
use core::ops::Deref;

/// A piece of decoded text: a slice of the caller's chunk, or one character that a chunk's edge had cut.
///
/// Dereferences to `str` and is never empty. A cut character is held by value, so a piece borrows the chunk alone,
/// never the decoder.
#[derive(Clone, Copy)]
pub struct Piece<'a>(Repr<'a>);

#[derive(Clone, Copy)]
enum Repr<'a> {
    Borrowed(&'a str),
    Cut(Character),
}

/// One character in UTF-8, by value.
#[derive(Clone, Copy)]
pub(crate) struct Character {
    /// The first `len` bytes are a well-formed sequence.
    bytes: [u8; 4],
    len: u8,
}

impl<'a> Piece<'a> {
    pub(crate) const REPLACEMENT: Self = Self(Repr::Borrowed("\u{FFFD}"));

    pub(crate) fn borrowed(text: &'a str) -> Option<Self> {
        (!text.is_empty()).then_some(Self(Repr::Borrowed(text)))
    }

    pub(crate) fn cut(character: Character) -> Self {
        Self(Repr::Cut(character))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Borrowed(text) => text,
            Repr::Cut(character) => character.as_str(),
        }
    }

    /// The text as a slice of the caller's chunk, or `None` if it is a character that was cut.
    #[must_use]
    pub fn as_borrowed(&self) -> Option<&'a str> {
        match self.0 {
            Repr::Borrowed(text) => Some(text),
            Repr::Cut(_) => None,
        }
    }
}

impl Character {
    /// The character at the start of `bytes`, `len` (1 to 4) bytes long.
    pub(crate) fn new(bytes: [u8; 4], len: u8) -> Self {
        Self { bytes, len }
    }

    pub(crate) fn len(&self) -> u8 {
        self.len
    }

    fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl Deref for Piece<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Piece<'_> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Piece<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Piece<'_> {}

impl PartialEq<str> for Piece<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Piece<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}
