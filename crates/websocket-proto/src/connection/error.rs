use stream_utf8::Utf8Error;

use crate::close::{CloseCode, CloseError, MAX_REASON};
#[cfg(feature = "deflate")]
use crate::deflate::InflateError;
use crate::frame::{FrameError, MAX_CONTROL_PAYLOAD, Opcode};

/// What the peer did wrong. The connection has failed for good (RFC 6455 7.1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// A frame's header breaks a rule.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// A continuation frame while no message is under way (5.4).
    #[error("continuation frame, but no message is under way")]
    UnexpectedContinuation,
    /// A new message before the last fragment of the one under way (5.4).
    #[error("{0:?} frame inside a fragmented message, expected a continuation")]
    ExpectedContinuation(Opcode),
    /// A text message that is not UTF-8 (8.1); offsets count from the message's start.
    #[error("text message is not text: {0}")]
    InvalidText(Utf8Error),
    /// A message longer than [`Config::max_message_len`](crate::Config::max_message_len), or a compressed one that inflates
    /// to more, or whose frames are longer than twice as much and 1 KiB.
    #[error("message is at least {len} bytes, limit {limit}")]
    MessageTooBig {
        /// How long the message is in bytes, as far as the frame headers so far tell; one more than `limit` if it was
        /// inflated.
        len: u64,
        /// The limit in bytes: `max_message_len`, or for the frames of a compressed message, 2 · `max_message_len` + 1024.
        limit: u64,
    },
    /// A message of more fragments than [`Config::max_fragments`](crate::Config::max_fragments).
    #[error("message has at least {fragments} fragments, limit {limit}")]
    TooManyFragments {
        /// How many fragments came.
        fragments: u32,
        /// The limit.
        limit: u32,
    },
    /// More control frames in an interval than [`Config::max_control_frames`](crate::Config::max_control_frames).
    #[error("{count} control frames came within the interval, limit {limit}")]
    TooManyControlFrames {
        /// How many came.
        count: u32,
        /// The limit.
        limit: u32,
    },
    /// A Close frame whose payload is wrong.
    #[error(transparent)]
    Close(#[from] CloseError),
    /// A compressed message that can't be inflated, or not within
    /// [`DeflateConfig::max_ratio`](crate::deflate::DeflateConfig::max_ratio).
    #[cfg(feature = "deflate")]
    #[error(transparent)]
    Inflate(#[from] InflateError),
}

impl ProtocolError {
    /// The code of the Close frame that this end sends for the error (RFC 6455 7.4.1).
    #[must_use]
    pub const fn close_code(&self) -> CloseCode {
        match self {
            Self::Frame(FrameError::PayloadTooBig { .. })
            | Self::MessageTooBig { .. }
            | Self::TooManyFragments { .. } => CloseCode::MESSAGE_TOO_BIG,
            #[cfg(feature = "deflate")]
            Self::Inflate(InflateError::RatioTooHigh { .. }) => CloseCode::MESSAGE_TOO_BIG,
            #[cfg(feature = "deflate")]
            Self::Inflate(InflateError::Malformed) => CloseCode::INVALID_PAYLOAD,
            Self::TooManyControlFrames { .. } => CloseCode::POLICY_VIOLATION,
            Self::InvalidText(_) | Self::Close(CloseError::Reason(_)) => CloseCode::INVALID_PAYLOAD,
            Self::Frame(_) | Self::UnexpectedContinuation | Self::ExpectedContinuation(_) | Self::Close(_) => {
                CloseCode::PROTOCOL_ERROR
            }
        }
    }
}

/// What this end asked for that cannot be sent. The connection and the output are as they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// After a Close nothing may be sent (RFC 6455 5.5.1).
    #[error("the connection is closing or closed")]
    Closed,
    /// A fragmented message of this end is under way, and nothing but its fragments and control frames may be sent (5.4).
    #[error("a fragmented message is under way")]
    MessageUnderWay,
    /// The message would make the output longer than [`Config::max_output`](crate::Config::max_output). Write some of it
    /// first.
    #[error("output would be {len} bytes, limit {limit}")]
    OutputFull {
        /// How long the output would have become.
        len: usize,
        /// The limit.
        limit: usize,
    },
    /// A payload longer than a frame can carry (5.2).
    #[error("payload is {0} bytes, limit {limit}", limit = i64::MAX)]
    TooLong(u64),
    /// The application data of a Ping or Pong is too long (5.5).
    #[error("control frame payload is {0} bytes, limit {limit}", limit = MAX_CONTROL_PAYLOAD)]
    ControlTooLong(usize),
    /// The reason of a Close is too long (5.5).
    #[error("close reason is {0} bytes, limit {limit}", limit = MAX_REASON)]
    ReasonTooLong(usize),
}

/// The transport ended before the closing handshake did. A browser reports it as code 1006, which is never sent
/// (RFC 6455 7.1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the transport ended before the closing handshake")]
pub struct AbnormalClosure;
