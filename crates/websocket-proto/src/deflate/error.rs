/// Why a server's answer to an offer of permessage-deflate is none that a client may take (RFC 7692 5.1 and 7.1): it must
/// fail the connection, by closing the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NegotiationError {
    /// The extension is there twice.
    #[error("permessage-deflate is accepted more than once")]
    AcceptedTwice,
    /// A parameter that RFC 7692 does not know.
    #[error("permessage-deflate has a parameter that is not defined")]
    UnknownParameter,
    /// A parameter is there twice.
    #[error("the parameter {0} of permessage-deflate appears more than once")]
    DuplicateParameter(&'static str),
    /// A parameter has a value that it can't have, or none.
    #[error("the value of the parameter {0} of permessage-deflate is not one that it may have")]
    InvalidValue(&'static str),
    /// The server does not grant what every offer asks for.
    #[error("the parameter {0} of permessage-deflate is not as it was offered")]
    NotAsOffered(&'static str),
}

/// Why a compressed message can't be inflated. The connection has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InflateError {
    /// The data are not DEFLATE's (RFC 1951), or the message ends inside of a block.
    #[error("compressed message is malformed")]
    Malformed,
    /// The message inflates to more than [`DeflateConfig::max_ratio`](super::DeflateConfig::max_ratio) allows.
    #[error("compressed message of {compressed} bytes inflates to at least {inflated} bytes, limit {limit}")]
    RatioTooHigh {
        /// How much of the message as it was sent counts, in bytes: see
        /// [`max_ratio`](super::DeflateConfig::max_ratio).
        compressed: u64,
        /// How many bytes came of it.
        inflated: u64,
        /// How many may.
        limit: u64,
    },
}
