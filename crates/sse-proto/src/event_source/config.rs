use core::time::Duration;

use crate::config::Config;

/// How an [`EventSource`](crate::EventSource) is to behave. The defaults are the standard's, where it has any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSourceConfig {
    /// The parser's limits and leniencies.
    pub parser: Config,
    /// The reconnection time until the server sets one. Default: 3 seconds.
    pub reconnection_time: Duration,
    /// The shortest time that is waited, lest a `retry` of 0 makes a tight loop. Default: 100 milliseconds.
    pub min_reconnection_time: Duration,
    /// The longest reconnection time that is heeded, from a `retry` field or `Retry-After`. Default: 1 day.
    pub max_reconnection_time: Duration,
    /// A wait on top of the reconnection time, at random and growing. Default: none, which suits a lone client; where
    /// there are many of one server, it keeps them from coming back all at once.
    pub backoff: Option<Backoff>,
    /// For how long a connection must have been open for the failures before it to be forgotten. Default: 5 seconds.
    ///
    /// A server that takes a connection only to drop it is still failing.
    pub stable_after: Duration,
    /// After how many reconnections in a row, without a stable connection among them, to give up. Default: never.
    pub max_attempts: Option<u32>,
    /// How long an open connection may be silent before it is taken for dead. Any byte is a sign of life, comments'
    /// bytes too. Default: for ever, as in the standard; three times the server's keep-alive interval is a good value.
    pub idle_timeout: Option<Duration>,
    /// Whether to try again after a status of 429 or 5xx, no sooner than its `Retry-After` says, though
    /// [`max_reconnection_time`](Self::max_reconnection_time) caps that too. Default: no; in the standard any status but
    /// 200 is final.
    ///
    /// A `Retry-After` that is a date counts only with [`Response::date`](crate::Response::date) or
    /// [`Response::unix_time`](crate::Response::unix_time) to count from.
    pub retry_server_errors: bool,
    /// Whether a body that ends as it should ends it all: for streams that are finite, such as the answers of language
    /// models. Default: no. Connections that break are made anew all the same.
    pub close_at_end: bool,
}

/// A random wait before a reconnection, on top of the reconnection time ("full jitter").
///
/// It is evenly spread from 0 to the reconnection time, or to twice that, four times that and so on with each
/// reconnection since the last stable connection, up to `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The longest wait on top of the reconnection time.
    pub max: Duration,
    /// Where the random numbers start: another number for each client, from a random source.
    pub seed: u64,
}

impl Default for EventSourceConfig {
    fn default() -> Self {
        Self {
            parser: Config::default(),
            reconnection_time: Duration::from_secs(3),
            min_reconnection_time: Duration::from_millis(100),
            max_reconnection_time: Duration::from_secs(24 * 60 * 60),
            backoff: None,
            stable_after: Duration::from_secs(5),
            max_attempts: None,
            idle_timeout: None,
            retry_server_errors: false,
            close_at_end: false,
        }
    }
}
