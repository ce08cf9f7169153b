//! A message that comes in several pieces, put together.

use alloc::vec::Vec;

use stream_utf8::{TextBuilder, Utf8Error};

use crate::bytes_builder::BytesBuilder;
use crate::connection::{Event, MessageBuffer};
use crate::frame::Payload;
use crate::mask::Mask;

/// What has arrived of a message. Takes memory from the lent buffer with the first byte that it must keep.
#[derive(Debug)]
pub(super) enum Assembly {
    /// Text, checked once, as it arrives.
    Text(TextBuilder),
    Binary(BytesBuilder),
}

/// How long a message is, in bytes, as far as the headers of its frames tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Announced {
    pub(super) len: u64,
    /// Whether no more frames follow.
    pub(super) is_final: bool,
}

impl Assembly {
    pub(super) const fn text() -> Self {
        Self::Text(TextBuilder::new())
    }

    pub(super) const fn binary() -> Self {
        Self::Binary(BytesBuilder::new())
    }

    /// How many bytes of heap memory are owned.
    pub(super) fn capacity(&self) -> usize {
        match self {
            Self::Text(text) => text.capacity(),
            Self::Binary(bytes) => bytes.capacity(),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keeps a piece that is not the last.
    pub(super) fn push(
        &mut self,
        piece: Payload<'_, '_>,
        announced: Announced,
        buffer: &mut MessageBuffer,
    ) -> Result<(), Utf8Error> {
        self.make_room(piece.bytes.len(), announced, buffer);
        match (self, piece.mask) {
            (Self::Text(text), Some(mask)) => text.push_masked(piece.bytes, mask),
            (Self::Text(text), None) => text.push(piece.bytes),
            (Self::Binary(bytes), Some(mask)) => {
                bytes.push_masked(piece.bytes, mask);
                Ok(())
            }
            (Self::Binary(bytes), None) => {
                bytes.push(piece.bytes);
                Ok(())
            }
        }
    }

    /// The place for the next bytes, at most `max_len`, in the memory that there is.
    pub(super) fn room(&mut self, max_len: usize) -> &mut [u8] {
        match self {
            Self::Text(text) => text.room(max_len),
            Self::Binary(bytes) => bytes.room(max_len),
        }
    }

    /// Keeps what lies in the first `len` bytes of the [`room`](Self::room).
    pub(super) fn fill(&mut self, len: usize, mask: Option<&mut Mask>) -> Result<(), Utf8Error> {
        match (self, mask) {
            (Self::Text(text), Some(mask)) => text.fill_masked(len, mask),
            (Self::Text(text), None) => text.fill(len),
            (Self::Binary(bytes), mask) => {
                let piece = bytes.fill(len);
                if let Some(mask) = mask {
                    mask.apply(piece);
                }
                Ok(())
            }
        }
    }

    /// Completes the message with its last piece; if that is the whole message, nothing is copied.
    pub(super) fn finish<'i: 'e, 'e>(
        mut self,
        last: Payload<'i, '_>,
        announced: Announced,
        buffer: &'e mut MessageBuffer,
    ) -> Result<Event<'e>, Utf8Error> {
        if self.is_empty() {
            return match self {
                Self::Text(_) => last.into_text().map(Event::Text),
                Self::Binary(_) => Ok(Event::Binary(last.into_bytes())),
            };
        }
        self.push(last, announced, buffer)?;
        Ok(match self {
            Self::Text(text) => Event::Text(buffer.hold_text(text.finish()?)),
            Self::Binary(bytes) => Event::Binary(buffer.hold_binary(bytes.into_bytes())),
        })
    }

    /// Sees to it that there is memory for `more` bytes.
    fn make_room(&mut self, more: usize, announced: Announced, buffer: &mut MessageBuffer) {
        let needed = self.len().saturating_add(more);
        if needed <= self.capacity() {
            return;
        }
        let memory = buffer
            .lend(needed..=Announced::trusted(needed).max(Announced::LENT))
            .unwrap_or_else(|| Vec::with_capacity(announced.capacity(needed)));
        let before = match self {
            Self::Text(text) => text.move_to(memory),
            Self::Binary(bytes) => bytes.move_to(memory),
        };
        buffer.keep(before);
    }
}

impl Announced {
    /// How many times as much memory may be taken as bytes have arrived. What a header announces, and no byte proves, is a
    /// peer's word.
    const TRUST: usize = 16;

    /// How much memory that is there already may be taken however little has arrived, in bytes.
    const LENT: usize = 1024;

    /// How much memory may be taken for a message of which `arrived` bytes have arrived.
    const fn trusted(arrived: usize) -> usize {
        arrived.saturating_mul(Self::TRUST)
    }

    /// How much memory to allocate for a message of which `arrived` bytes have arrived.
    fn capacity(self, arrived: usize) -> usize {
        let announced = usize::try_from(self.len).unwrap_or(usize::MAX);
        let mut trusted = announced.min(Self::trusted(arrived));
        if arrived <= MessageBuffer::KEPT {
            // As much as is kept for the next message, which then starts with it.
            trusted = trusted.min(MessageBuffer::KEPT);
        }
        // Where more frames may follow, at least twice as much: the copies are then in proportion to the message.
        if self.is_final { trusted.max(arrived) } else { trusted.max(arrived.saturating_mul(2)) }
    }
}
