use core::ops::BitOr;

/// What a frame's payload is (RFC 6455 5.2). The reserved opcodes 3–7 and 11–15 have no value here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Opcode {
    /// A further fragment of the message under way.
    Continuation = 0,
    /// A text message, or its first fragment.
    Text = 1,
    /// A binary message, or its first fragment.
    Binary = 2,
    /// Starts or answers the closing handshake.
    Close = 8,
    /// Asks for a Pong.
    Ping = 9,
    /// Answers a Ping.
    Pong = 10,
}

impl Opcode {
    /// The opcode with this 4-bit number, or `None` if it is reserved.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0 => Self::Continuation,
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            _ => return None,
        })
    }

    /// The opcode's 4-bit number.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self as u8
    }

    /// Whether this is a control frame (RFC 6455 5.5): Close, Ping or Pong.
    #[must_use]
    pub const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// A set of the reserved bits RSV1, RSV2 and RSV3 of a frame (RFC 6455 5.2), whose meaning extensions define.
///
/// ```
/// use websocket_proto::frame::Rsv;
///
/// assert!((Rsv::RSV1 | Rsv::RSV3).contains(Rsv::RSV1));
/// assert!(!Rsv::NONE.contains(Rsv::RSV2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rsv(u8);

impl Rsv {
    /// No bit: what a frame has unless an extension was negotiated.
    pub const NONE: Self = Self(0);
    /// RSV1, which permessage-deflate (RFC 7692) sets on the first frame of a compressed message.
    pub const RSV1: Self = Self(0x40);
    /// RSV2, not used by any registered extension.
    pub const RSV2: Self = Self(0x20);
    /// RSV3, not used by any registered extension.
    pub const RSV3: Self = Self(0x10);

    /// Whether all bits of `other` are in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The bits as they stand in a frame's first byte: RSV1 is 0x40, RSV2 0x20, RSV3 0x10.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The reserved bits of a frame's first byte.
    pub(crate) const fn of_first_byte(byte: u8) -> Self {
        Self(byte & 0x70)
    }
}

impl BitOr for Rsv {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
