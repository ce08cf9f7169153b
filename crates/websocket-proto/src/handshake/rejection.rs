use alloc::format;
use alloc::vec::Vec;

use super::fields::FieldError;
use super::head::HeadError;
use super::status::Status;
use super::target::TargetError;
use super::write::RefusalHead;

/// Why a request is not an opening handshake that can be accepted, and the response that says so (RFC 6455 4.2.1).
///
/// The response is part of the type: whoever holds a rejection can send it with [`append_to`](Self::append_to), and should
/// close the connection after it.
///
/// ```
/// use websocket_proto::handshake::{ServerHandshake, Status};
///
/// let mut handshake = ServerHandshake::new();
/// let mut input = &b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"[..];
/// let rejection = handshake.receive(&mut input).unwrap_err();
/// assert_eq!(rejection.status(), Status::UPGRADE_REQUIRED);
///
/// let mut response = Vec::new();
/// rejection.append_to(&mut response);
/// assert!(response.starts_with(b"HTTP/1.1 426 Upgrade Required\r\n"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
#[must_use = "the client waits for the response that the rejection is"]
pub enum Rejection {
    /// The request has no head of HTTP/1.1, or one beyond the limits.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The method is not GET.
    #[error("the request method is not GET")]
    Method,
    /// The request target is none that a WebSocket URI leads to.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// There is no `Upgrade` field: this is an ordinary request.
    #[error("this resource speaks the WebSocket protocol, and the request has no header field Upgrade")]
    NoUpgrade,
    /// A header field is missing, repeated or malformed.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The client asks for another version of the protocol than 13.
    #[error("the header field Sec-WebSocket-Version is {}, expected 13", Met(*.met))]
    Version {
        /// The version that was met, or `None` if the value is no version number.
        met: Option<u8>,
    },
    /// The value of `Sec-WebSocket-Key` is not the base64 encoding of 16 bytes.
    #[error("the value of the header field Sec-WebSocket-Key is not the base64 encoding of 16 bytes")]
    Key,
    /// The request announces content, which would be taken for frames.
    #[error("the request announces content, expected none")]
    Content,
    /// The request is no extended CONNECT (RFC 8441 4).
    #[error("the request is not an extended CONNECT")]
    NotConnect,
    /// An extended CONNECT asks for another protocol than `websocket`.
    #[error("the pseudo-header field :protocol is not websocket")]
    Protocol,
    /// The server does not serve the request's origin (RFC 6455 10.2).
    #[error("the origin of the request is not served here")]
    Origin,
}

impl Rejection {
    /// The status that the response carries.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Head(HeadError::Version) => Status::HTTP_VERSION_NOT_SUPPORTED,
            Self::Head(HeadError::FirstLineTooLong { .. }) => Status::URI_TOO_LONG,
            Self::Head(HeadError::TooLong { .. } | HeadError::TooManyFields { .. }) => {
                Status::REQUEST_HEADER_FIELDS_TOO_LARGE
            }
            Self::Method => Status::METHOD_NOT_ALLOWED,
            Self::NoUpgrade | Self::Version { .. } => Status::UPGRADE_REQUIRED,
            Self::Protocol => Status::NOT_IMPLEMENTED,
            Self::Origin => Status::FORBIDDEN,
            Self::Head(_) | Self::Target(_) | Self::Field(_) | Self::Key | Self::Content | Self::NotConnect => {
                Status::BAD_REQUEST
            }
        }
    }

    /// Appends the whole response to `out`: the head and a line of plain text that tells a person what is wrong.
    ///
    /// It carries `Connection: close` and `Content-Length`; a 405 carries `Allow: GET`, a 426 carries `Upgrade: websocket`
    /// and `Sec-WebSocket-Version: 13`.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        let body = format!("{self}\n");
        RefusalHead { status: self.status(), headers: &[], content_length: body.len() }.append_to(out);
        out.extend_from_slice(body.as_bytes());
    }
}

/// How a message names the version that was met.
struct Met(Option<u8>);

impl core::fmt::Display for Met {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(version) => write!(f, "{version}"),
            None => f.write_str("not a version number"),
        }
    }
}
