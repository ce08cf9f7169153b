use alloc::vec::Vec;

use super::build_error::BuildError;
use super::status::Status;
use super::write::{RefusalHead, check_extra_fields};

/// A response with which the server refuses a valid request for reasons of its own: no such resource, authentication
/// needed, a redirect, no capacity (RFC 6455 4.2.2).
///
/// ```
/// use websocket_proto::handshake::{Refusal, Status};
///
/// let refusal = Refusal {
///     headers: &[("WWW-Authenticate", "Basic realm=\"chat\"")],
///     body: "log in first\n",
///     ..Refusal::new(Status::UNAUTHORIZED)
/// };
/// let mut response = Vec::new();
/// refusal.append_to(&mut response)?;
/// assert!(response.starts_with(b"HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nWWW-Authenticate: Basic"));
/// assert!(response.ends_with(b"Content-Length: 13\r\n\r\nlog in first\n"));
/// # Ok::<(), websocket_proto::handshake::BuildError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a> {
    /// The status, from 300 to 599.
    pub status: Status,
    /// Extra header fields, as pairs of name and value. A `Content-Type` among them takes the place of `text/plain`.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, for a person to read.
    pub body: &'a str,
}

impl<'a> Refusal<'a> {
    /// A refusal with this status, whose body is the status's reason phrase.
    #[must_use]
    pub const fn new(status: Status) -> Self {
        Self { status, headers: &[], body: status.reason_phrase() }
    }

    /// Appends the whole response to `out`, with `Connection: close` and `Content-Length`.
    ///
    /// # Errors
    ///
    /// [`BuildError::RefusalStatus`], or what is wrong with an extra header field; `out` is then as it was.
    pub fn append_to(&self, out: &mut Vec<u8>) -> Result<(), BuildError> {
        self.head()?.append_to(out);
        out.extend_from_slice(self.body.as_bytes());
        Ok(())
    }
    /// The head of the response, all of it checked.
    pub(super) fn head(&self) -> Result<RefusalHead<'a>, BuildError> {
        let status = self.status.code();
        if !(300..=599).contains(&status) {
            return Err(BuildError::RefusalStatus { status });
        }
        check_extra_fields(self.headers)?;
        Ok(RefusalHead { status: self.status, headers: self.headers, content_length: self.body.len() })
    }
}
