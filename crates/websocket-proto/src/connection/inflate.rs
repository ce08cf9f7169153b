//! Receiving compressed messages (RFC 7692 7.2.2).

use core::mem;

use crate::bytes_builder::BytesBuilder;
use crate::connection::compressed_message::{CompressedMessage, TILE_LEN};
use crate::connection::compression::Compression;
use crate::connection::incoming::Incoming;
use crate::connection::{Connection, Event, MessageBuffer, ProtocolError};
use crate::deflate::InflateError;
use crate::frame::{FrameError, Header, Opcode, Rsv};
use crate::role::Role;

/// From how many bytes on a chunk is handed out.
const CHUNK_LEN: usize = 16 * 1024;
/// How much is inflated at once for a chunk, in bytes: what comes out of it can't be put back.
const PIECE_LEN: usize = 256;

/// What the next bytes of a frame come to.
pub(super) enum Inflated {
    /// There is a message, or a chunk, the last if `fin` is set.
    Event {
        fin: bool,
    },
    EndOfFrame,
    EndOfInput,
}

impl<R: Role> Connection<R> {
    /// Judges the RSV1 bit of a data frame, which says on a message's first frame whether it is compressed. Returns how long
    /// the payloads of the message may be together.
    pub(super) fn payload_limit(&mut self, header: &Header) -> Result<u64, ProtocolError> {
        let limit = self.settings.max_message_len;
        let Some(compression) = &mut self.compression else { return Ok(limit) };
        if header.rsv.contains(Rsv::RSV1) {
            if header.opcode == Opcode::Continuation {
                let bits = header.rsv.bits();
                return Err(FrameError::ReservedBits { bits, allowed: Rsv::NONE.bits() }.into());
            }
            let is_text = header.opcode == Opcode::Text;
            compression.message = Some(CompressedMessage { is_text, ..CompressedMessage::default() });
        }
        // What can't be compressed is longer for it; by how much depends on how often the sender flushes.
        Ok(if compression.message.is_some() { limit.saturating_mul(2).saturating_add(1024) } else { limit })
    }

    /// Whether the message under way is compressed.
    pub(super) fn is_inflating(&self) -> bool {
        self.compression.as_ref().is_some_and(|compression| compression.message.is_some())
    }

    /// Inflates what `input` holds of a frame whose FIN bit is `fin`: to what is assembled, or as a chunk into `buffer`.
    pub(super) fn inflate(
        &mut self,
        fin: bool,
        input: &mut &mut [u8],
        buffer: &mut MessageBuffer,
    ) -> Result<Inflated, ProtocolError> {
        let Some(compression) = &mut self.compression else { return Ok(Inflated::EndOfFrame) };
        let mut message = compression.message.take().unwrap_or_default();
        let payload_len = self.incoming.message.as_ref().map_or(0, |message| message.len);
        let step_len = if self.settings.in_chunks { PIECE_LEN } else { TILE_LEN };
        message.budget.update(&self.settings, compression.config, payload_len, step_len);
        let inflated = if self.settings.in_chunks {
            self.incoming.inflate_chunk(fin, input, compression, &mut message, buffer)
        } else {
            self.incoming.inflate_payload(fin, input, compression, &mut message, buffer)
        }?;
        if self.incoming.frame.is_none() {
            message.budget.end_frame();
        }
        compression.message = Some(message);
        Ok(inflated)
    }

    /// The event that [`inflate`](Self::inflate) has announced.
    pub(super) fn inflated_event<'e>(
        &mut self,
        fin: bool,
        buffer: &'e mut MessageBuffer,
    ) -> Result<Event<'e>, ProtocolError> {
        let Some(compression) = &mut self.compression else { return Err(InflateError::Malformed.into()) };
        let (is_text, inflated) = match &mut compression.message {
            Some(message) => (message.is_text, mem::take(&mut message.inflated)),
            None => (false, BytesBuilder::default()),
        };
        if fin {
            compression.end_received();
            self.incoming.message = None;
        }
        let in_chunks = self.settings.in_chunks;
        if in_chunks {
            let bytes = buffer.held();
            return Ok(if is_text {
                let text = stream_utf8::validate(bytes).map_err(ProtocolError::InvalidText)?;
                Event::TextChunk { text, fin }
            } else {
                Event::BinaryChunk { bytes, fin }
            });
        }
        let bytes = inflated.into_bytes();
        let event = if is_text {
            Event::Text(buffer.hold_if_text(bytes).map_err(ProtocolError::InvalidText)?)
        } else {
            Event::Binary(buffer.hold_binary(bytes))
        };
        self.is_event_in_buffer = true;
        Ok(event)
    }
}

impl Incoming {
    /// Inflates what `input` holds of a frame, by tiles unless that is the end of it, and keeps what comes out; a message is
    /// complete with its last byte.
    fn inflate_payload(
        &mut self,
        fin: bool,
        input: &mut &mut [u8],
        compression: &mut Compression,
        message: &mut CompressedMessage,
        buffer: &mut MessageBuffer,
    ) -> Result<Inflated, ProtocolError> {
        let payload: &[u8] = self.decoder.payload(input, usize::MAX);
        let is_complete = self.decoder.end();
        if is_complete {
            self.frame = None;
        }
        let len = if is_complete { payload.len() } else { message.complete_tiles_len(payload.len()) };
        let (payload, tile) = payload.split_at(len);
        if payload.is_empty() && !is_complete {
            message.tile.extend_from_slice(tile);
            return Ok(Inflated::EndOfInput);
        }
        let is_last = is_complete && fin;
        let mut inflated = mem::take(&mut message.inflated);
        if inflated.capacity() == 0 {
            inflated = BytesBuilder::over(buffer.lend_any());
        }
        let start = inflated.len();
        let keeps_context = compression.receiving.context_takeover;
        let inflater = compression.inflater()?;
        let mut result = message.inflate_tiles(inflater, payload, &mut inflated);
        message.tile.extend_from_slice(tile);
        if is_last && result.is_ok() {
            result = inflater.end_message().map_err(ProtocolError::Inflate);
            if keeps_context {
                inflater.remember(&inflated);
            }
        }
        // What came out counts before what is wrong after it. With the last byte all of the text is checked at once.
        if message.is_text && (!is_last || result.is_err()) {
            message.validator.feed(&inflated.bytes()[start..]).map_err(ProtocolError::InvalidText)?;
        }
        result?;
        message.inflated = inflated;
        Ok(match (is_last, is_complete) {
            (true, _) => Inflated::Event { fin: true },
            (false, true) => Inflated::EndOfFrame,
            (false, false) => Inflated::EndOfInput,
        })
    }

    /// Inflates what `input` holds of a frame until there is enough for a chunk, which is left in `buffer`.
    fn inflate_chunk(
        &mut self,
        fin: bool,
        input: &mut &mut [u8],
        compression: &mut Compression,
        message: &mut CompressedMessage,
        buffer: &mut MessageBuffer,
    ) -> Result<Inflated, ProtocolError> {
        if let Some(error) = message.failed {
            return Err(error);
        }
        let mut chunk = BytesBuilder::over(buffer.lend_any());
        chunk.push(&message.cut[..message.cut_len]);
        let inflater = compression.inflater()?;
        let mut result = Ok(());
        while result.is_ok() && chunk.len() < CHUNK_LEN {
            let payload = self.decoder.payload(input, message.budget.rest_of_step());
            if payload.is_empty() {
                break;
            }
            result = message.inflate(inflater, payload, &mut chunk);
        }
        inflater.remember(&chunk);
        let is_complete = self.decoder.is_payload_complete();
        let is_last = is_complete && fin;
        if is_last && result.is_ok() {
            result = inflater.end_message().map_err(ProtocolError::Inflate);
        }
        if message.is_text {
            result = message.cut_text(&mut chunk, is_last, result);
        }
        let has_chunk = chunk.len() > 0;
        buffer.give_back(chunk.into_bytes());
        if let Err(error) = result {
            // What came before the error is handed out before it.
            message.failed = Some(error);
            return if has_chunk { Ok(Inflated::Event { fin: false }) } else { Err(error) };
        }
        if self.decoder.end() {
            self.frame = None;
        }
        Ok(match (is_last, is_complete) {
            (true, _) => Inflated::Event { fin: true },
            _ if has_chunk => Inflated::Event { fin: false },
            (false, true) => Inflated::EndOfFrame,
            (false, false) => Inflated::EndOfInput,
        })
    }
}
