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
    out: &'a mut [u8],
    /// Up to where it is written.
    at: usize,
}

impl<'a> Slice<'a> {
    /// The first `needed` bytes of `out`.
    pub(crate) fn new(out: &'a mut [u8], needed: usize) -> Result<Self, BufferTooSmall> {
        let available = out.len();
        out.get_mut(..needed).map(Self::over).ok_or(BufferTooSmall { needed, available })
    }

    /// All of `out`.
    #[inline(always)]
    pub(crate) fn over(out: &'a mut [u8]) -> Self {
        Self { out, at: 0 }
    }
}

impl Sink for Slice<'_> {
    #[inline(always)]
    fn put(&mut self, text: &str) {
        // The length was measured before, so the text always fits.
        let end = self.at + text.len();
        if let Some(to) = self.out.get_mut(self.at..end) {
            copy(to, text.as_bytes());
            self.at = end;
        }
    }
}

/// Copies `from` to `to`, which is as long; up to 128 bytes in two parts that overlap.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8]) {
    let is_copied = match from.len() {
        0..4 => false,
        4..8 => copy_ends::<4>(to, from),
        8..16 => copy_ends::<8>(to, from),
        16..32 => copy_ends::<16>(to, from),
        32..64 => copy_ends::<32>(to, from),
        64..=128 => copy_ends::<64>(to, from),
        _ => false,
    };
    if !is_copied {
        to.copy_from_slice(from);
    }
}

/// Copies the first and the last `N` bytes, if there are as many.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) -> bool {
    let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) else { return false };
    let Some(start) = to.first_chunk_mut() else { return false };
    *start = *first;
    let Some(end) = to.last_chunk_mut() else { return false };
    *end = *last;
    true
}
