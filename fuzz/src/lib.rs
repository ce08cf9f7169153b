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
