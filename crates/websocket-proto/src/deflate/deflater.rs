use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use zlib_rs::{Deflate, DeflateFlush};

use super::{Level, MemoryLevel, WindowBits};

/// A compressor, with its memory of what it has compressed.
pub(crate) struct Deflater {
    /// Boxed, as a connection has room for it even while it is in the pool.
    deflate: Box<Deflate>,
    shape: Shape,
    /// Whether there is nothing that the next message could refer to.
    is_fresh: bool,
}

/// What a compressor is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) level: Level,
    pub(crate) memory_level: MemoryLevel,
    pub(crate) window_bits: WindowBits,
}

/// What becomes of what was compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Context {
    /// The next message may refer to it.
    Kept,
    /// It is forgotten, which costs less than to forget it later.
    Forgotten,
}

impl Deflater {
    pub(super) fn new(shape: Shape) -> Self {
        // The compressor can't do with less than 9 bits; what a window of 8 bits does not hold is not given to it.
        let window_bits = shape.window_bits.get().max(9);
        let deflate = Deflate::new_with_config(zlib_rs::DeflateConfig {
            level: shape.level.get().into(),
            // Without a header and a trailer.
            window_bits: -i32::from(window_bits),
            mem_level: shape.memory_level.get().into(),
            ..zlib_rs::DeflateConfig::default()
        });
        Self { deflate: Box::new(deflate), shape, is_fresh: true }
    }

    pub(super) fn shape(&self) -> Shape {
        self.shape
    }

    /// Forgets what was compressed, so that nothing refers to it.
    pub(crate) fn forget(&mut self) {
        if !self.is_fresh {
            self.deflate.reset();
            self.is_fresh = true;
        }
    }

    /// Appends the compressed form of `bytes` to `output`, up to a boundary between bytes, which it reaches by an empty
    /// block: so it ends with [`TAIL`](super::TAIL), unless nothing is to be appended.
    ///
    /// Gives up and returns `false` if it has more than `max_len` bytes and more are to come; the compressor must then
    /// [`forget`](Self::forget).
    pub(crate) fn deflate(&mut self, bytes: &[u8], context: Context, output: &mut Vec<u8>, max_len: usize) -> bool {
        let flush = match context {
            Context::Kept => DeflateFlush::SyncFlush,
            Context::Forgotten => DeflateFlush::FullFlush,
        };
        self.is_fresh = false;
        let start = output.len();
        let mut end = start;
        let mut rest = bytes;
        let is_complete = loop {
            // Room for all of a short message: if it is used up, there is one flush more.
            output.resize(end + rest.len() / 2 + rest.len().min(4096) + 64, 0);
            let (taken, given) = (self.deflate.total_in(), self.deflate.total_out());
            if self.deflate.compress(rest, &mut output[end..], flush).is_err() {
                break false;
            }
            let taken = usize::try_from(self.deflate.total_in() - taken).unwrap_or(usize::MAX);
            let given = usize::try_from(self.deflate.total_out() - given).unwrap_or(usize::MAX);
            rest = rest.get(taken..).unwrap_or_default();
            end = end.saturating_add(given).min(output.len());
            if rest.is_empty() && end < output.len() {
                break true;
            }
            if end - start > max_len {
                break false;
            }
        };
        output.truncate(end);
        if !is_complete {
            self.drain();
        }
        self.is_fresh = is_complete && context == Context::Forgotten;
        is_complete
    }

    /// Takes what waits to be written, and ends the block, so that the compressor can be reset: zlib-rs 0.6.8 then forgets
    /// neither where in its buffer that waits, nor that the block is open, and goes wrong in the next message.
    fn drain(&mut self) {
        let mut output = [0; 1024];
        loop {
            let given = self.deflate.total_out();
            let status = self.deflate.compress(&[], &mut output, DeflateFlush::SyncFlush);
            if status.is_err() || self.deflate.total_out() - given < output.len() as u64 {
                return;
            }
        }
    }
}

impl fmt::Debug for Deflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deflater").field("shape", &self.shape).finish_non_exhaustive()
    }
}
