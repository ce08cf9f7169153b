//! Time: deadlines as values, the clock being the caller's.

use core::num::NonZeroU64;
use core::time::Duration;

use crate::close::CloseCode;
use crate::connection::machine::Phase;
use crate::connection::{Config, Connection};
use crate::role::Role;

/// A deadline that has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Timeout {
    /// No message, nor a part of one, came for [`Config::idle_timeout`]: a Close with code 1001 is waiting to be sent.
    Idle,
    /// Nothing came for [`Config::pong_timeout`] after a keep-alive Ping: the transport is taken for dead, and is to be
    /// closed.
    Pong,
    /// The peer's part of the closing handshake did not come for [`Config::close_timeout`]: the transport is to be closed.
    Close,
}

/// A time of the caller's clock, in milliseconds since an epoch of the caller's, less than 585 million years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant(NonZeroU64);

/// What the machine knows of time.
#[derive(Debug)]
pub(super) struct Timers {
    delays: Delays,
    /// When the machine was last told the time; `None` if it never was, and then nothing ever expires.
    now: Option<Instant>,
    /// When something was last received.
    heard_at: Option<Instant>,
    /// When a message was last received.
    message_at: Option<Instant>,
    /// Since when the peer is waited for: while the connection is open, for any sign of life after a keep-alive Ping; after
    /// that, for its part of the closing handshake.
    waiting_since: Option<Instant>,
    /// Whether anything was received since the machine was last told the time.
    pub(super) heard: bool,
    /// Whether a message, or a part of one, was received since the machine was last told the time.
    pub(super) heard_message: bool,
}

/// The delays of a [`Config`], in milliseconds; [`NEVER`] for none.
#[derive(Debug)]
struct Delays {
    ping: u32,
    pong: u32,
    idle: u32,
    close: u32,
}

const NEVER: u32 = u32::MAX;

impl Instant {
    fn new(since_epoch: Duration) -> Self {
        let millis = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
        Self(NonZeroU64::MIN.saturating_add(millis))
    }

    /// The time `delay` milliseconds later; `None` if that is never.
    pub(super) fn after(self, delay: u32) -> Option<Self> {
        (delay != NEVER).then(|| Self(self.0.saturating_add(u64::from(delay))))
    }

    fn since_epoch(self) -> Duration {
        Duration::from_millis(self.0.get() - 1)
    }
}

impl Timers {
    pub(super) fn new(config: &Config) -> Self {
        let delays = Delays {
            ping: config.ping_interval.map_or(NEVER, whole_millis),
            pong: whole_millis(config.pong_timeout),
            idle: config.idle_timeout.map_or(NEVER, whole_millis),
            close: whole_millis(config.close_timeout),
        };
        Self {
            delays,
            now: None,
            heard_at: None,
            message_at: None,
            waiting_since: None,
            heard: false,
            heard_message: false,
        }
    }

    /// Starts to wait for the peer's part of the closing handshake.
    pub(super) fn start_closing(&mut self) {
        self.waiting_since = self.now;
    }

    /// Notes what was received since the last call as received now. Returns the time, which never runs backwards.
    fn advance(&mut self, now: Instant, open: bool) -> Instant {
        let first = self.now.is_none();
        let now = self.now.map_or(now, |before| before.max(now));
        self.now = Some(now);
        if first || self.heard {
            self.heard_at = Some(now);
            if open {
                self.waiting_since = None;
            }
        }
        if first || self.heard_message {
            self.message_at = Some(now);
        }
        self.heard = false;
        self.heard_message = false;
        now
    }

    /// When to send a keep-alive Ping; `None` while one waits for a sign of life.
    fn ping_at(&self) -> Option<Instant> {
        if self.waiting_since.is_some() {
            return None;
        }
        self.heard_at?.after(self.delays.ping)
    }

    fn idle_at(&self) -> Option<Instant> {
        self.message_at?.after(self.delays.idle)
    }

    /// When to give the peer up.
    fn give_up_at(&self, open: bool) -> Option<Instant> {
        self.waiting_since?.after(if open { self.delays.pong } else { self.delays.close })
    }
}

impl<R: Role> Connection<R> {
    /// When [`handle_timeout`](Self::handle_timeout) is to be called at the latest, as a time since the caller's epoch;
    /// `None` if nothing waits for a deadline.
    ///
    /// It changes with what is received and sent: ask again before each wait. It may have passed already; then call at once.
    /// Once half of [`Config::max_control_frames`] are spent, the end of their interval is a deadline too.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        let timers = &self.timers;
        #[cfg(feature = "deflate")]
        let release = self.compression.as_ref().and_then(|compression| compression.release_at());
        #[cfg(not(feature = "deflate"))]
        let release = None;
        let control = self.control_budget.ends_at();
        let deadline = match self.phase {
            Phase::Open => {
                let deadlines = [timers.ping_at(), timers.idle_at(), timers.give_up_at(true), control, release];
                deadlines.into_iter().flatten().min()
            }
            Phase::Closing => [timers.give_up_at(false), control].into_iter().flatten().min(),
            Phase::Closed if R::MASKS => timers.give_up_at(false),
            Phase::Closed | Phase::Lost | Phase::Failed(_) => None,
        };
        deadline.map(Instant::since_epoch)
    }

    /// Tells the machine the time, as a duration since an epoch of the caller's, and what is due happens: a keep-alive
    /// Ping waits in [`poll_transmit`](Self::poll_transmit), or a deadline has passed.
    ///
    /// To be called when [`next_timeout`](Self::next_timeout) is reached, and as often besides as suits the caller; the
    /// first call starts the clock. What was received since the call before counts as received now: call it after each
    /// read for deadlines that are exact to the millisecond, or at the deadlines alone for ones that may be up to twice as
    /// long. Control frames count from the first call on, in the [interval](Config::control_interval) that a call began; a
    /// call at its end or later begins the next. A machine that is never told the time has no timeouts, and no limit on
    /// control frames.
    ///
    /// ```
    /// use core::time::Duration;
    /// use websocket_proto::{Config, Connection, connection::Timeout};
    ///
    /// let config = Config { ping_interval: Some(Duration::from_secs(20)), ..Config::default() };
    /// let mut server = Connection::server(config);
    /// assert_eq!(server.handle_timeout(Duration::ZERO), None);
    /// assert_eq!(server.next_timeout(), Some(Duration::from_secs(20)));
    ///
    /// let mut output = Vec::new();
    /// assert_eq!(server.handle_timeout(Duration::from_secs(20)), None);
    /// server.poll_transmit(&mut output);
    /// assert_eq!(output, [0x89, 0x00]); // a Ping
    /// assert_eq!(server.handle_timeout(Duration::from_secs(40)), Some(Timeout::Pong));
    /// ```
    pub fn handle_timeout(&mut self, now: Duration) -> Option<Timeout> {
        let open = matches!(self.phase, Phase::Open);
        let now = self.timers.advance(Instant::new(now), open);
        self.control_budget.advance(now);
        #[cfg(feature = "deflate")]
        if let Some(compression) = &mut self.compression {
            compression.advance(now);
        }
        match self.phase {
            Phase::Open => self.open_timeout(now),
            Phase::Closing => self.closing_timeout(now),
            Phase::Closed if R::MASKS => self.closing_timeout(now),
            Phase::Closed | Phase::Lost | Phase::Failed(_) => None,
        }
    }

    fn open_timeout(&mut self, now: Instant) -> Option<Timeout> {
        let is_due = |deadline: Option<Instant>| deadline.is_some_and(|deadline| now >= deadline);
        if is_due(self.timers.idle_at()) {
            self.replies.close = Some(Some(CloseCode::GOING_AWAY));
            self.start_closing();
            return Some(Timeout::Idle);
        }
        if is_due(self.timers.give_up_at(true)) {
            self.lose();
            return Some(Timeout::Pong);
        }
        if is_due(self.timers.ping_at()) {
            self.timers.waiting_since = Some(now);
            self.replies.ping = true;
        }
        None
    }

    fn closing_timeout(&mut self, now: Instant) -> Option<Timeout> {
        // The machine may have been told the time for the first time just now.
        self.timers.waiting_since.get_or_insert(now);
        if self.timers.give_up_at(false).is_none_or(|deadline| now < deadline) {
            return None;
        }
        self.lose();
        Some(Timeout::Close)
    }
}

/// `delay` in milliseconds, at most 49 days.
pub(super) fn whole_millis(delay: Duration) -> u32 {
    u32::try_from(delay.as_millis()).unwrap_or(NEVER - 1).min(NEVER - 1)
}
