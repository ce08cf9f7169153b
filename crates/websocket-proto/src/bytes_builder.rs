//! Bytes that are put together in memory that need not be zeroed for each message anew.

use alloc::vec::Vec;
use core::{fmt, mem};

use crate::mask::Mask;

/// Bytes that are put together from pieces, or are written to the place behind those that are there.
#[derive(Default)]
pub(crate) struct BytesBuilder {
    /// Whatever it holds beyond `len`, it is there to be written over.
    memory: Vec<u8>,
    len: usize,
}

impl BytesBuilder {
    /// One without memory.
    pub(crate) const fn new() -> Self {
        Self { memory: Vec::new(), len: 0 }
    }

    /// The bytes, in their memory.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.memory.truncate(self.len);
        self.memory
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// How many bytes of memory are owned.
    pub(crate) const fn capacity(&self) -> usize {
        self.memory.capacity()
    }

    /// Appends a piece.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        if let Some(into) = self.memory.get_mut(self.len..self.len.saturating_add(piece.len())) {
            into.copy_from_slice(piece);
        } else {
            self.memory.truncate(self.len);
            self.memory.extend_from_slice(piece);
        }
        self.len += piece.len();
    }

    /// Unmasks a piece and appends it.
    pub(crate) fn push_masked(&mut self, piece: &[u8], mask: &mut Mask) {
        if let Some(into) = self.memory.get_mut(self.len..self.len.saturating_add(piece.len())) {
            mask.copy(piece, into);
        } else {
            self.memory.truncate(self.len);
            mask.append(piece, &mut self.memory);
        }
        self.len += piece.len();
    }

    /// The place for the next bytes: at most `max_len`, in memory that was written to before.
    pub(crate) fn room(&mut self, max_len: usize) -> &mut [u8] {
        let end = self.len.saturating_add(max_len).min(self.memory.len());
        &mut self.memory[self.len..end]
    }

    /// Appends the first `len` bytes of the last room, and gives them.
    pub(crate) fn fill(&mut self, len: usize) -> &mut [u8] {
        let start = self.len;
        self.len = start.saturating_add(len).min(self.memory.len());
        &mut self.memory[start..self.len]
    }

    /// Moves the bytes to `memory`, whose content is written over, and gives the memory that they had.
    pub(crate) fn move_to(&mut self, memory: Vec<u8>) -> Vec<u8> {
        let mut moved = Self { memory, len: 0 };
        moved.push(&self.memory[..self.len]);
        mem::replace(self, moved).memory
    }
}

/// Without what the memory holds, of other messages too.
impl fmt::Debug for BytesBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BytesBuilder").field("len", &self.len).finish_non_exhaustive()
    }
}

#[cfg(feature = "deflate")]
impl BytesBuilder {
    /// An empty one, over memory that may hold something.
    pub(crate) const fn over(memory: Vec<u8>) -> Self {
        Self { memory, len: 0 }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.memory[..self.len]
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// How many more bytes the memory holds before it has to grow.
    pub(crate) fn spare(&self) -> usize {
        self.memory.capacity() - self.len
    }

    /// The place for the next `len` bytes. The memory grows as vectors do, but not beyond `max_len` bytes.
    pub(crate) fn growing_room(&mut self, len: usize, max_len: usize) -> &mut [u8] {
        let end = self.len + len;
        if self.memory.capacity() < end {
            let capacity = self.memory.capacity().saturating_mul(2).min(max_len).max(end);
            self.memory.reserve_exact(capacity - self.memory.len());
        }
        if self.memory.len() < end {
            self.memory.resize(end, 0);
        }
        self.room(len)
    }
}
