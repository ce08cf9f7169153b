//! Bytes to text: "UTF-8 decode" of the WHATWG Encoding Standard, without its byte order mark, which is the stream's.
//!
//! A value is decoded as a whole once its line is complete. That equals decoding the stream: what stands around a
//! value (a colon, a space, CR, LF) is ASCII, and so ends any sequence.

use alloc::string::String;

use stream_utf8::LossyDecoder;

use super::block::Value;
use crate::scratch::KEPT;

/// Holds the text of bytes that are not well-formed.
#[derive(Debug, Default)]
pub(crate) struct Decoded(String);

impl Decoded {
    /// The text that a value stands for: `text` if it is well-formed, else a copy, and then it is no longer tidy.
    #[inline]
    pub(crate) fn decode<'a>(&'a mut self, value: Value<'a>, text: Option<&'a str>, is_tidy: &mut bool) -> &'a str {
        text.unwrap_or_else(|| {
            *is_tidy = false;
            decode_into(value, &mut self.0);
            &self.0
        })
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

/// Replaces `decoded` by the text that a value stands for.
pub(crate) fn decode_into(value: Value<'_>, decoded: &mut String) {
    decoded.clear();
    if let Some(text) = value.short_text() {
        decoded.push_str(text);
    } else {
        if value.bytes().len() > KEPT / REPLACEMENT_LEN {
            decoded.reserve_exact(decoded_len(value));
        }
        let mut decoder = LossyDecoder::new();
        decoder.decode_into(value.bytes(), decoded);
        decoded.extend(decoder.finish().as_deref());
    }
}

/// The length of U+FFFD in UTF-8, in bytes: what an ill-formed byte takes at most.
const REPLACEMENT_LEN: usize = 3;

/// The length of the text that a value stands for, in bytes.
fn decoded_len(value: Value<'_>) -> usize {
    let mut decoder = LossyDecoder::new();
    let pieces = decoder.decode(value.bytes()).map(|piece| piece.len()).sum::<usize>();
    pieces.saturating_add(decoder.finish().map_or(0, |piece| piece.len()))
}
