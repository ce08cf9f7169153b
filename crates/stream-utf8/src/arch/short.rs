//! Bits, one for a byte, of what may be shorter than a block.

/// The number of bytes in a block.
pub(crate) const BLOCK: usize = u64::BITS as usize;

/// The bits of the first 64 of `bytes`, as `of_block` gives those of a block and `of_byte` that of a byte.
#[inline(always)]
pub(crate) fn bits_of_short(bytes: &[u8], of_block: impl Fn(&[u8; BLOCK]) -> u64, of_byte: impl Fn(u8) -> bool) -> u64 {
    if let Some(block) = bytes.first_chunk() {
        of_block(block)
    } else if let Some(bits) = bits_of_ends::<32>(bytes, &of_block) {
        bits
    } else if let Some(bits) = bits_of_ends::<16>(bytes, &of_block) {
        bits
    } else if let Some(bits) = bits_of_ends::<8>(bytes, &of_block) {
        bits
    } else if let Some(bits) = bits_of_ends::<4>(bytes, &of_block) {
        bits
    } else {
        bytes.iter().rev().fold(0, |bits, byte| bits << 1 | u64::from(of_byte(*byte)))
    }
}

/// The bits of the first and the last `N` bytes, which overlap unless there are as many as twice that; `None` if there
/// are fewer than `N`.
#[inline(always)]
fn bits_of_ends<const N: usize>(bytes: &[u8], of_block: impl Fn(&[u8; BLOCK]) -> u64) -> Option<u64> {
    let (first, last) = (bytes.first_chunk::<N>()?, bytes.last_chunk::<N>()?);
    let mut block = [0; BLOCK];
    block[..N].copy_from_slice(first);
    block[N..2 * N].copy_from_slice(last);
    let bits = of_block(&block);
    let low = !(u64::MAX << N);
    Some(bits & low | (bits >> N & low) << (bytes.len() - N))
}
