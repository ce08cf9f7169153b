//! Masking of a client's frames (RFC 6455 5.3).

pub use stream_utf8::mask::Mask;

/// The 32-bit key with which a frame's payload is masked: byte `i` of the payload is combined by XOR with byte `i mod 4`
/// of it.
///
/// Keys must be unpredictable and fresh for each frame (RFC 6455 10.3); this crate takes them from its caller.
///
/// ```
/// use websocket_proto::mask::MaskingKey;
///
/// let key = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);
/// let mut payload = *b"\x7f\x9f\x4d\x51\x58";
/// key.mask().apply(&mut payload);
/// assert_eq!(&payload, b"Hello");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MaskingKey(pub [u8; 4]);

impl MaskingKey {
    /// The mask for a payload from its start, which may be treated in pieces.
    #[must_use]
    pub const fn mask(self) -> Mask {
        Mask::new(self.0)
    }
}
