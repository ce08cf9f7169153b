//! What a line means: HTML 9.2.6, "Interpreting an event stream".

/// What a line that is not empty is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Data,
    EventType,
    Id,
    Retry,
    Comment,
    /// A field whose name the standard doesn't know.
    Unknown,
}

/// The longest field name there is a meaning for (`event`, `retry`).
pub(crate) const LONGEST_NAME: usize = 5;

/// Splits a line that is not empty into its field and its value.
///
/// The value is what follows the first colon, less one U+0020; it is empty where there is no colon. Names are compared
/// byte for byte, so a name with an ill-formed sequence in it is an unknown one, as it is once decoded.
pub(crate) fn split(line: &[u8]) -> (Field, &[u8]) {
    let (field, rest) = match line {
        [b'd', b'a', b't', b'a', rest @ ..] => (Field::Data, rest),
        [b':', ..] => (Field::Comment, line),
        [b'i', b'd', rest @ ..] => (Field::Id, rest),
        [b'e', b'v', b'e', b'n', b't', rest @ ..] => (Field::EventType, rest),
        [b'r', b'e', b't', b'r', b'y', rest @ ..] => (Field::Retry, rest),
        _ => return (Field::Unknown, &[]),
    };
    match rest {
        [] => (field, rest),
        [b':', b' ', value @ ..] | [b':', value @ ..] => (field, value),
        _ => (Field::Unknown, &[]),
    }
}

/// The value of a `retry` field, read digit by digit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum RetryValue {
    #[default]
    Empty,
    Millis(u64),
    /// Something other than an ASCII digit was met.
    Bogus,
}

impl RetryValue {
    pub(crate) fn of(value: &[u8]) -> Self {
        let mut retry = Self::Empty;
        retry.push(value);
        retry
    }

    /// Reads on. Numbers too large for 64 bits stay at the largest, which no reconnection will wait for.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            *self = match (*self, byte) {
                (Self::Empty, b'0'..=b'9') => Self::Millis(u64::from(byte - b'0')),
                (Self::Millis(millis), b'0'..=b'9') => {
                    Self::Millis(millis.saturating_mul(10).saturating_add(u64::from(byte - b'0')))
                }
                _ => return *self = Self::Bogus,
            };
        }
    }

    pub(crate) fn millis(self) -> Option<u64> {
        match self {
            Self::Millis(millis) => Some(millis),
            Self::Empty | Self::Bogus => None,
        }
    }
}
