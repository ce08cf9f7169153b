//! The names of the header fields that the opening handshake knows, and what can be wrong with one.

use super::grammar::{Element, List};

pub(super) const HOST: &str = "Host";
pub(super) const UPGRADE: &str = "Upgrade";
pub(super) const CONNECTION: &str = "Connection";
pub(super) const ORIGIN: &str = "Origin";
pub(super) const CONTENT_LENGTH: &str = "Content-Length";
pub(super) const TRANSFER_ENCODING: &str = "Transfer-Encoding";
pub(super) const SEC_WEBSOCKET_KEY: &str = "Sec-WebSocket-Key";
pub(super) const SEC_WEBSOCKET_ACCEPT: &str = "Sec-WebSocket-Accept";
pub(super) const SEC_WEBSOCKET_VERSION: &str = "Sec-WebSocket-Version";
pub(super) const SEC_WEBSOCKET_PROTOCOL: &str = "Sec-WebSocket-Protocol";
pub(super) const SEC_WEBSOCKET_EXTENSIONS: &str = "Sec-WebSocket-Extensions";

/// What is wrong with a header field of the opening handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// A field that the handshake needs is not there.
    #[error("the header field {0} is missing")]
    Missing(&'static str),
    /// A field that may appear once appears again (RFC 6455 11.3, RFC 9112 3.2, RFC 6454 7.3).
    #[error("the header field {0} appears more than once")]
    Duplicate(&'static str),
    /// The value does not conform to the field's grammar.
    #[error("the value of the header field {0} is malformed")]
    Malformed(&'static str),
    /// A field is there that this carrier does not allow (RFC 9113 8.2.2, RFC 9114 4.2).
    #[error("the header field {0} has no place in an extended CONNECT")]
    Forbidden(&'static str),
    /// A pseudo-header field is unknown here, or comes after a regular one (RFC 9113 8.3).
    #[error("a pseudo-header field is unknown or out of place")]
    PseudoHeader,
    /// The value does not list the token that the handshake needs.
    #[error("the header field {name} does not list the token {token}")]
    NoToken {
        /// The field.
        name: &'static str,
        /// The token that it must list, in any case.
        token: &'static str,
    },
}

/// Whether `name` is this one of the handshake's, in any case.
#[inline(always)]
pub(super) fn is(name: &str, known: &str) -> bool {
    // Mostly it is to the letter, which is faster to see.
    name.len() == known.len() && (name == known || name.eq_ignore_ascii_case(known))
}

/// Keeps the value of a field that may appear once.
pub(super) fn once<'a>(slot: &mut Option<&'a [u8]>, name: &'static str, value: &'a [u8]) -> Result<(), FieldError> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(FieldError::Duplicate(name)),
    }
}

/// Whether the list that `value` holds has this token as one of its elements, in any case.
pub(super) fn lists<'a>(
    name: &'static str,
    value: &'a [u8],
    element: Element<'a, &'a str>,
    token: &str,
) -> Result<bool, FieldError> {
    // Mostly it is the only one.
    if value == token.as_bytes() || value.eq_ignore_ascii_case(token.as_bytes()) {
        return Ok(true);
    }
    let mut listed = false;
    each_element(name, value, element, |name| listed |= name.eq_ignore_ascii_case(token))?;
    Ok(listed)
}

/// Gives each element of the list that `value` holds to `visit`.
pub(super) fn each_element<'a, T>(
    name: &'static str,
    value: &'a [u8],
    element: Element<'a, T>,
    mut visit: impl FnMut(T),
) -> Result<(), FieldError> {
    let value = str::from_utf8(value).map_err(|_| FieldError::Malformed(name))?;
    for element in List::new(value, element) {
        visit(element.map_err(|_| FieldError::Malformed(name))?);
    }
    Ok(())
}

/// The value as text that is ASCII, as that of every field whose grammar the handshake knows.
pub(super) fn ascii<'a>(name: &'static str, value: &'a [u8]) -> Result<&'a str, FieldError> {
    let text = if value.is_ascii() { str::from_utf8(value).ok() } else { None };
    text.ok_or(FieldError::Malformed(name))
}
