//! Values that fit into a line.

use core::fmt;

/// An event type that a server can send: text without CR, LF and NUL.
///
/// A NUL could be sent, but is refused: it ends the name for whoever keeps it in a C string.
///
/// ```
/// use sse_proto::EventName;
///
/// const TICK: EventName<'_> = match EventName::new("tick") {
///     Ok(name) => name,
///     Err(_) => panic!("not a name"),
/// };
/// assert_eq!(TICK.as_str(), "tick");
/// assert!(EventName::new("tick\rdata: forged").is_err());
/// assert!(EventName::new("tick\0").is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventName<'a>(&'a str);

impl<'a> EventName<'a> {
    /// Checks that `name` is one. The empty one is, and means `message`.
    ///
    /// # Errors
    ///
    /// [`ForbiddenCharacter`] if it holds a CR, an LF or a NUL.
    pub const fn new(name: &'a str) -> Result<Self, ForbiddenCharacter> {
        match find_forbidden(name) {
            None => Ok(Self(name)),
            Some(error) => Err(error),
        }
    }

    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

/// An event ID that a server can send: text without CR, LF and NUL.
///
/// Clients ignore an ID with a NUL in it (HTML 9.2.6), so it can't be meant.
///
/// ```
/// use sse_proto::EventId;
///
/// assert_eq!(EventId::new("1732180000-17")?.as_str(), "1732180000-17");
/// let error = EventId::new("7\n\ndata: forged").unwrap_err();
/// assert_eq!(error.to_string(), "line feed at byte 1, where the value has to stay on one line");
/// # Ok::<(), sse_proto::ForbiddenCharacter>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId<'a>(&'a str);

impl<'a> EventId<'a> {
    /// Checks that `id` is one. The empty one is, and resets the client's last event ID.
    ///
    /// # Errors
    ///
    /// [`ForbiddenCharacter`] if it holds a CR, an LF or a NUL.
    pub const fn new(id: &'a str) -> Result<Self, ForbiddenCharacter> {
        match find_forbidden(id) {
            None => Ok(Self(id)),
            Some(error) => Err(error),
        }
    }

    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

impl<'a> TryFrom<&'a str> for EventName<'a> {
    type Error = ForbiddenCharacter;

    fn try_from(name: &'a str) -> Result<Self, Self::Error> {
        Self::new(name)
    }
}

impl<'a> TryFrom<&'a str> for EventId<'a> {
    type Error = ForbiddenCharacter;

    fn try_from(id: &'a str) -> Result<Self, Self::Error> {
        Self::new(id)
    }
}

impl fmt::Display for EventName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Display for EventId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// A value can't be sent, because it would not arrive as what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForbiddenCharacter {
    /// U+000D, which ends a line.
    #[error("carriage return at byte {0}, where the value has to stay on one line")]
    CarriageReturn(usize),
    /// U+000A, which ends a line.
    #[error("line feed at byte {0}, where the value has to stay on one line")]
    LineFeed(usize),
    /// U+0000: clients ignore an ID that holds it, and it ends a type for whoever keeps that in a C string.
    #[error("NUL at byte {0} of an event type or an ID")]
    Nul(usize),
}

#[inline]
const fn find_forbidden(value: &str) -> Option<ForbiddenCharacter> {
    let bytes = value.as_bytes();
    let mut rest = bytes;
    // Most values hold nothing below a space: eight bytes at a time tell, the last of which overlap with others.
    while let Some((word, after)) = rest.split_first_chunk() {
        if has_control(*word) {
            break;
        }
        rest = after;
    }
    if let Some(word) = bytes.last_chunk()
        && rest.len() < 8
        && !has_control(*word)
    {
        return None;
    }
    let mut at = bytes.len() - rest.len();
    while at < bytes.len() {
        match bytes[at] {
            b'\r' => return Some(ForbiddenCharacter::CarriageReturn(at)),
            b'\n' => return Some(ForbiddenCharacter::LineFeed(at)),
            0 => return Some(ForbiddenCharacter::Nul(at)),
            _ => at += 1,
        }
    }
    None
}

/// Whether a byte is below 20, a space. It may say so of bytes above 7F too.
const fn has_control(bytes: [u8; 8]) -> bool {
    const ONES: u64 = u64::MAX / 0xFF;
    let word = u64::from_le_bytes(bytes);
    word.wrapping_sub(ONES * 0x20) & (ONES * 0x80) != 0
}
