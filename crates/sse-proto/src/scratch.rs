//! A buffer that is reused, and gives back what one large event has made it take.

use alloc::vec::Vec;
use core::ops::Deref;

/// Bytes that are put in from the end of other bytes, mostly a few at a time.
///
/// A copy of a few bytes takes no longer than of a few more, if their number is fixed: so there is room behind the end for
/// what is copied in excess. Capacity follows what is put in, downwards too.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The contents, then room: bytes that mean nothing.
    bytes: Vec<u8>,
    /// The length of the contents. Never above that of `bytes`.
    len: usize,
    /// The largest length of late: sinks by an eighth with each [`Scratch::recycle`].
    peak: usize,
}

/// A capacity, in bytes, that isn't worth giving back.
pub(crate) const KEPT: usize = 4 << 10;

/// The longest copy whose length is rounded up.
const WIDE: usize = 128;

/// The longest copy that is left to the C library: longer ones it may do with `rep movsb`, which takes ten times as long on
/// some CPUs where the addresses are alike in their lowest twelve bits.
const AT_ONCE: usize = 2 << 10;

impl Scratch {
    /// Appends the first `len` bytes of `source`, or all if it has fewer.
    #[inline]
    pub(crate) fn extend_from_start(&mut self, source: &[u8], len: usize) {
        let is_copied = if len > 64 {
            len <= WIDE && self.copy::<WIDE>(source, len)
        } else {
            self.copy::<64>(source, len) || (len <= 16 && self.copy::<16>(source, len)) || self.copy_short(source, len)
        };
        if !is_copied {
            self.extend_long(&source[..source.len().min(len)]);
        }
    }

    /// [`Scratch::extend_from_start`] where lengths vary, up to about [`WIDE`].
    #[inline(always)]
    pub(crate) fn extend_wide(&mut self, source: &[u8], len: usize) {
        if len > WIDE || !self.copy::<WIDE>(source, len) {
            self.extend_from_start(source, len);
        }
    }

    /// The contents, and what lies behind them; and their length.
    #[inline]
    pub(crate) fn with_room(&self) -> (&[u8], usize) {
        (&self.bytes, self.len)
    }

    /// Copies `N` bytes, of which `len` count, if there are as many and as much room.
    #[inline(always)]
    fn copy<const N: usize>(&mut self, source: &[u8], len: usize) -> bool {
        let Some(room) = self.bytes.get_mut(self.len..).and_then(<[u8]>::first_chunk_mut::<N>) else { return false };
        let Some(source) = source.first_chunk() else { return false };
        *room = *source;
        self.len += len;
        true
    }

    /// Copies at most 64 bytes, in two parts that overlap.
    #[inline(always)]
    fn copy_short(&mut self, source: &[u8], len: usize) -> bool {
        let Some(room) = self.bytes.get_mut(self.len..).and_then(<[u8]>::first_chunk_mut::<64>) else { return false };
        let Some(source) = source.get(..len) else { return false };
        if !(copy_ends::<32>(room, source)
            || copy_ends::<16>(room, source)
            || copy_ends::<8>(room, source)
            || copy_ends::<4>(room, source))
        {
            for (room, byte) in room.iter_mut().zip(source) {
                *room = *byte;
            }
        }
        self.len += len;
        true
    }

    /// Appends any number of bytes, and makes room.
    #[inline(never)]
    fn extend_long(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        let with_room = end.saturating_add(WIDE);
        if self.bytes.len() < with_room {
            self.bytes.reserve(with_room - self.bytes.len());
            self.bytes.resize(self.bytes.capacity(), 0);
        }
        for (room, part) in self.bytes[self.len..end].chunks_mut(AT_ONCE).zip(bytes.chunks(AT_ONCE)) {
            room.copy_from_slice(part);
        }
        self.len = end;
    }

    /// Appends one byte.
    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        if let Some(room) = self.bytes.get_mut(self.len) {
            *room = byte;
            self.len += 1;
        } else {
            self.extend_long(&[byte]);
        }
    }

    /// Puts `byte` in the place of the last one.
    #[inline]
    pub(crate) fn set_last(&mut self, byte: u8) {
        if let Some(last) = self.bytes[..self.len].last_mut() {
            *last = byte;
        }
    }

    /// Replaces the contents by the first `len` bytes of `source`.
    #[inline]
    pub(crate) fn replace(&mut self, source: &[u8], len: usize) {
        self.len = 0;
        self.extend_from_start(source, len);
    }

    /// Empties the buffer for the next event.
    ///
    /// Capacity is given back once the recent contents have used less than a quarter of it, so a run of large events
    /// keeps its buffer, and one large event among small ones doesn't.
    #[inline]
    pub(crate) fn recycle(&mut self) {
        if self.is_large() {
            self.follow_use();
        }
        self.len = 0;
    }

    /// Whether the buffer has more capacity than is kept in any case.
    #[inline]
    pub(crate) fn is_large(&self) -> bool {
        self.bytes.capacity() > KEPT
    }

    #[inline(never)]
    fn follow_use(&mut self) {
        self.peak = self.len.max(self.peak - self.peak / 8);
        if self.peak < self.bytes.capacity() / 4 {
            self.bytes.truncate(self.peak.max(KEPT));
            self.bytes.shrink_to_fit();
        }
    }

    /// Empties the buffer and gives back its memory.
    pub(crate) fn release(&mut self) {
        *self = Self::default();
    }

    /// Gives back the memory that holds no contents.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.bytes.truncate(self.len);
        self.bytes.shrink_to_fit();
    }

    /// How many bytes of memory the buffer owns.
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

/// Copies bytes to the start of `room`, if there are `N` of them or up to twice that.
#[inline(always)]
fn copy_ends<const N: usize>(room: &mut [u8; 64], source: &[u8]) -> bool {
    let (Some(first), Some(last)) = (source.first_chunk::<N>(), source.last_chunk::<N>()) else { return false };
    room[..N].copy_from_slice(first);
    match room.get_mut(source.len() - N..source.len()) {
        Some(room) => room.copy_from_slice(last),
        None => return false,
    }
    true
}

impl Deref for Scratch {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{KEPT, Scratch};

    #[test]
    fn what_is_put_in_is_what_is_in() {
        let source: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for len in (0..200).chain([255, 256, 257, 1000]) {
            for behind in [0, 1, 7, 15, 16, 100, 127, 128, 500] {
                let mut scratch = Scratch::default();
                let mut expected = Vec::new();
                for _ in 0..20 {
                    let source = &source[..source.len().min(len + behind)];
                    scratch.extend_from_start(source, len);
                    expected.extend_from_slice(&source[..len.min(source.len())]);
                    scratch.push(b'!');
                    expected.push(b'!');
                    assert_eq!(*scratch, expected, "{len} bytes, {behind} behind them");
                }
                scratch.replace(&source[..source.len().min(len + behind)], len);
                assert_eq!(*scratch, source[..len]);
            }
        }
    }

    #[test]
    fn one_large_event_is_forgotten_after_a_few_small_ones() {
        let mut scratch = Scratch::default();
        scratch.extend_from_start(&[b'x'; 400_000], 400_000);
        for _ in 0..64 {
            scratch.recycle();
            scratch.extend_from_start(b"hi", 2);
        }
        assert!(scratch.capacity() <= KEPT, "{}", scratch.capacity());
    }

    #[test]
    fn a_run_of_large_events_keeps_its_buffer() {
        let mut scratch = Scratch::default();
        scratch.extend_from_start(&[b'x'; 400_000], 400_000);
        let before = scratch.as_ptr();
        for _ in 0..64 {
            scratch.recycle();
            scratch.extend_from_start(&[b'x'; 150_000], 150_000);
        }
        assert_eq!(scratch.as_ptr(), before);
    }
}
