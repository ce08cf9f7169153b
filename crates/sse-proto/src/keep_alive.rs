use core::time::Duration;

/// When to send a comment, so that nothing on the way takes a silent stream for a dead one.
///
/// HTML 9.2.7 advises a comment every 15 seconds or so against proxies that drop idle connections; it also makes a server
/// find out that a client has gone. `now` is the time since any moment of the caller's choice, the same in all calls.
///
/// ```
/// use core::time::Duration;
/// use sse_proto::KeepAlive;
///
/// let seconds = Duration::from_secs;
/// let mut keep_alive = KeepAlive::new(seconds(0));
/// keep_alive.sent(seconds(10)); // an event
/// assert_eq!(keep_alive.next_timeout(), seconds(25));
/// assert_eq!(keep_alive.handle_timeout(seconds(24)), None);
/// assert_eq!(keep_alive.handle_timeout(seconds(25)), Some(KeepAlive::COMMENT));
/// assert_eq!(keep_alive.next_timeout(), seconds(40));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    interval: Duration,
    deadline: Duration,
}

impl KeepAlive {
    /// How long a stream may be silent, unless told otherwise.
    pub const INTERVAL: Duration = Duration::from_secs(15);

    /// What is sent: an empty comment, and a blank line, which dispatches nothing. Clients that give comments to their
    /// users give an empty one.
    pub const COMMENT: &'static [u8] = b":\n\n";

    /// For a stream that starts now.
    #[must_use]
    pub const fn new(now: Duration) -> Self {
        Self::with_interval(now, Self::INTERVAL)
    }

    /// For a stream that starts now and may be silent for `interval`.
    #[must_use]
    pub const fn with_interval(now: Duration, interval: Duration) -> Self {
        Self { interval, deadline: now.saturating_add(interval) }
    }

    /// Tells that something was sent: the silence starts anew.
    pub const fn sent(&mut self, now: Duration) {
        self.deadline = now.saturating_add(self.interval);
    }

    /// When to call [`handle_timeout`](Self::handle_timeout).
    #[must_use]
    pub const fn next_timeout(&self) -> Duration {
        self.deadline
    }

    /// The bytes to send if the stream has been silent for long enough; they count as sent.
    #[must_use]
    pub fn handle_timeout(&mut self, now: Duration) -> Option<&'static [u8]> {
        (now >= self.deadline).then(|| {
            self.sent(now);
            Self::COMMENT
        })
    }
}
