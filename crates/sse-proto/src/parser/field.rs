//! What a line means: HTML 9.2.6, "Interpreting an event stream".

use core::time::Duration;

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

/// How many bytes tell in any case what a line is: the longest name there is a meaning for (`event`, `retry`), a colon, and
/// one more that may be a space.
pub(crate) const HEAD_LEN: usize = 7;

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

/// The reconnection time that the value of a `retry` line sets, if it consists of digits.
///
/// Numbers too large for 64 bits are the largest, which no reconnection will wait for.
pub(crate) fn retry_time(value: &[u8]) -> Option<Duration> {
    let digits = value.iter().try_fold(0_u64, |millis, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(millis.saturating_mul(10).saturating_add(digit))
    });
    digits.filter(|_| !value.is_empty()).map(Duration::from_millis)
}
