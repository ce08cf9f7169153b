//! Bytes to text: "UTF-8 decode" of the WHATWG Encoding Standard, without its byte order mark, which is the stream's.
//!
//! A value is decoded as a whole once its line is complete. That equals decoding the stream: what stands around a
//! value (a colon, a space, CR, LF) is ASCII, and so ends any sequence.

use alloc::string::String;

use stream_utf8::LossyDecoder;

use crate::scratch::KEPT;

/// Holds the text of bytes that are not well-formed.
#[derive(Debug, Default)]
pub(crate) struct Decoded(String);

impl Decoded {
    /// The text that `bytes` stand for: themselves if they are well-formed, else a copy, and then it is no longer tidy.
    #[inline]
    pub(crate) fn decode<'a>(&'a mut self, bytes: &'a [u8], is_tidy: &mut bool) -> &'a str {
        match stream_utf8::validate(bytes) {
            Ok(text) => text,
            Err(_) => {
                *is_tidy = false;
                decode_into(bytes, &mut self.0);
                &self.0
            }
        }
    }

    /// Empties the copy once it is used up, and gives back what memory is above the usual.
    pub(crate) fn recycle(&mut self) {
        self.0.clear();
        if self.0.capacity() > KEPT {
            self.0.shrink_to(KEPT);
        }
    }

    /// Gives back all memory.
    pub(crate) fn release(&mut self) {
        self.0 = String::new();
    }

    pub(crate) fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

/// Replaces `decoded` by the text that `bytes` stand for.
pub(crate) fn decode_into(bytes: &[u8], decoded: &mut String) {
    decoded.clear();
    if let Ok(text) = stream_utf8::validate(bytes) {
        decoded.push_str(text);
        return;
    }
    let mut decoder = LossyDecoder::new();
    decoder.decode(bytes).for_each(|piece| decoded.push_str(&piece));
    if let Some(piece) = decoder.finish() {
        decoded.push_str(&piece);
    }
}
