use alloc::vec::Vec;
use core::fmt;

use flate2::{Compress, Compression, FlushCompress};

use super::{Level, WindowBits};

/// A compressor, with its memory of what it has compressed.
pub(crate) struct Deflater {
    compress: Compress,
    shape: Shape,
    /// Whether there is nothing that the next message could refer to.
    is_fresh: bool,
}

/// What a compressor is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    level: Level,
    window_bits: WindowBits,
}

impl Shape {
    pub(crate) fn new(level: Level, window_bits: WindowBits) -> Self {
        Self { level, window_bits }
    }
}

impl Deflater {
    pub(super) fn new(shape: Shape) -> Self {
        let level = Compression::new(shape.level.get().into());
        // The compressor can't do with less than 9 bits; what a window of 8 bits does not hold is not given to it.
        let compress = Compress::new_with_window_bits(level, false, shape.window_bits.get().max(9));
        Self { compress, shape, is_fresh: true }
    }

    pub(super) fn shape(&self) -> Shape {
        self.shape
    }

    /// Forgets what was compressed, so that nothing refers to it.
    pub(crate) fn forget(&mut self) {
        if !self.is_fresh {
            self.compress.reset();
            self.is_fresh = true;
        }
    }

    /// Appends the compressed form of `bytes` to `output`, up to a boundary between bytes, which it reaches by an empty
    /// block: so it ends with [`TAIL`](super::TAIL), unless nothing is to be appended.
    ///
    /// Gives up and returns `false` once it has more than `max_len` bytes; the compressor must then
    /// [`forget`](Self::forget).
    pub(crate) fn deflate(&mut self, bytes: &[u8], output: &mut Vec<u8>, max_len: usize) -> bool {
        self.is_fresh = false;
        let start = output.len();
        let mut rest = bytes;
        output.reserve(bytes.len() / 2 + 64);
        loop {
            let taken = self.compress.total_in();
            if self.compress.compress_vec(rest, output, FlushCompress::Sync).is_err() {
                return false;
            }
            let taken = usize::try_from(self.compress.total_in() - taken).unwrap_or(usize::MAX);
            rest = rest.get(taken..).unwrap_or_default();
            if output.len() - start > max_len {
                return false;
            }
            if rest.is_empty() && output.len() < output.capacity() {
                return true;
            }
            output.reserve(rest.len() + 64);
        }
    }
}

impl fmt::Debug for Deflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deflater").field("shape", &self.shape).finish_non_exhaustive()
    }
}
