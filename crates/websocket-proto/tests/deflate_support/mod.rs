//! What tests and a fuzz target of compression share: an inflater that has nothing in common with the crate's.

pub(crate) mod inflate;

/// Whether the one message in `frames` is compressed, and its payload.
pub(crate) fn message(mut frames: &[u8]) -> (bool, Vec<u8>) {
    let mut payload = Vec::new();
    let is_compressed = frames[0] & 0x40 != 0;
    while let [first, second, rest @ ..] = frames {
        let (len, rest) = match second {
            126 => (usize::from(u16::from_be_bytes([rest[0], rest[1]])), &rest[2..]),
            127 => (usize::try_from(u64::from_be_bytes(rest[..8].try_into().unwrap())).unwrap(), &rest[8..]),
            len => (usize::from(*len), rest),
        };
        let is_control = first & 0x08 != 0;
        if !is_control {
            payload.extend_from_slice(&rest[..len]);
        }
        frames = &rest[len..];
    }
    (is_compressed, payload)
}
