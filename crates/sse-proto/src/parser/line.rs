//! A line that a chunk's edge has cut, as far as it has come.

use super::block::Value;
use super::field::{Field, split};
use crate::scratch::Scratch;

/// What has come of the current line.
#[derive(Debug, Default)]
pub(crate) struct Line {
    stage: Stage,
    /// The bytes that were kept of this line, or of the one before if none has come.
    kept: Scratch,
    /// How many bytes have come, a byte order mark not counted.
    len: usize,
    /// How many more can come without a look at what the line is, as no limit is nearer.
    room: usize,
}

/// What becomes of the bytes of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// They are kept, so that the line can be read once it is whole.
    #[default]
    Kept,
    /// What has come ends within the value of a `data` line, which goes to the data buffer.
    Data,
    /// They don't matter.
    Skipped(Field),
}

impl Line {
    /// Whether no byte of the line has come, so that it can be read from the next chunk at one go.
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline(always)]
    pub(crate) fn stage(&self) -> Stage {
        self.stage
    }

    /// The length so far, in bytes.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn room(&self) -> usize {
        self.room
    }

    /// Goes on from here as if `len` bytes had come.
    #[inline(always)]
    pub(crate) fn set_stage(&mut self, stage: Stage, len: usize, room: usize) {
        self.stage = stage;
        self.len = len;
        self.room = room;
    }

    /// Goes on as with a line of which no byte matters, nor how many they are.
    #[inline(always)]
    pub(crate) fn skip(&mut self) {
        self.set_stage(Stage::Skipped(Field::Unknown), 1, usize::MAX - 1);
    }

    /// Counts bytes for which there is room.
    #[inline(always)]
    pub(crate) fn count(&mut self, len: usize) {
        self.len += len;
        self.room -= len;
    }

    /// Keeps the first `len` bytes of `rest`.
    #[inline(always)]
    pub(crate) fn keep(&mut self, rest: &[u8], len: usize) {
        self.kept.extend_from_start(rest, len);
    }

    /// What was kept.
    #[inline(always)]
    pub(crate) fn kept(&self) -> &[u8] {
        &self.kept
    }

    /// What the line that was kept means.
    #[inline]
    pub(crate) fn read(&self) -> (Field, Value<'_>) {
        let (field, value) = split(&self.kept);
        (field, Value::of_end(&self.kept, value.len()))
    }

    /// What was kept, if that is a comment.
    #[inline(always)]
    pub(crate) fn comment(&self) -> Value<'_> {
        let text = self.kept.strip_prefix(b": ").unwrap_or(self.kept.get(1..).unwrap_or_default());
        Value::of_end(&self.kept, text.len())
    }

    /// Ready for the next line. What was kept can still be read.
    #[inline(always)]
    pub(crate) fn clear(&mut self) {
        self.stage = Stage::Kept;
        self.len = 0;
    }

    /// Forgets what was kept, and gives back what memory is above the usual.
    #[inline(always)]
    pub(crate) fn recycle(&mut self) {
        self.kept.recycle();
    }

    /// Whether more memory is owned than is kept in any case.
    #[inline(always)]
    pub(crate) fn is_large(&self) -> bool {
        self.kept.is_large()
    }

    /// Forgets what was kept and gives back its memory.
    pub(crate) fn release(&mut self) {
        self.kept.release();
    }

    /// Gives back the memory that nothing lies in.
    pub(crate) fn shrink_to_fit(&mut self) {
        if self.is_empty() || self.stage != Stage::Kept {
            self.kept.release();
        }
        self.kept.shrink_to_fit();
    }

    /// How many bytes of memory are owned.
    pub(crate) fn capacity(&self) -> usize {
        self.kept.capacity()
    }
}
