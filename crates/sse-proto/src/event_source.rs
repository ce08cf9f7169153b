use alloc::string::String;
use core::time::Duration;

use crate::error::ParseError;
use crate::headers::is_event_stream;
use crate::item::{Event, Item};
use crate::parser::Parser;
use delay::Delays;
use state::State;

pub use closed::{Closed, Failure};
pub use config::{Backoff, EventSourceConfig};
pub use exchange::{Request, Response};
pub use exported::Exported;
pub use state::{Action, ReadyState};

mod closed;
mod config;
mod delay;
mod exchange;
mod exported;
mod http_date;
mod state;

/// The client of an event stream, as the browsers' `EventSource` (HTML 9.2.2 and 9.2.3), without the I/O and the clock.
///
/// ```text
///                 handle_response              receive_eof, handle_network_error, an idle timeout
///   CONNECTING ──────────────────▶ OPEN ──────────────────────────────────────────▶ CONNECTING (waits, then connects)
///       │    status, content type    │  a limit of the parser
///       └────────────────────────────┴────────────────────────────────────────────▶ CLOSED
/// ```
///
/// [`action`](Self::action) tells what to do with the network, and the answer is told with the `handle_` and `receive`
/// methods. The one loop that drives it:
///
/// 1. [`Action::Connect`]: make the request, following redirects; tell [`handle_response`](Self::handle_response) or
///    [`handle_network_error`](Self::handle_network_error).
/// 2. [`Action::Read`]: read the body; tell [`receive`](Self::receive) until it gives `None`, at its end
///    [`receive_eof`](Self::receive_eof), and `handle_network_error` if it breaks.
/// 3. [`Action::Wait`]: nothing but waiting. In any action a connection of an earlier one is to be dropped, except in
///    `Read`.
/// 4. Whatever the action: at [`next_timeout`](Self::next_timeout), call [`handle_timeout`](Self::handle_timeout).
/// 5. [`Action::Closed`]: done, for the reason given.
///
/// Once it is closed, the parser's buffers are given back; where [`receive_eof`](Self::receive_eof) may give an event
/// with the close, [`shrink_to_fit`](Self::shrink_to_fit) has to do it.
///
/// `now` is the time since any moment of the caller's choice, the same in all calls; it must not go backwards.
///
/// ```
/// use core::time::Duration;
/// use sse_proto::{Action, EventSource, EventSourceConfig, Item, Response};
///
/// let seconds = Duration::from_secs;
/// let mut source = EventSource::new("https://example.org/events", EventSourceConfig::default());
/// let Action::Connect(request) = source.action() else { panic!() };
/// assert_eq!((request.url, request.last_event_id), ("https://example.org/events", None));
///
/// let response = Response { status: 200, content_type: Some(b"text/event-stream"), ..Response::default() };
/// source.handle_response(response, seconds(0));
/// let mut input = &b"id: 7\nretry: 5000\ndata: hello\n\n"[..];
/// while let Some(item) = source.receive(&mut input, seconds(1))? {
///     if let Item::Event(event) = item {
///         assert_eq!(event.data, "hello");
///     }
/// }
/// source.receive_eof(seconds(60))?;
///
/// assert!(matches!(source.action(), Action::Wait));
/// assert_eq!(source.next_timeout(), Some(seconds(65)));
/// source.handle_timeout(seconds(65));
/// let Action::Connect(request) = source.action() else { panic!() };
/// assert_eq!(request.last_event_id, Some("7"));
/// # Ok::<(), sse_proto::ParseError>(())
/// ```
#[derive(Debug)]
pub struct EventSource {
    url: String,
    config: EventSourceConfig,
    parser: Parser,
    state: State,
    delays: Delays,
}

impl EventSource {
    /// A source that wants to connect to `url`, which is handed on as it is.
    #[must_use]
    pub fn new(url: impl Into<String>, config: EventSourceConfig) -> Self {
        Self {
            url: url.into(),
            parser: Parser::with_config(config.parser),
            delays: Delays::new(&config),
            config,
            state: State::Connecting,
        }
    }

    /// What is to be done with the network. It stays the same until a call of another method changes it.
    #[must_use]
    pub fn action(&self) -> Action<'_> {
        match &self.state {
            State::Connecting => {
                let id = self.last_event_id();
                Action::Connect(Request { url: &self.url, last_event_id: (!id.is_empty()).then_some(id) })
            }
            State::Open { .. } => Action::Read,
            State::Waiting { .. } => Action::Wait,
            State::Closed(closed) => Action::Closed(closed),
        }
    }

    /// The `readyState`.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        match self.state {
            State::Connecting | State::Waiting { .. } => ReadyState::Connecting,
            State::Open { .. } => ReadyState::Open,
            State::Closed(_) => ReadyState::Closed,
        }
    }

    /// The URL, as it was given.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The last event ID string: what the next request will carry.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.parser.last_event_id()
    }

    /// The parser, for what it tells beside the items: [`Parser::dropped_events`], [`Parser::capacity`].
    #[must_use]
    pub fn parser(&self) -> &Parser {
        &self.parser
    }

    /// Gives back the memory that the parser's buffers don't need now: see [`Parser::shrink_to_fit`].
    pub fn shrink_to_fit(&mut self) {
        self.parser.shrink_to_fit();
    }

    /// Tells the response's head. A wrong one closes the source, unless the configuration has it tried again.
    ///
    /// Redirects (301, 302, 303, 307, 308) are for the HTTP layer to follow: told here, they are wrong. Ignored unless a
    /// response is awaited.
    pub fn handle_response(&mut self, response: Response<'_>, now: Duration) {
        if !matches!(self.state, State::Connecting) {
            return;
        }
        if response.status != 200 {
            if self.config.retry_server_errors && response.may_be_mended() {
                self.reconnect(now, response.retry_after_time());
            } else {
                self.state = State::Closed(Closed::Failed(Failure::Status(response.status)));
            }
        } else if !response.content_type.is_some_and(is_event_stream) {
            self.state = State::Closed(Closed::Failed(Failure::ContentType));
        } else {
            self.parser.reset();
            self.state = State::Open { since: now, heard: now };
        }
        self.release_if_closed();
    }

    /// Tells that no response came, or that the body broke off: the source will connect again.
    pub fn handle_network_error(&mut self, now: Duration) {
        if matches!(self.state, State::Connecting | State::Open { .. }) {
            self.parser.reset();
            self.reconnect(now, None);
            self.release_if_closed();
        }
    }

    /// Takes bytes of the body off the front of `input` until an item is complete; `None` once all are taken.
    ///
    /// As [`Parser::next`]. A [`Item::Retry`] is heeded, and told all the same. Unless the source is open, all bytes are
    /// dropped: after [`close`](Self::close) nothing that was on its way is delivered.
    ///
    /// # Errors
    ///
    /// [`ParseError`] if the stream exceeds a limit of the parser; that closes the source.
    pub fn receive<'p, 'i: 'p>(
        &'p mut self,
        input: &mut &'i [u8],
        now: Duration,
    ) -> Result<Option<Item<'p>>, ParseError> {
        let State::Open { heard, .. } = &mut self.state else {
            *input = &[];
            return Ok(None);
        };
        if !input.is_empty() {
            *heard = now;
        }
        match self.parser.next(input) {
            Ok(item) => {
                if let Some(Item::Retry(time)) = item {
                    self.delays.set_reconnection_time(time);
                }
                Ok(item)
            }
            Err(error) => {
                self.state = State::Closed(Closed::Failed(Failure::Parse(error)));
                Err(error)
            }
        }
    }

    /// Tells that the body has ended as it should, and so the connection. The source will connect again, unless
    /// [`EventSourceConfig::close_at_end`] is set.
    ///
    /// An end that comes too early (before the `Content-Length` or the last chunk) is a
    /// [network error](Self::handle_network_error). There is an event only if
    /// [`Config::dispatch_unterminated`](crate::Config::dispatch_unterminated) is set.
    ///
    /// # Errors
    ///
    /// As [`receive`](Self::receive).
    pub fn receive_eof(&mut self, now: Duration) -> Result<Option<Event<'_>>, ParseError> {
        match self.state {
            State::Open { .. } if self.config.close_at_end => self.state = State::Closed(Closed::EndOfStream),
            State::Open { .. } => self.reconnect(now, None),
            State::Connecting => {
                self.handle_network_error(now);
                return Ok(None);
            }
            State::Waiting { .. } | State::Closed(_) => return Ok(None),
        }
        if !self.config.parser.dispatch_unterminated {
            self.parser.reset();
            self.release_if_closed();
            return Ok(None);
        }
        match self.parser.finish() {
            Ok(event) => Ok(event),
            Err(error) => {
                self.state = State::Closed(Closed::Failed(Failure::Parse(error)));
                Err(error)
            }
        }
    }

    /// Closes the source for good.
    pub fn close(&mut self) {
        if !matches!(self.state, State::Closed(_)) {
            self.state = State::Closed(Closed::ByCaller);
            self.release_if_closed();
        }
    }

    /// When to call [`handle_timeout`](Self::handle_timeout): the end of the wait before a reconnection, or of the
    /// patience with a silent connection. There is none while a response is awaited: how long to wait for that is the
    /// caller's to say, with [`handle_network_error`](Self::handle_network_error).
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        match self.state {
            State::Waiting { until } => Some(until),
            State::Open { heard, .. } => Some(heard.saturating_add(self.config.idle_timeout?)),
            State::Connecting | State::Closed(_) => None,
        }
    }

    /// Tells the time. Does nothing before [`next_timeout`](Self::next_timeout).
    pub fn handle_timeout(&mut self, now: Duration) {
        if self.next_timeout().is_none_or(|timeout| now < timeout) {
            return;
        }
        match self.state {
            State::Waiting { .. } => self.state = State::Connecting,
            State::Open { .. } => self.handle_network_error(now),
            State::Connecting | State::Closed(_) => {}
        }
    }

    /// A closed source needs no buffers.
    fn release_if_closed(&mut self) {
        if matches!(self.state, State::Closed(_)) {
            self.parser.reset();
            self.parser.shrink_to_fit();
        }
    }

    /// "Reestablish the connection": waits the reconnection time, or gives up.
    fn reconnect(&mut self, now: Duration, at_least: Option<Duration>) {
        if let State::Open { since, .. } = self.state
            && now.saturating_sub(since) >= self.config.stable_after
        {
            self.delays.forget_failures();
        }
        self.state = match self.delays.next(at_least) {
            Ok(delay) => State::Waiting { until: now.saturating_add(delay) },
            Err(attempts) => State::Closed(Closed::Failed(Failure::Attempts(attempts))),
        };
    }
}
