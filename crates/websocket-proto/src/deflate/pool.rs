use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Deflater, History, InflateError, Inflater, Limits, Shape};

/// Compressors and decompressors that connections share.
///
/// Cloning gives another handle to the same pool. A connection takes from it when it has something to compress or to
/// inflate, and gives back when it needs it no longer; what is missing is made. One pool for each thread is the fastest;
/// one for all threads will do, as it is locked for moments only.
///
/// What each of them takes is printed by `cargo run --release -p websocket-proto --features deflate --example
/// deflate_memory`.
#[derive(Clone)]
pub struct Pool(Arc<Mutex<Inner>>);

struct Inner {
    max_idle: usize,
    deflaters: Vec<Deflater>,
    inflaters: Vec<Inflater>,
}

impl Pool {
    /// A pool that keeps up to `max_idle` compressors, and as many decompressors, that no connection holds; more are freed.
    #[must_use]
    pub fn new(max_idle: usize) -> Self {
        Self(Arc::new(Mutex::new(Inner { max_idle, deflaters: Vec::new(), inflaters: Vec::new() })))
    }

    /// How many compressors and how many decompressors wait in the pool.
    #[must_use]
    pub fn idle(&self) -> (usize, usize) {
        let inner = self.lock();
        (inner.deflaters.len(), inner.inflaters.len())
    }

    /// Frees all that wait in the pool.
    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.deflaters = Vec::new();
        inner.inflaters = Vec::new();
    }

    /// A compressor that remembers nothing.
    pub(crate) fn deflater(&self, shape: Shape) -> Deflater {
        let mut inner = self.lock();
        let found = inner.deflaters.iter().rposition(|deflater| deflater.shape() == shape);
        let deflater = found.map(|index| inner.deflaters.swap_remove(index));
        drop(inner);
        match deflater {
            Some(mut deflater) => {
                deflater.forget();
                deflater
            }
            None => Deflater::new(shape),
        }
    }

    /// A decompressor that goes on after `history`, if it matters, for a sender that keeps to `limits`.
    pub(crate) fn inflater(&self, history: Option<History>, limits: Limits) -> Result<Inflater, InflateError> {
        let waiting = self.lock().inflaters.pop();
        let mut inflater = waiting.unwrap_or_else(Inflater::new);
        inflater.restart(history, limits.max_window_bits.window_len())?;
        Ok(inflater)
    }

    pub(crate) fn take_back_deflater(&self, deflater: Deflater) {
        let mut inner = self.lock();
        if inner.deflaters.len() < inner.max_idle {
            inner.deflaters.push(deflater);
        }
    }

    pub(crate) fn take_back_inflater(&self, inflater: Inflater) {
        let mut inner = self.lock();
        if inner.inflaters.len() < inner.max_idle {
            inner.inflaters.push(inflater);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Pool {
    /// A pool that keeps up to 16 of each.
    fn default() -> Self {
        Self::new(16)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (deflaters, inflaters) = self.idle();
        f.debug_struct("Pool").field("deflaters", &deflaters).field("inflaters", &inflaters).finish()
    }
}
