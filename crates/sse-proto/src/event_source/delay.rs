//! How long to wait before a reconnection.

use core::time::Duration;

use super::config::{Backoff, EventSourceConfig};

#[derive(Debug)]
pub(crate) struct Delays {
    reconnection_time: Duration,
    min: Duration,
    max: Duration,
    backoff: Option<Backoff>,
    /// How many reconnections there were since the last stable connection.
    attempts: u32,
    max_attempts: u32,
}

impl Delays {
    pub(crate) fn new(config: &EventSourceConfig) -> Self {
        Self {
            reconnection_time: config.reconnection_time,
            min: config.min_reconnection_time,
            max: config.max_reconnection_time,
            backoff: config.backoff,
            attempts: 0,
            max_attempts: config.max_attempts.unwrap_or(u32::MAX),
        }
    }

    /// The reconnection time, as it was set.
    pub(crate) fn reconnection_time(&self) -> Duration {
        self.reconnection_time
    }

    pub(crate) fn set_reconnection_time(&mut self, time: Duration) {
        self.reconnection_time = time;
    }

    pub(crate) fn forget_failures(&mut self) {
        self.attempts = 0;
    }

    /// The wait before the next reconnection, or how many there were if that is enough.
    pub(crate) fn next(&mut self, at_least: Option<Duration>) -> Result<Duration, u32> {
        if self.attempts >= self.max_attempts {
            return Err(self.attempts);
        }
        let time = self.reconnection_time.max(at_least.unwrap_or_default()).min(self.max).max(self.min);
        let jitter = match &mut self.backoff {
            None => Duration::ZERO,
            Some(backoff) => {
                let factor = 1_u32.checked_shl(self.attempts).unwrap_or(u32::MAX);
                let most = time.saturating_mul(factor).min(backoff.max);
                portion(most, random(&mut backoff.seed))
            }
        };
        self.attempts = self.attempts.saturating_add(1);
        Ok(time.saturating_add(jitter))
    }
}

/// The part of `most` that `random` is of 2^64, in whole milliseconds.
fn portion(most: Duration, random: u64) -> Duration {
    let millis = most.as_millis().min(u128::from(u64::MAX));
    let part = ((millis + 1) * u128::from(random)) >> 64;
    Duration::from_millis(u64::try_from(part).unwrap_or(u64::MAX))
}

/// `SplitMix64` (Steele, Lea and Flood, 2014): the next of the numbers that `seed` begins.
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::{Delays, portion};
    use crate::event_source::{Backoff, EventSourceConfig};

    #[test]
    fn portions_are_spread_over_the_whole() {
        let second = Duration::from_secs(1);
        assert_eq!(portion(second, 0), Duration::ZERO);
        assert_eq!(portion(second, 1 << 63), Duration::from_millis(500));
        assert_eq!(portion(second, u64::MAX), second);
        assert_eq!(portion(Duration::ZERO, u64::MAX), Duration::ZERO);
        assert_eq!(portion(Duration::MAX, u64::MAX), Duration::from_millis(u64::MAX));
    }

    #[test]
    fn jitter_doubles_its_range_up_to_the_most() {
        let millis = Duration::from_millis;
        let mut most = [Duration::ZERO; 6];
        for seed in 0..2000 {
            let backoff = Some(Backoff { max: millis(3000), seed });
            let mut delays =
                Delays::new(&EventSourceConfig { backoff, reconnection_time: millis(500), ..Default::default() });
            for most in &mut most {
                let delay = delays.next(None).unwrap();
                assert!(delay >= millis(500), "the reconnection time is always waited");
                *most = (*most).max(delay - millis(500));
            }
        }
        for (most, range) in most.into_iter().zip([500, 1000, 2000, 3000, 3000, 3000].map(millis)) {
            assert!(most <= range && most > range * 98 / 100, "{most:?} of {range:?}");
        }
    }

    #[test]
    fn the_longest_times_do_not_overflow() {
        let config = EventSourceConfig {
            reconnection_time: Duration::MAX,
            max_reconnection_time: Duration::MAX,
            backoff: Some(Backoff { max: Duration::MAX, seed: 1 }),
            ..EventSourceConfig::default()
        };
        let mut delays = Delays::new(&config);
        for _ in 0..100 {
            assert_eq!(delays.next(Some(Duration::MAX)), Ok(Duration::MAX));
        }
    }
}
