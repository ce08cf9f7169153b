//! Writing heads of HTTP/1.1: what goes in has been checked, so that it can't end a line.

use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use super::build_error::BuildError;
use super::fields::{CONNECTION, CONTENT_LENGTH, HOST, ORIGIN, SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE};
use super::grammar::is_token;
use super::status::Status;

/// Header fields of the caller's: pairs of name and value.
pub(super) type ExtraFields<'a> = &'a [(&'a str, &'a str)];

/// Checks that extra header fields can be written: none ends its line, and none is one that the handshake writes itself.
pub(super) fn check_extra_fields(fields: ExtraFields<'_>) -> Result<(), BuildError> {
    for (index, (name, value)) in fields.iter().enumerate() {
        if !is_token(name) {
            return Err(BuildError::FieldName { index });
        }
        if value.bytes().any(|b| b.is_ascii_control() && b != b'\t') {
            return Err(BuildError::FieldValue { index });
        }
        if is_reserved(name) {
            return Err(BuildError::ReservedField { index });
        }
    }
    Ok(())
}

fn is_reserved(name: &str) -> bool {
    const PREFIX: &str = "Sec-WebSocket-";
    let has_prefix = name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
    has_prefix
        || [HOST, UPGRADE, CONNECTION, ORIGIN, CONTENT_LENGTH, TRANSFER_ENCODING]
            .iter()
            .any(|reserved| name.eq_ignore_ascii_case(reserved))
}

/// Appends a header field line.
pub(super) fn append_field(out: &mut Vec<u8>, name: &str, value: &str) {
    for part in [name, ": ", value, "\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
}

/// The head of a response that refuses a connection, and says that it closes this one.
pub(super) struct RefusalHead<'a> {
    pub(super) status: Status,
    /// Extra header fields, which have been checked.
    pub(super) headers: ExtraFields<'a>,
    /// The length of the body, in bytes.
    pub(super) content_length: usize,
}

impl RefusalHead<'_> {
    pub(super) fn append_to(&self, out: &mut Vec<u8>) {
        // Writing to a Vec does not fail.
        let _ = write!(Appender(out), "HTTP/1.1 {} {}\r\n", self.status, self.status.reason_phrase());
        self.each_field(|name, value| append_field(out, name, value));
        out.extend_from_slice(b"\r\n");
    }

    /// Gives the fields to `visit`, in order.
    pub(super) fn each_field(&self, mut visit: impl FnMut(&str, &str)) {
        if self.status == Status::UPGRADE_REQUIRED {
            // A sender of Upgrade must list it in Connection (RFC 9110 7.8).
            visit(CONNECTION, "close, Upgrade");
            visit(UPGRADE, "websocket");
            visit(SEC_WEBSOCKET_VERSION, "13");
        } else {
            visit(CONNECTION, "close");
        }
        if self.status == Status::METHOD_NOT_ALLOWED {
            visit("Allow", "GET");
        }
        for (name, value) in self.headers {
            visit(name, value);
        }
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Content-Type")) {
            visit("Content-Type", "text/plain; charset=utf-8");
        }
        visit(CONTENT_LENGTH, &self.content_length.to_string());
    }
}

/// Lets text be formatted into a Vec without `std`.
struct Appender<'a>(&'a mut Vec<u8>);

impl fmt::Write for Appender<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
