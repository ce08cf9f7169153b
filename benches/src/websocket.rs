//! Streams of WebSocket frames.

/// A stream of frames from a client, each a message of `len` bytes with a masking key of its own: `count` of them, or as
/// many as can be cut from `text`; and how many there are.
///
/// `first_byte` is 0x81 for text, 0x82 for binary. Where a character does not fit, spaces stand for it.
#[must_use]
pub fn masked_messages(first_byte: u8, len: usize, text: &str, count: usize) -> (Vec<u8>, usize) {
    let mut rest = text;
    let mut stream = Vec::with_capacity(count * (len + 14));
    let mut key = 0x9e37_79b9_u32;
    let mut made = 0;
    while made < count && rest.len() >= len {
        key = key.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let end = (0..=len).rev().find(|&end| rest.is_char_boundary(end)).unwrap_or(0);
        let mut payload = rest.as_bytes()[..end].to_vec();
        payload.resize(len, b' ');
        rest = &rest[end..];
        append_masked(first_byte, &payload, key.to_be_bytes(), &mut stream);
        made += 1;
    }
    (stream, made)
}

/// Appends a frame from a client.
pub fn append_masked(first_byte: u8, payload: &[u8], key: [u8; 4], stream: &mut Vec<u8>) {
    stream.push(first_byte);
    match payload.len() {
        len @ 0..=125 => stream.push(0x80 | len as u8),
        len @ 126..=0xffff => {
            stream.push(0x80 | 126);
            stream.extend_from_slice(&(len as u16).to_be_bytes());
        }
        len => {
            stream.push(0x80 | 127);
            stream.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
    stream.extend_from_slice(&key);
    stream.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
}
