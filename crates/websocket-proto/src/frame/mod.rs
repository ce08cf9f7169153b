//! The framing layer (RFC 6455 section 5): headers and payloads, without buffers and without allocation.
//!
//! [`FrameDecoder`] cuts a stream of bytes into frames and unmasks payloads in place, for frames of up to 2⁶³−1 bytes cut
//! anywhere. All that a header can decide is decided at the header ([`FrameRules`]), before a byte of payload is wanted.
//! [`Header`] is what a frame starts with; it encodes itself.
//!
//! What belongs to messages (which frames may follow which, UTF-8 in text) is [`Connection`](crate::Connection)'s.

mod decoder;
mod error;
mod header;
mod opcode;
mod rules;

#[cfg(feature = "alloc")]
pub(crate) use decoder::Payload;
pub use decoder::{FrameDecoder, FramePart};
pub use error::FrameError;
pub use header::{EncodedHeader, Header, MAX_HEADER_LEN};
pub use opcode::{Opcode, Rsv};
pub use rules::FrameRules;

/// The longest payload of a control frame, in bytes (RFC 6455 5.5).
pub const MAX_CONTROL_PAYLOAD: usize = 125;
