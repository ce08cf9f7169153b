use alloc::vec::Vec;

/// Where inflated bytes go: behind each other, to memory that need not be zeroed for each message anew.
#[derive(Debug, Default)]
pub(crate) struct InflateOutput {
    /// Whatever it holds beyond `len`, it is there to be written over.
    memory: Vec<u8>,
    len: usize,
}

impl InflateOutput {
    /// An empty one, over memory that may hold something.
    pub(crate) fn over(memory: Vec<u8>) -> Self {
        Self { memory, len: 0 }
    }

    /// The bytes, in the memory that was given.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.memory.truncate(self.len);
        self.memory
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.memory[..self.len]
    }

    /// How many bytes of memory are owned.
    pub(crate) fn capacity(&self) -> usize {
        self.memory.capacity()
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Appends bytes that lie elsewhere.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.memory.truncate(self.len);
        self.memory.extend_from_slice(bytes);
        self.len = self.memory.len();
    }

    /// How many more bytes the memory holds before it has to grow.
    pub(super) fn spare(&self) -> usize {
        self.memory.capacity() - self.len
    }

    /// The place for the next `len` bytes. The memory grows as vectors do, but not beyond `max_len` bytes.
    pub(super) fn room(&mut self, len: usize, max_len: usize) -> &mut [u8] {
        let end = self.len + len;
        if self.memory.capacity() < end {
            let capacity = self.memory.capacity().saturating_mul(2).min(max_len).max(end);
            self.memory.reserve_exact(capacity - self.memory.len());
        }
        if self.memory.len() < end {
            self.memory.resize(end, 0);
        }
        &mut self.memory[self.len..end]
    }

    /// Counts the first `len` bytes of the last [`room`](Self::room) in.
    pub(super) fn advance(&mut self, len: usize) {
        self.len = self.len.saturating_add(len).min(self.memory.len());
    }
}
