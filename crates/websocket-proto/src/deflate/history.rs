use alloc::vec::Vec;

/// The last bytes that were inflated, as many as the agreed window holds: all that must be kept between two messages of a
/// sender with context takeover.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// A ring once it is full, of at most as many bytes as the window.
    bytes: Vec<u8>,
    /// Where the oldest byte lies once the ring is full.
    oldest: usize,
}

impl History {
    /// Appends what was inflated, and forgets what no longer is in the window of `window_len` bytes.
    pub(super) fn push(&mut self, inflated: &[u8], window_len: usize) {
        let kept = &inflated[inflated.len().saturating_sub(window_len)..];
        if kept.len() == window_len {
            self.clear();
        }
        let room = window_len.saturating_sub(self.bytes.len());
        let (filling, mut rest) = kept.split_at(kept.len().min(room));
        self.bytes.extend_from_slice(filling);
        while !rest.is_empty() {
            let places = &mut self.bytes[self.oldest..];
            let (now, later) = rest.split_at(rest.len().min(places.len()));
            places[..now.len()].copy_from_slice(now);
            self.oldest = if now.len() == places.len() { 0 } else { self.oldest + now.len() };
            rest = later;
        }
    }

    /// The bytes in two parts, the oldest first.
    pub(super) fn parts(&self) -> [&[u8]; 2] {
        let (newer, older) = self.bytes.split_at(self.oldest);
        [older, newer]
    }

    /// Forgets everything, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.oldest = 0;
    }

    /// Gives back the memory that is not needed.
    pub(crate) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// How many bytes of memory are owned.
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_the_last_bytes_however_they_come() {
        for window_len in [1, 2, 5, 8] {
            for piece_len in 1..12 {
                let mut history = History::default();
                let bytes: Vec<u8> = (0..40).collect();
                for (index, piece) in bytes.chunks(piece_len).enumerate() {
                    history.push(piece, window_len);
                    let all = &bytes[..(index * piece_len + piece.len())];
                    let expected = &all[all.len().saturating_sub(window_len)..];
                    assert_eq!(history.parts().concat(), expected, "window {window_len}, pieces of {piece_len}");
                }
                assert!(history.capacity() <= window_len.max(8));
            }
        }
    }
}
