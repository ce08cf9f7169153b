//! A buffer that is reused, and gives back what one large event has made it take.

use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

/// A `Vec<u8>` whose capacity follows what is put into it, downwards too.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    bytes: Vec<u8>,
    /// The largest length of late: sinks by an eighth with each [`Scratch::recycle`].
    peak: usize,
}

/// A capacity, in bytes, that isn't worth giving back.
pub(crate) const KEPT: usize = 4 << 10;

impl Scratch {
    /// Empties the buffer for the next event.
    ///
    /// Capacity is given back once the recent contents have used less than a quarter of it, so a run of large events
    /// keeps its buffer, and one large event among small ones doesn't.
    pub(crate) fn recycle(&mut self) {
        if self.bytes.capacity() > KEPT {
            self.peak = self.bytes.len().max(self.peak - self.peak / 8);
            if self.peak < self.bytes.capacity() / 4 {
                self.bytes.clear();
                self.bytes.shrink_to(self.peak.max(KEPT));
            }
        }
        self.bytes.clear();
    }

    /// Empties the buffer and gives back its memory.
    pub(crate) fn release(&mut self) {
        *self = Self::default();
    }
}

impl Deref for Scratch {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.bytes
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Scratch};

    #[test]
    fn one_large_event_is_forgotten_after_a_few_small_ones() {
        let mut scratch = Scratch::default();
        scratch.resize(400_000, b'x');
        for _ in 0..64 {
            scratch.recycle();
            scratch.extend_from_slice(b"hi");
        }
        assert!(scratch.capacity() <= KEPT, "{}", scratch.capacity());
    }

    #[test]
    fn a_run_of_large_events_keeps_its_buffer() {
        let mut scratch = Scratch::default();
        scratch.resize(400_000, b'x');
        let before = scratch.as_ptr();
        for _ in 0..64 {
            scratch.recycle();
            scratch.resize(150_000, b'x');
        }
        assert_eq!(scratch.as_ptr(), before);
    }
}
