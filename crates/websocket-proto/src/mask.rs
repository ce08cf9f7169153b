//! Masking of a client's frames (RFC 6455 5.3).

/// The 32-bit key with which a frame's payload is masked: byte `i` of the payload is combined by XOR with byte `i mod 4` of it.
///
/// Keys must be unpredictable and fresh for each frame (RFC 6455 10.3); this crate takes them from its caller.
///
/// ```
/// use websocket_proto::mask::MaskingKey;
///
/// let key = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);
/// let mut payload = *b"\x7f\x9f\x4d\x51\x58";
/// key.apply(&mut payload);
/// assert_eq!(&payload, b"Hello");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MaskingKey(pub [u8; 4]);

impl MaskingKey {
    /// Masks or unmasks `payload` in place; both are the same operation.
    ///
    /// Returns the key for the bytes that follow `payload` in the same frame, so that a payload can be treated in
    /// pieces.
    pub fn apply(self, payload: &mut [u8]) -> Self {
        let wide = u64::from_ne_bytes(repeat(self.0));
        let mut words = payload.chunks_exact_mut(8);
        for word in &mut words {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(word);
            word.copy_from_slice(&(u64::from_ne_bytes(bytes) ^ wide).to_ne_bytes());
        }
        for (byte, key) in words.into_remainder().iter_mut().zip(self.0.iter().cycle()) {
            *byte ^= key;
        }
        self.rotate(payload.len())
    }

    /// The key as it stands `offset` bytes further into the payload.
    fn rotate(self, offset: usize) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "less than 32")]
        let bits = 8 * (offset % 4) as u32;
        Self(u32::from_le_bytes(self.0).rotate_right(bits).to_le_bytes())
    }
}

fn repeat([a, b, c, d]: [u8; 4]) -> [u8; 8] {
    [a, b, c, d, a, b, c, d]
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn naive(key: [u8; 4], payload: &[u8]) -> Vec<u8> {
        payload.iter().enumerate().map(|(i, byte)| byte ^ key[i % 4]).collect()
    }

    #[test]
    fn every_length_and_every_split_equals_the_definition() {
        let key = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);
        let payload: Vec<u8> = (0..70).collect();
        for len in 0..payload.len() {
            let expected = naive(key.0, &payload[..len]);
            for split in 0..=len {
                let mut bytes = payload[..len].to_vec();
                let (head, tail) = bytes.split_at_mut(split);
                key.apply(head).apply(tail);
                assert_eq!(bytes, expected, "length {len}, split at {split}");
            }
        }
    }
}
