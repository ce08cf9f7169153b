//! Close codes and the payload of a Close frame (RFC 6455 5.5.1 and 7.4).

use core::fmt;

use stream_utf8::Utf8Error;

use crate::frame::MAX_CONTROL_PAYLOAD;

/// The longest reason that a Close frame can carry, in bytes: the control frame limit less the two bytes of the code.
pub const MAX_REASON: usize = MAX_CONTROL_PAYLOAD - 2;

/// A code that may stand in a Close frame (RFC 6455 7.4 and the IANA registry).
///
/// 1000–1003, 1007–1014 and 3000–4999. The others cannot be built: 1004, 1005, 1006 and 1015 must never be sent, 0–999,
/// 1016–2999 and 5000 and above are reserved.
///
/// ```
/// use websocket_proto::CloseCode;
///
/// assert_eq!(CloseCode::new(1000), Some(CloseCode::NORMAL));
/// assert_eq!(CloseCode::new(1005), None);
/// assert_eq!(CloseCode::new(4999).map(CloseCode::get), Some(4999));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloseCode(u16);

impl CloseCode {
    /// 1000: the purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// 1001: a server going down, or a browser leaving the page.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: the peer broke the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// 1003: a type of data that cannot be accepted.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// 1007: data that is not what its type says, such as text that is not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// 1008: a message that violates a policy, when no other code fits.
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// 1009: a message that is too big to process.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// 1010: the client expected an extension that the server did not negotiate.
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// 1011: the server met an unexpected condition.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// 1012: the service is restarting (IANA registry).
    pub const SERVICE_RESTART: Self = Self(1012);
    /// 1013: try again later (IANA registry).
    pub const TRY_AGAIN_LATER: Self = Self(1013);
    /// 1014: a gateway got an invalid answer from upstream (IANA registry).
    pub const BAD_GATEWAY: Self = Self(1014);

    /// The code `code`, or `None` if it must not stand in a Close frame.
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => Some(Self(code)),
            _ => None,
        }
    }

    /// The code as a number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Debug for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CloseCode({})", self.0)
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is wrong with the payload of a Close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CloseError {
    /// A payload of one byte cannot hold a code (RFC 6455 5.5.1).
    #[error("close frame payload is 1 byte, expected none or at least 2")]
    Length,
    /// A code that must not be sent (RFC 6455 7.4).
    #[error("close code {0} must not be sent")]
    Code(u16),
    /// The reason is not UTF-8 (RFC 6455 5.5.1); offsets count from its start.
    #[error("close reason is not text: {0}")]
    Reason(Utf8Error),
}

/// The code and the reason that a Close frame with `payload` carries; `None` if it is empty.
///
/// # Errors
///
/// [`CloseError`] as its variants say.
///
/// ```
/// use websocket_proto::close::{CloseCode, CloseError, decode};
///
/// assert_eq!(decode(b"\x03\xe8bye"), Ok(Some((CloseCode::NORMAL, "bye"))));
/// assert_eq!(decode(b""), Ok(None));
/// assert_eq!(decode(b"\x03\xed"), Err(CloseError::Code(1005)));
/// ```
pub fn decode(payload: &[u8]) -> Result<Option<(CloseCode, &str)>, CloseError> {
    match payload {
        [] => Ok(None),
        [_] => Err(CloseError::Length),
        &[high, low, ref reason @ ..] => {
            let code = u16::from_be_bytes([high, low]);
            let code = CloseCode::new(code).ok_or(CloseError::Code(code))?;
            let reason = stream_utf8::validate(reason).map_err(CloseError::Reason)?;
            Ok(Some((code, reason)))
        }
    }
}

/// Encodes the payload of a Close frame with `code` and `reason` at the front of `buffer`; `None` if the reason is longer
/// than [`MAX_REASON`].
///
/// ```
/// use websocket_proto::close::{CloseCode, encode};
///
/// let mut buffer = [0; 125];
/// assert_eq!(encode(CloseCode::NORMAL, "bye", &mut buffer), Some(&b"\x03\xe8bye"[..]));
/// assert_eq!(encode(CloseCode::NORMAL, &"r".repeat(124), &mut buffer), None);
/// ```
pub fn encode<'a>(code: CloseCode, reason: &str, buffer: &'a mut [u8; MAX_CONTROL_PAYLOAD]) -> Option<&'a [u8]> {
    let payload = buffer.get_mut(..2 + reason.len())?;
    payload[..2].copy_from_slice(&code.get().to_be_bytes());
    payload[2..].copy_from_slice(reason.as_bytes());
    Some(payload)
}
