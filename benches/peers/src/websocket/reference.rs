//! What frames say, read in the plainest way.

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

/// A client's frame whose text is not UTF-8.
pub fn ill_formed_text() -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let mut text = [b'a'; 40];
    text[20] = 0xff;
    let mut frame = vec![0x81, 0x80 | 40];
    frame.extend(key);
    frame.extend(text.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}
