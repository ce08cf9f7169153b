//! How many control frames a peer may send.

use core::time::Duration;

use crate::connection::ProtocolError;
use crate::connection::timers::{Instant, whole_millis};

/// Counts control frames in intervals of the caller's clock.
#[derive(Debug)]
pub(super) struct ControlBudget {
    limit: u32,
    /// In milliseconds.
    interval: u32,
    count: u32,
    /// When the interval began; `None` while the clock is not known, and then nothing is limited.
    since: Option<Instant>,
}

impl ControlBudget {
    pub(super) fn new(limit: u32, interval: Duration) -> Self {
        Self { limit, interval: whole_millis(interval), count: 0, since: None }
    }

    /// Begins the next interval if this one is over.
    pub(super) fn advance(&mut self, now: Instant) {
        if self.since.and_then(|since| since.after(self.interval)).is_none_or(|end| now >= end) {
            self.since = Some(now);
            self.count = 0;
        }
    }

    /// When the interval is to be ended, at the latest, so that frames before its end do not count with ones after it;
    /// `None` while less than half of the limit is spent: that leaves half of it for what comes before the clock is read.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        let is_half_spent = self.count > 0 && self.count >= self.limit / 2;
        self.since.filter(|_| is_half_spent)?.after(self.interval)
    }

    /// Counts a control frame.
    pub(super) fn spend(&mut self) -> Result<(), ProtocolError> {
        self.count = self.count.saturating_add(1);
        if self.since.is_some() && self.count > self.limit {
            return Err(ProtocolError::TooManyControlFrames { count: self.count, limit: self.limit });
        }
        Ok(())
    }
}
