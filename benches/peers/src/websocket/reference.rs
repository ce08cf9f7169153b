//! What frames say, read in the plainest way.

use benches::websocket::append_masked;

/// The payloads of unfragmented messages, one after the other.
pub fn payloads(mut frames: &[u8]) -> Vec<u8> {
    let mut payloads = Vec::new();
    while let [first, second, rest @ ..] = frames {
        assert!(matches!(first, 0x81 | 0x82), "not a whole message: {first:#04x}");
        let (len, rest) = match second & 0x7f {
            126 => (usize::from(u16::from_be_bytes([rest[0], rest[1]])), &rest[2..]),
            127 => (rest[..8].iter().fold(0, |len, byte| len << 8 | usize::from(*byte)), &rest[8..]),
            len => (usize::from(len), rest),
        };
        let (key, rest) = if second & 0x80 == 0 { (&[0; 4][..], rest) } else { rest.split_at(4) };
        payloads.extend(rest[..len].iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
        frames = &rest[len..];
    }
    assert!(frames.is_empty(), "the last frame is cut");
    payloads
}

/// A client's frame with a text of `len` bytes, of which the one at `ill_formed` can't be in UTF-8.
pub fn ill_formed_text(len: usize, ill_formed: usize) -> Vec<u8> {
    let mut text = vec![b'a'; len];
    text[ill_formed] = 0xff;
    let mut frame = Vec::new();
    append_masked(0x81, &text, [0x37, 0xfa, 0x21, 0x3d], &mut frame);
    frame
}
