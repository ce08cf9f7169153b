//! Which kernel is used: detected once, kept in one place.

use core::sync::atomic::{AtomicU8, Ordering};

use super::cpu;

/// A set of vector instructions that the crate has a kernel for.
///
/// The best one that the CPU offers is used. With the feature `std` that is found out at run time, once; without it, it
/// is the best one that the crate was compiled for (`-C target-feature`, `-C target-cpu`). With
/// `--cfg stream_utf8_scalar` in `RUSTFLAGS` it is always [`Scalar`](Self::Scalar).
///
/// Every level gives the same results. To choose one is of use for tests and measurements.
///
/// ```
/// use stream_utf8::Level;
///
/// assert!(Level::available().contains(&Level::current()));
/// assert_eq!(Level::limit(Level::Scalar), Level::Scalar);
/// assert_eq!(stream_utf8::validate("é".as_bytes()), Ok("é"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Level {
    /// No vector instructions, on any CPU.
    Scalar = 1,
    /// SSE4.1 on x86-64: vectors of 16 bytes.
    Sse41 = 2,
    /// AVX2 on x86-64: vectors of 32 bytes.
    Avx2 = 3,
    /// AVX-512 F, BW and VBMI on x86-64: vectors of 64 bytes.
    Avx512 = 4,
    /// NEON on aarch64: vectors of 16 bytes.
    Neon = 5,
    /// The 128-bit SIMD of WebAssembly: vectors of 16 bytes.
    Simd128 = 6,
}

/// The level in use, as its number; 0 before it is known.
///
/// Only [`Level::limit`] stores here, and only a level that is available: kernels are called on the strength of that.
static CURRENT: AtomicU8 = AtomicU8::new(0);

impl Level {
    /// The level in use.
    #[must_use]
    #[inline]
    pub fn current() -> Self {
        match Self::number_in_use() {
            1 => Self::Scalar,
            2 => Self::Sse41,
            3 => Self::Avx2,
            4 => Self::Avx512,
            5 => Self::Neon,
            6 => Self::Simd128,
            _ => Self::limit(Self::Simd128),
        }
    }

    /// The level in use, as its number; 0 before it was asked for. A kernel that is chosen by it costs two comparisons.
    #[inline(always)]
    pub(super) fn number_in_use() -> u8 {
        // Relaxed: the number stands for itself, no other memory hangs on it.
        CURRENT.load(Ordering::Relaxed)
    }

    /// The levels that this CPU runs, ascending.
    #[must_use]
    pub fn available() -> &'static [Self] {
        if cfg!(stream_utf8_scalar) { &[Self::Scalar] } else { cpu::available() }
    }

    /// Uses no level above `max`, in the whole process, and gives the level that is used from now on: the highest
    /// available one that is not above `max`.
    #[cold]
    pub fn limit(max: Self) -> Self {
        let level = Self::available().iter().copied().rfind(|&level| level <= max).unwrap_or(Self::Scalar);
        CURRENT.store(level as u8, Ordering::Relaxed);
        level
    }
}
