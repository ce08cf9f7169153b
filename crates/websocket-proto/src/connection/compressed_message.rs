//! A compressed message that is received: what has come of it, and what may.

use alloc::vec::Vec;
use core::mem;

use stream_utf8::Validator;

use crate::bytes_builder::BytesBuilder;
use crate::connection::ProtocolError;
use crate::connection::machine::Settings;
use crate::deflate::{DeflateConfig, InflateError, Inflater};

/// How much of a frame that reads have cut is inflated at once, in bytes: matches with what an earlier call gave out are
/// copied more slowly. Tiles are counted from the start of the frame, so that they don't depend on the reads.
pub(super) const TILE_LEN: usize = 32 * 1024;

/// A compressed message that is received.
#[derive(Debug, Default)]
pub(super) struct CompressedMessage {
    pub(super) is_text: bool,
    pub(super) budget: Budget,
    /// What has arrived of a tile that is not complete.
    pub(super) tile: Vec<u8>,
    /// What came of it, unless it is handed out in chunks.
    pub(super) inflated: BytesBuilder,
    /// Of text: the verdict so far.
    pub(super) validator: Validator,
    /// Of text in chunks: the character that the last chunk has cut.
    pub(super) cut: [u8; 3],
    pub(super) cut_len: usize,
    /// Why the message can't go on, once what came before is handed out.
    pub(super) failed: Option<ProtocolError>,
}

/// What may come of a message, in bytes. The message is judged by steps, each of which counts whole from its first byte on, so
/// that the verdict doesn't depend on the reads.
#[derive(Debug, Default)]
pub(super) struct Budget {
    config: DeflateConfig,
    max_message_len: u64,
    /// The payload lengths of the frames so far, of the one under way as announced.
    announced: u64,
    /// How long a step is, counted from the start of a frame; the frame's end is the end of one as well.
    step_len: usize,
    /// How much of the message was inflated, and how much of that is in frames that are complete.
    taken: u64,
    taken_in_frames: u64,
    /// How much of the message counts: up to the end of the step.
    compressed: u64,
    /// How much came of it.
    inflated: u64,
    /// Never less than `inflated`, never more than `max_message_len`.
    allowed: u64,
}

impl CompressedMessage {
    /// How many bytes of heap memory are owned.
    pub(super) fn capacity(&self) -> usize {
        self.inflated.capacity() + self.tile.capacity()
    }

    /// How much of the next `len` bytes of a frame completes tiles.
    pub(super) fn complete_tiles_len(&self, len: usize) -> usize {
        let held = self.tile.len();
        let complete = (held + len) / TILE_LEN * TILE_LEN;
        complete.saturating_sub(held)
    }

    /// Inflates what is held of a tile together with `payload`, which completes it or ends the frame.
    pub(super) fn inflate_tiles(
        &mut self,
        inflater: &mut Inflater,
        payload: &[u8],
        output: &mut BytesBuilder,
    ) -> Result<(), ProtocolError> {
        let (rest_of_tile, payload) = match self.tile.len() {
            0 => payload.split_at(0),
            held => payload.split_at(payload.len().min(TILE_LEN - held)),
        };
        if !self.tile.is_empty() {
            self.tile.extend_from_slice(rest_of_tile);
            let mut tile = mem::take(&mut self.tile);
            self.inflate(inflater, &tile, output)?;
            tile.clear();
            self.tile = tile;
        }
        payload.chunks(TILE_LEN).try_for_each(|tile| self.inflate(inflater, tile, output))
    }

    /// Inflates a piece of the message, all of it in one step, behind `output`, as far as the budget goes.
    pub(super) fn inflate(
        &mut self,
        inflater: &mut Inflater,
        piece: &[u8],
        output: &mut BytesBuilder,
    ) -> Result<(), ProtocolError> {
        let start = output.len();
        self.budget.take(piece.len());
        // One byte more shows that there is too much.
        let room = usize::try_from(self.budget.allowed - self.budget.inflated).unwrap_or(usize::MAX);
        let max_len = start.saturating_add(room).saturating_add(1);
        let result = inflater.inflate(piece, output, max_len);
        if output.len() == max_len {
            output.truncate(max_len - 1);
            self.budget.inflated = self.budget.allowed;
            return Err(self.budget.excess());
        }
        self.budget.inflated += (output.len() - start) as u64;
        result.map_err(ProtocolError::Inflate)
    }

    /// Checks the text of a chunk, which begins with the character that was cut, and cuts it at the edge of its last whole
    /// character. What is wrong with the text comes before what is wrong after it.
    pub(super) fn cut_text(
        &mut self,
        chunk: &mut BytesBuilder,
        is_last: bool,
        result: Result<(), ProtocolError>,
    ) -> Result<(), ProtocolError> {
        let start = self.validator.position() - self.cut_len as u64;
        let fed = self.validator.feed(&chunk.bytes()[self.cut_len..]);
        let finished = self.validator.finish();
        let edge = finished.map_or_else(|error| error.valid_up_to(), |()| self.validator.position());
        let edge = usize::try_from(edge - start).unwrap_or(usize::MAX).min(chunk.len());
        let cut = &chunk.bytes()[edge..];
        self.cut_len = cut.len().min(self.cut.len());
        self.cut[..self.cut_len].copy_from_slice(&cut[..self.cut_len]);
        chunk.truncate(edge);
        fed.map_err(ProtocolError::InvalidText)?;
        result?;
        if is_last { finished.map_err(ProtocolError::InvalidText) } else { Ok(()) }
    }
}

impl Budget {
    /// Notes what bounds it, before a piece of a frame is inflated by steps of `step_len` bytes.
    pub(super) fn update(&mut self, settings: &Settings, config: DeflateConfig, announced: u64, step_len: usize) {
        self.config = config;
        self.max_message_len = settings.max_message_len;
        self.announced = announced;
        self.step_len = step_len;
    }

    /// How many more bytes of the frame are in the same step.
    pub(super) fn rest_of_step(&self) -> usize {
        let taken = self.taken_of_frame() % self.step_len.max(1) as u64;
        self.step_len - usize::try_from(taken).unwrap_or(0)
    }

    fn taken_of_frame(&self) -> u64 {
        self.taken - self.taken_in_frames
    }

    /// Takes account of `len` bytes of a step that are about to be inflated.
    fn take(&mut self, len: usize) {
        let step_end = self.taken.saturating_add(self.rest_of_step() as u64);
        self.compressed = step_end.min(self.announced);
        self.taken = self.taken.saturating_add(len as u64);
        let by_ratio = self.compressed.saturating_mul(self.config.max_ratio.into());
        self.allowed = by_ratio.max(self.config.ratio_allowance).min(self.max_message_len);
    }

    /// Takes account of the end of a frame.
    pub(super) fn end_frame(&mut self) {
        self.taken_in_frames = self.taken;
    }

    /// The error if there is more than allowed.
    fn excess(&self) -> ProtocolError {
        let inflated = self.allowed.saturating_add(1);
        if self.allowed == self.max_message_len {
            ProtocolError::MessageTooBig { len: inflated, limit: self.max_message_len }
        } else {
            let (compressed, limit) = (self.compressed, self.allowed);
            ProtocolError::Inflate(InflateError::RatioTooHigh { compressed, inflated, limit })
        }
    }
}
