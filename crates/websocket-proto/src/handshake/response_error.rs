use super::fields::FieldError;
use super::head::HeadError;

/// Why a response is none that a client may take for an answer to its opening handshake (RFC 6455 4.1): it must fail the
/// connection.
///
/// A response with another status than 101 is no error: see [`Outcome::Refused`](super::Outcome::Refused).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// The response has no head of HTTP/1.1, or one beyond the limits.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// A header field is missing, repeated or malformed.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The value of `Upgrade` is not `websocket`, alone and once.
    #[error("the value of the header field Upgrade is not websocket")]
    Upgrade,
    /// The value of `Sec-WebSocket-Accept` does not answer the key that was sent.
    #[error("the value of the header field Sec-WebSocket-Accept does not answer the key")]
    AcceptValue,
    /// The status is 101, which HTTP/2 and HTTP/3 do not have (RFC 9113 8.6, RFC 9114 4.5).
    #[error("the status is 101, expected 2xx to an extended CONNECT")]
    SwitchingProtocols,
    /// The server chose a subprotocol that was not offered.
    #[error("the subprotocol in use was not offered")]
    SubprotocolNotOffered,
    /// The server uses an extension that was not offered.
    #[error("an extension in use was not offered")]
    ExtensionNotOffered,
}
