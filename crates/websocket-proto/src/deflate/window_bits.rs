/// The size of an LZ77 window, as its base-2 logarithm (RFC 7692 7.1.2): 8 to 15, for 256 bytes to 32 KiB.
///
/// ```
/// use websocket_proto::deflate::WindowBits;
///
/// assert_eq!(WindowBits::new(10).map(WindowBits::window_len), Some(1024));
/// assert_eq!(WindowBits::new(16), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WindowBits(u8);

impl WindowBits {
    /// 8 bits: 256 bytes.
    pub const MIN: Self = Self(8);
    /// 15 bits: 32 KiB.
    pub const MAX: Self = Self(15);

    /// A window of 2^`bits` bytes, or `None` unless `bits` is from 8 to 15.
    #[must_use]
    pub const fn new(bits: u8) -> Option<Self> {
        if bits >= Self::MIN.0 && bits <= Self::MAX.0 { Some(Self(bits)) } else { None }
    }

    /// The number of bits.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The size of the window, in bytes.
    #[must_use]
    pub const fn window_len(self) -> usize {
        1 << self.0
    }

    /// Whether a message of `len` bytes can be compressed within the window: any, but for 8 bits, to which the compressor
    /// can't keep in a message that does not fit into the window anyway.
    pub(crate) fn holds(self, len: usize) -> bool {
        self > Self::MIN || len <= self.window_len()
    }

    /// A decimal number without leading zeros (RFC 7692 7.1.2.1).
    pub(super) fn parse(value: &str) -> Option<Self> {
        let bits = match *value.as_bytes() {
            [digit @ b'8'..=b'9'] => digit - b'0',
            [b'1', digit @ b'0'..=b'5'] => 10 + digit - b'0',
            _ => return None,
        };
        Self::new(bits)
    }
}
