//! What the kernels need of a vector of bytes.

/// A CPU's vector of [`LEN`](Self::LEN) bytes.
///
/// The methods are inlined into a function that enables the CPU feature, so that each becomes an instruction or two.
///
/// # Safety
///
/// Every method must only be called on a CPU that has the feature the vector belongs to. [`load`](Self::load) and
/// [`store`](Self::store) say what they ask for besides.
pub(in crate::arch) trait Vector: Copy {
    /// The number of bytes in the vector, a power of two.
    const LEN: usize;

    /// The [`LEN`](Self::LEN) bytes at `at`, which must be readable. No alignment is needed.
    unsafe fn load(at: *const u8) -> Self;

    /// Writes the vector to the [`LEN`](Self::LEN) bytes at `at`, which must be writable. No alignment is needed.
    unsafe fn store(self, at: *mut u8);

    /// 0 in every lane.
    unsafe fn zero() -> Self;

    /// `word` in every group of four lanes, as it lies in memory.
    unsafe fn splat_word(word: [u8; 4]) -> Self;

    unsafe fn or(self, other: Self) -> Self;

    unsafe fn xor(self, other: Self) -> Self;

    /// Whether no lane is 80 or above.
    unsafe fn is_ascii(self) -> bool;

    /// The vectors of the bytes one, two and three before each, if the vector `before` comes just before this one.
    unsafe fn predecessors(self, before: Self) -> [Self; 3];

    /// For the last vector of a text: a mark if it leaves a character open, which it does with a lead of two bytes or more
    /// in the last lane, of three or more in the one before, or of four in the one before that.
    unsafe fn open_at_end(self) -> Self;

    /// A mark in each lane whose byte may not follow its predecessors: `back_1` holds for each lane the byte before it,
    /// `back_2` and `back_3` those two and three before it.
    unsafe fn misplaced(self, back_1: Self, back_2: Self, back_3: Self) -> Self;

    /// Whether no lane is marked. What a mark is, each kind of vector has its own way; [`zero`](Self::zero) is none, and
    /// [`or`](Self::or) gathers marks.
    unsafe fn is_clear(self) -> bool;
}

/// What [`by_nibbles`](super::misplaced::by_nibbles) needs besides.
///
/// # Safety
///
/// As for [`Vector`].
pub(in crate::arch) trait Nibbles: Vector {
    /// `byte` in every lane.
    unsafe fn splat(byte: u8) -> Self;

    unsafe fn and(self, other: Self) -> Self;

    /// Lane by lane `self - other`, or 0 where that would be negative.
    unsafe fn saturating_sub(self, other: Self) -> Self;

    /// The upper four bits of each lane.
    unsafe fn high_nibbles(self) -> Self;

    /// For each lane, the entry of `table` that the lane, which must be below 16, names.
    unsafe fn look_up(self, table: &[u8; 16]) -> Self;
}

/// The greatest byte that leaves no character open, for each of the last 64 bytes of a text.
pub(in crate::arch) const CLOSED_AT_END: [u8; 64] = {
    let mut greatest = [0xFF; 64];
    greatest[61] = 0xF0 - 1;
    greatest[62] = 0xE0 - 1;
    greatest[63] = 0xC0 - 1;
    greatest
};
