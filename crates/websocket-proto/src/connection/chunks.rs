//! Receiving in chunks: messages are handed out as they arrive, and nothing is assembled.

use stream_utf8::{Decoder, Piece};

use crate::connection::ProtocolError;
use crate::connection::incoming::{Incoming, Kind};
use crate::frame::FrameDecoder;

/// What the next bytes of a frame come to.
pub(super) enum Chunk<'i> {
    Text { text: Option<Piece<'i>>, fin: bool },
    Binary { bytes: &'i [u8], fin: bool },
    EndOfFrame,
    EndOfInput,
}

impl Incoming {
    /// The next chunk of the message under way, from a frame whose FIN bit is `fin`.
    pub(super) fn chunk<'i>(&mut self, fin: bool, input: &mut &'i mut [u8]) -> Result<Chunk<'i>, ProtocolError> {
        let Self { decoder: frame, message: Some(message), .. } = self else { return Ok(Chunk::EndOfFrame) };
        let Kind::TextInChunks(text_decoder) = &mut message.kind else {
            let bytes: &'i [u8] = frame.payload(input, usize::MAX);
            let end = self.end_of_frame(fin);
            return Ok(match end {
                Some(true) => Chunk::Binary { bytes, fin: true },
                _ if !bytes.is_empty() => Chunk::Binary { bytes, fin: false },
                Some(false) => Chunk::EndOfFrame,
                None => Chunk::EndOfInput,
            });
        };
        let text = next_text(text_decoder, frame, input).map_err(ProtocolError::InvalidText)?;
        // Text that is hopeless, or a character that the end of the message cuts. The text before it comes first.
        let is_last = fin && frame.is_payload_complete();
        match text_decoder.finish() {
            Err(error) if error.error_len().is_some() || is_last => match text {
                Some(_) => return Ok(Chunk::Text { text, fin: false }),
                None => return Err(ProtocolError::InvalidText(error)),
            },
            _ => {}
        }
        Ok(match self.end_of_frame(fin) {
            Some(true) => Chunk::Text { text, fin: true },
            _ if text.is_some() => Chunk::Text { text, fin: false },
            Some(false) => Chunk::EndOfFrame,
            None => Chunk::EndOfInput,
        })
    }

    /// Ends the frame if its payload is complete, and says whether the message ends with it.
    fn end_of_frame(&mut self, fin: bool) -> Option<bool> {
        if !self.decoder.end() {
            return None;
        }
        self.frame = None;
        if fin {
            self.message = None;
        }
        Some(fin)
    }
}

/// Decodes what `input` holds of a frame's payload; of a character that was cut, no byte too many is taken.
fn next_text<'i>(
    decoder: &mut Decoder,
    frame: &mut FrameDecoder,
    input: &mut &'i mut [u8],
) -> Result<Option<Piece<'i>>, stream_utf8::Utf8Error> {
    while decoder.finish().is_err() {
        let byte: &'i [u8] = frame.payload(input, 1);
        if byte.is_empty() {
            return Ok(None);
        }
        if let Some(character) = decoder.decode(byte).next() {
            return character.map(Some);
        }
    }
    let payload: &'i [u8] = frame.payload(input, usize::MAX);
    let mut pieces = decoder.decode(payload);
    let text = pieces.next().transpose()?;
    // What follows is a character that is cut, which the decoder keeps, or an error, which it will return again.
    pieces.next();
    Ok(text)
}
