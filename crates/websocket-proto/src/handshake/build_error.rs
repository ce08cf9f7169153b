/// Why a request or response that the caller asks for can't be built: nothing of it has been written.
///
/// It is the caller's mistake, never the peer's. Header fields are named by their index in the caller's slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The host is not `host [":" port]` (RFC 9110 7.2).
    #[error("the host is not a host name or address with an optional port")]
    Host,
    /// The target does not begin with `/`, has a fragment, or holds something other than visible ASCII.
    #[error("the request target is not an absolute path with an optional query")]
    Target,
    /// The origin holds something other than visible ASCII.
    #[error("the origin holds a character that is not visible ASCII")]
    Origin,
    /// A subprotocol is not a token (RFC 6455 4.1, item 10).
    #[error("the subprotocol is not a token")]
    Subprotocol,
    /// A subprotocol is offered twice (RFC 6455 4.1, item 10).
    #[error("a subprotocol is offered more than once")]
    DuplicateSubprotocol,
    /// The chosen subprotocol is none that the client offers (RFC 6455 4.2.2).
    #[error("the subprotocol is not among those that the client offers")]
    SubprotocolNotOffered,
    /// The extensions do not conform to their grammar (RFC 6455 9.1).
    #[error("the list of extensions is malformed")]
    Extensions,
    /// An extension is none that the client offers (RFC 6455 4.2.2).
    #[error("an extension is not among those that the client offers")]
    ExtensionNotOffered,
    /// The name of an extra header field is not a token (RFC 9110 5.1).
    #[error("the name of extra header field {index} is not a token")]
    FieldName {
        /// Which of the extra fields, from 0.
        index: usize,
    },
    /// The value of an extra header field holds CR, LF, NUL or another control character (RFC 9110 5.5).
    #[error("the value of extra header field {index} holds a control character")]
    FieldValue {
        /// Which of the extra fields, from 0.
        index: usize,
    },
    /// An extra header field is one that the handshake writes itself.
    #[error("extra header field {index} is one that the handshake writes itself")]
    ReservedField {
        /// Which of the extra fields, from 0.
        index: usize,
    },
    /// A refusal must have a status from 300 to 599.
    #[error("the status of a refusal is {status}, expected 300 to 599")]
    RefusalStatus {
        /// The code that was met.
        status: u16,
    },
    /// A header field is longer than the types of the `http` crate allow, or there are more of them.
    #[cfg(feature = "http")]
    #[error("the header fields are more or longer than the http crate allows")]
    TooLong,
}
