//! A message that comes in several pieces, put together.

use alloc::string::String;
use alloc::vec::Vec;

use stream_utf8::{Decoder, Utf8Error};

use crate::connection::{Event, MessageBuffer};

/// What has arrived of a message. Takes memory from the lent buffer with the first byte that it must keep.
#[derive(Debug)]
pub(super) enum Assembly {
    /// Text, checked once, as it arrives; the decoder keeps a character that is cut.
    Text {
        decoder: Decoder,
        text: String,
    },
    Binary(Vec<u8>),
}

impl Assembly {
    pub(super) const fn text() -> Self {
        Self::Text { decoder: Decoder::new(), text: String::new() }
    }

    pub(super) const fn binary() -> Self {
        Self::Binary(Vec::new())
    }

    /// How many bytes of heap memory are owned.
    pub(super) fn capacity(&self) -> usize {
        match self {
            Self::Text { text, .. } => text.capacity(),
            Self::Binary(bytes) => bytes.capacity(),
        }
    }

    /// Keeps a piece that is not the last.
    pub(super) fn push(&mut self, piece: &[u8], buffer: &mut MessageBuffer) -> Result<(), Utf8Error> {
        let unallocated = self.capacity() == 0 && !piece.is_empty();
        match self {
            Self::Text { decoder, text } => {
                if unallocated {
                    *text = buffer.lend_text();
                }
                decoder.decode_into(piece, text)
            }
            Self::Binary(bytes) => {
                if unallocated {
                    *bytes = buffer.lend();
                }
                bytes.extend_from_slice(piece);
                Ok(())
            }
        }
    }

    /// Completes the message with its last piece; if that is the whole message, nothing is copied.
    pub(super) fn finish<'i: 'e, 'e>(
        mut self,
        last: &'i [u8],
        buffer: &'e mut MessageBuffer,
    ) -> Result<Event<'e>, Utf8Error> {
        match self {
            Self::Text { decoder, .. } if decoder.position() == 0 => {
                return stream_utf8::validate(last).map(Event::Text);
            }
            Self::Binary(bytes) if bytes.is_empty() => return Ok(Event::Binary(last)),
            _ => self.push(last, buffer)?,
        }
        Ok(match self {
            Self::Text { decoder, text } => {
                decoder.finish()?;
                Event::Text(buffer.give_back_text(text))
            }
            Self::Binary(bytes) => Event::Binary(buffer.give_back(bytes)),
        })
    }
}
