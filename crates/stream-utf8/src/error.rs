use core::num::NonZeroU8;

/// The first place where a stream is not UTF-8.
///
/// Equal to what [`core::str::from_utf8`] reports for the joined bytes of the stream, however they were cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}", Message(self))]
pub struct Utf8Error {
    valid_up_to: u64,
    error_len: Option<NonZeroU8>,
}

impl Utf8Error {
    pub(crate) const fn new(valid_up_to: u64, error_len: Option<NonZeroU8>) -> Self {
        Self { valid_up_to, error_len }
    }

    /// The offset in the stream, in bytes, up to which it is well-formed: where the ill-formed sequence starts.
    #[must_use]
    pub const fn valid_up_to(&self) -> u64 {
        self.valid_up_to
    }

    /// The length of the ill-formed sequence, 1 to 3 bytes (the maximal subpart of Unicode 3.9), or `None` if the
    /// stream ended inside a sequence that more bytes could have completed.
    #[must_use]
    pub const fn error_len(&self) -> Option<u8> {
        match self.error_len {
            Some(len) => Some(len.get()),
            None => None,
        }
    }

    pub(crate) const fn error_len_non_zero(&self) -> Option<NonZeroU8> {
        self.error_len
    }
}

struct Message<'a>(&'a Utf8Error);

impl core::fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let offset = self.0.valid_up_to;
        match self.0.error_len {
            Some(len) => write!(f, "ill-formed UTF-8 sequence of {len} bytes at offset {offset}"),
            None => write!(f, "incomplete UTF-8 sequence at offset {offset}, where the stream ends"),
        }
    }
}
