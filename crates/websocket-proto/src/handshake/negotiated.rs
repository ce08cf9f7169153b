use super::extensions::Extensions;

/// What an opening handshake has settled, the same for both sides.
#[derive(Clone, Debug)]
pub struct Negotiated<'a> {
    /// The subprotocol in use (RFC 6455 4.1): one that the client offered, or none.
    pub subprotocol: Option<&'a str>,
    /// The extensions in use, in the order in which they apply (RFC 6455 9.1).
    pub extensions: Extensions<'a>,
}
