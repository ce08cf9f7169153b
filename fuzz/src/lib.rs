//! What the fuzz targets share.

/// Cuts `bytes` into pieces whose lengths are those of `cuts` in turn, over and over; empty pieces are among them.
pub fn pieces<'a>(bytes: &'a [u8], cuts: &[u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = bytes;
    let mut cuts = cuts.iter().map(|&len| usize::from(len % 32)).chain([1]).collect::<Vec<_>>().into_iter().cycle();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(cuts.next()?.min(rest.len()));
        rest = after;
        Some(piece)
    })
}

/// Takes an input apart: a byte says how many bytes of cuts follow (at most 15), then come the bytes to cut.
pub fn cuts_and_bytes(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, rest) = input.split_first()?;
    rest.split_at_checked(usize::from(count % 16))
}
