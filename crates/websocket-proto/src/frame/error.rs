use crate::frame::{MAX_CONTROL_PAYLOAD, Opcode};

/// A header that RFC 6455 section 5 or a limit forbids. All are decided before a byte of payload is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A reserved bit is set that no negotiated extension defines (5.2).
    #[error("reserved bits {bits:#04x} are set, allowed are {allowed:#04x}")]
    ReservedBits {
        /// The bits met: RSV1 is 0x40, RSV2 0x20, RSV3 0x10.
        bits: u8,
        /// The bits that may be set.
        allowed: u8,
    },
    /// An opcode of 3–7 or 11–15 (5.2).
    #[error("opcode {0} is reserved")]
    ReservedOpcode(u8),
    /// A control frame without FIN (5.5).
    #[error("{0:?} frame is fragmented, control frames must not be")]
    FragmentedControl(Opcode),
    /// A control frame with more than 125 bytes (5.5), which its second byte tells.
    #[error("control frame payload is longer than {MAX_CONTROL_PAYLOAD} bytes")]
    ControlTooLong,
    /// A length in more bytes than it needs (5.2).
    #[error("payload length {len} is encoded in {encoded_in} bytes, which is not minimal")]
    LengthNotMinimal {
        /// The length met.
        len: u64,
        /// In how many bytes it was encoded: 2 or 8.
        encoded_in: u8,
    },
    /// A 64-bit length with its most significant bit set (5.2).
    #[error("payload length {0:#x} has its most significant bit set")]
    LengthTooLarge(u64),
    /// A frame from a client that is not masked (5.1).
    #[error("frame from a client is not masked")]
    NotMasked,
    /// A frame from a server that is masked (5.1).
    #[error("frame from a server is masked")]
    Masked,
    /// More payload than this end is willing to take in one frame.
    #[error("frame payload is {len} bytes, limit {limit}")]
    PayloadTooBig {
        /// The length met.
        len: u64,
        /// [`FrameRules::max_payload_len`](crate::frame::FrameRules::max_payload_len).
        limit: u64,
    },
}
