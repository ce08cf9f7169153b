//! Where an encoding goes. One description of each format serves for measuring it and for writing it.

use alloc::vec::Vec;

use super::BufferTooSmall;

pub(crate) trait Sink {
    fn put(&mut self, text: &str);
}

impl Sink for Vec<u8> {
    fn put(&mut self, text: &str) {
        self.extend_from_slice(text.as_bytes());
    }
}

/// Counts the bytes.
#[derive(Default)]
pub(crate) struct Length(usize);

impl Length {
    pub(crate) fn bytes(&self) -> usize {
        self.0
    }
}

impl Sink for Length {
    fn put(&mut self, text: &str) {
        self.0 = self.0.saturating_add(text.len());
    }
}

/// A slice of the very length of the encoding.
pub(crate) struct Slice<'a> {
    rest: &'a mut [u8],
    len: usize,
}

impl<'a> Slice<'a> {
    /// The first `needed` bytes of `out`.
    pub(crate) fn new(out: &'a mut [u8], needed: usize) -> Result<Self, BufferTooSmall> {
        let available = out.len();
        match out.get_mut(..needed) {
            Some(out) => Ok(Self::over(out)),
            None => Err(BufferTooSmall { needed, available }),
        }
    }

    /// All of `out`.
    pub(crate) fn over(out: &'a mut [u8]) -> Self {
        let len = out.len();
        Self { rest: out, len }
    }

    /// Has it written, and returns its length.
    pub(crate) fn fill(mut self, write: impl FnOnce(&mut Self)) -> usize {
        write(&mut self);
        self.len - self.rest.len()
    }
}

impl Sink for Slice<'_> {
    fn put(&mut self, text: &str) {
        // The length was measured with the same code, so the text always fits.
        if let Some((now, later)) = core::mem::take(&mut self.rest).split_at_mut_checked(text.len()) {
            now.copy_from_slice(text.as_bytes());
            self.rest = later;
        }
    }
}
