use core::ops::Range;

use crate::frame::{FrameError, FrameRules, MAX_CONTROL_PAYLOAD, Opcode, Rsv};
#[cfg(feature = "alloc")]
use crate::mask::Mask;
use crate::mask::MaskingKey;

/// The longest header, in bytes: 2, a 64-bit length, and a masking key.
pub const MAX_HEADER_LEN: usize = 14;

const FIN: u8 = 0x80;
const MASK: u8 = 0x80;
const LEN_16: u8 = 126;
const LEN_64: u8 = 127;

/// What a frame starts with (RFC 6455 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whether this is the last fragment of its message.
    pub fin: bool,
    /// The reserved bits.
    pub rsv: Rsv,
    /// What the payload is.
    pub opcode: Opcode,
    /// The key with which the payload is masked: always there from a client, never from a server.
    pub masking_key: Option<MaskingKey>,
    /// The length of the payload in bytes, at most 2⁶³−1.
    pub payload_len: u64,
}

impl Header {
    /// Decodes a header from the start of `bytes`; also says how many bytes it took. `None` if more are needed.
    ///
    /// Every rule is checked as soon as the bytes it needs are there, also when the header is not complete.
    ///
    /// # Errors
    ///
    /// [`FrameError`], as its variants say.
    ///
    /// ```
    /// use websocket_proto::frame::{FrameRules, Header, Opcode};
    /// use websocket_proto::Server;
    ///
    /// let rules = FrameRules::for_role::<Server>();
    /// let (header, header_len) = Header::decode(b"\x81\x85\x37\xfa\x21\x3d\x7f", &rules)?.unwrap();
    /// assert_eq!((header.opcode, header.payload_len, header_len), (Opcode::Text, 5, 6));
    /// assert_eq!(Header::decode(b"\x81\x85\x37", &rules)?, None);
    /// # Ok::<(), websocket_proto::frame::FrameError>(())
    /// ```
    pub fn decode(bytes: &[u8], rules: &FrameRules) -> Result<Option<(Self, usize)>, FrameError> {
        let Some((&first, rest)) = bytes.split_first() else { return Ok(None) };
        let (fin, rsv, opcode) = decode_first_byte(first, rules)?;

        let Some((&second, rest)) = rest.split_first() else { return Ok(None) };
        match (second & MASK != 0, rules.masked) {
            (false, true) => return Err(FrameError::NotMasked),
            (true, false) => return Err(FrameError::Masked),
            _ => {}
        }

        let len_7 = second & !MASK;
        if opcode.is_control() && usize::from(len_7) > MAX_CONTROL_PAYLOAD {
            return Err(FrameError::ControlTooLong);
        }

        let Some((payload_len, rest)) = decode_len(len_7, rest)? else { return Ok(None) };
        if !opcode.is_control() && payload_len > rules.max_payload_len {
            return Err(FrameError::PayloadTooBig { len: payload_len, limit: rules.max_payload_len });
        }

        let (masking_key, rest) = if rules.masked {
            let Some((&key, rest)) = rest.split_first_chunk() else { return Ok(None) };
            (Some(MaskingKey(key)), rest)
        } else {
            (None, rest)
        };
        Ok(Some((Self { fin, rsv, opcode, masking_key, payload_len }, bytes.len() - rest.len())))
    }

    /// The header of an unfragmented message of less than 64 KiB, if `bytes` starts with one: its opcode, masking key, and
    /// where its payload lies. The common case of [`decode`](Self::decode), in few steps.
    #[inline]
    pub(super) fn decode_common(bytes: &[u8], masked: bool) -> Option<(Opcode, Option<MaskingKey>, Range<usize>)> {
        const TEXT: u8 = FIN | Opcode::Text.bits();
        const BINARY: u8 = FIN | Opcode::Binary.bits();
        let &[first, second, ..] = bytes else { return None };
        let opcode = match first {
            TEXT => Opcode::Text,
            BINARY => Opcode::Binary,
            _ => return None,
        };
        let (len, len_end) = match second.wrapping_sub(if masked { MASK } else { 0 }) {
            len @ 0..LEN_16 => (usize::from(len), 2),
            LEN_16 => match usize::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)) {
                0..126 => return None,
                len => (len, 4),
            },
            _ => return None,
        };
        if masked {
            let key = bytes.get(len_end..)?.first_chunk()?;
            Some((opcode, Some(MaskingKey(*key)), len_end + 4..len_end + 4 + len))
        } else {
            Some((opcode, None, len_end..len_end + len))
        }
    }

    /// Encodes the header in the shortest form.
    ///
    /// Encodes what it is given: that the header is one which may be sent is the caller's to see to. A
    /// [`payload_len`](Self::payload_len) above 2⁶³−1 is encoded as it is and refused by every peer.
    ///
    /// ```
    /// use websocket_proto::frame::{Header, Opcode, Rsv};
    ///
    /// let header = Header { fin: true, rsv: Rsv::NONE, opcode: Opcode::Binary, masking_key: None, payload_len: 256 };
    /// assert_eq!(*header.encode(), [0x82, 0x7e, 0x01, 0x00]);
    /// ```
    #[must_use]
    #[inline]
    pub fn encode(&self) -> EncodedHeader {
        let fin = if self.fin { FIN } else { 0 };
        let mask = if self.masking_key.is_some() { MASK } else { 0 };
        let start =
            |len_7: u8| u128::from(u16::from_le_bytes([fin | self.rsv.bits() | self.opcode.bits(), mask | len_7]));
        // The header as a number, least significant byte first, and how many bytes of it there are.
        #[expect(clippy::cast_possible_truncation, reason = "the lengths fit where they are cast")]
        let (mut bytes, mut len) = match self.payload_len {
            len @ 0..=125 => (start(len as u8), 2),
            len @ 126..=0xffff => (start(LEN_16) | u128::from((len as u16).swap_bytes()) << 16, 4),
            len => (start(LEN_64) | u128::from(len.swap_bytes()) << 16, 10),
        };
        if let Some(MaskingKey(key)) = self.masking_key {
            bytes |= u128::from(u32::from_le_bytes(key)) << (8 * len);
            len += key.len();
        }
        EncodedHeader { bytes: bytes.to_le_bytes(), len }
    }
}

/// An encoded [`Header`], by value: dereferences to its 2 to 14 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodedHeader {
    /// The header, and zeros.
    bytes: [u8; 16],
    len: usize,
}

#[cfg(feature = "alloc")]
impl EncodedHeader {
    /// The header as a number, least significant byte first, and how many bytes of it there are.
    #[inline(always)]
    pub(crate) const fn to_bits(self) -> (u128, usize) {
        (u128::from_le_bytes(self.bytes), self.len)
    }

    /// Appends the header and the payload, masked, to `output`.
    #[inline(always)]
    pub(crate) fn append_with(&self, payload: &[u8], mut mask: Mask, output: &mut alloc::vec::Vec<u8>) {
        mask.append_after(self.bytes, self.len, payload, output);
    }
}

impl core::ops::Deref for EncodedHeader {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

fn decode_first_byte(byte: u8, rules: &FrameRules) -> Result<(bool, Rsv, Opcode), FrameError> {
    let fin = byte & FIN != 0;
    let rsv = Rsv::of_first_byte(byte);
    let opcode = Opcode::from_bits(byte & 0x0f).ok_or(FrameError::ReservedOpcode(byte & 0x0f))?;
    let allowed = if opcode.is_control() { Rsv::NONE } else { rules.rsv };
    if !allowed.contains(rsv) {
        return Err(FrameError::ReservedBits { bits: rsv.bits(), allowed: allowed.bits() });
    }
    if opcode.is_control() && !fin {
        return Err(FrameError::FragmentedControl(opcode));
    }
    Ok((fin, rsv, opcode))
}

/// Decodes the payload length whose 7-bit form is `len_7`; `None` if `bytes` does not hold all of it.
fn decode_len(len_7: u8, bytes: &[u8]) -> Result<Option<(u64, &[u8])>, FrameError> {
    match len_7 {
        LEN_16 => {
            let Some((len, rest)) = bytes.split_first_chunk() else { return Ok(None) };
            let len = u64::from(u16::from_be_bytes(*len));
            if len < u64::from(LEN_16) {
                return Err(FrameError::LengthNotMinimal { len, encoded_in: 2 });
            }
            Ok(Some((len, rest)))
        }
        LEN_64 => {
            let Some((len, rest)) = bytes.split_first_chunk() else { return Ok(None) };
            let len = u64::from_be_bytes(*len);
            if len <= u64::from(u16::MAX) {
                return Err(FrameError::LengthNotMinimal { len, encoded_in: 8 });
            }
            if len > i64::MAX.unsigned_abs() {
                return Err(FrameError::LengthTooLarge(len));
            }
            Ok(Some((len, rest)))
        }
        len => Ok(Some((u64::from(len), bytes))),
    }
}
