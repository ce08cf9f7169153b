//! A client that follows an event stream through broken connections: the I/O around [`EventSource`], which decides.

use std::time::Duration;

use bytes::Bytes;
use reqwest::{Client, Response};
use sse_proto::{
    Action, Backoff, Closed, EventSource, EventSourceConfig, Exported, Failure, ForbiddenCharacter, Item, OwnedEvent,
    Response as Head,
};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

/// How long the head of a response may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// An event stream that is followed.
#[derive(Debug)]
pub struct Follower {
    http: Client,
    source: EventSource,
    /// What `now` is counted from.
    clock: Instant,
    /// The response, while there is one.
    response: Option<Response>,
    /// What was read of its body, and not yet used.
    chunk: Bytes,
    /// Why the last connection was lost.
    trouble: String,
}

/// What happens in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is a connection.
    Opened,
    /// An event has come.
    Event(OwnedEvent),
    /// There is no connection; the next one will be tried after this time.
    Lost {
        /// Why.
        reason: String,
        /// For how long to wait.
        wait: Duration,
    },
    /// There is no more to come: `Ok` if the server says so (status 204), else why not.
    Closed(Result<(), String>),
}

/// What a good client does beyond the standard. `seed` is a random number, another one in each process: it keeps the
/// clients of a server that was restarted from coming back all at once.
#[must_use]
pub fn config(seed: u64) -> EventSourceConfig {
    EventSourceConfig {
        backoff: Some(Backoff { max: Duration::from_secs(10), seed }),
        // Servers send something every 15 seconds or so: three times nothing, and the connection is dead.
        idle_timeout: Some(Duration::from_secs(45)),
        retry_server_errors: true,
        ..EventSourceConfig::default()
    }
}

/// The start of a stream that was never read before.
#[must_use]
pub fn beginning(url: &str) -> Exported {
    let reconnection_time = EventSourceConfig::default().reconnection_time;
    Exported { url: url.to_owned(), last_event_id: String::new(), reconnection_time }
}

impl Follower {
    /// Follows a stream from where `start` says.
    ///
    /// # Errors
    ///
    /// If the last event ID in `start` is none.
    pub fn new(http: Client, start: Exported, config: EventSourceConfig) -> Result<Self, ForbiddenCharacter> {
        let source = EventSource::resume(start, config)?;
        Ok(Self { http, source, clock: Instant::now(), response: None, chunk: Bytes::new(), trouble: String::new() })
    }

    /// Where the stream stands: after the event that was told last.
    #[must_use]
    pub fn export(&self) -> Exported {
        self.source.export()
    }

    /// Waits for what happens next.
    ///
    /// No event is lost when this is cancelled; a request whose response is awaited is made anew.
    pub async fn next(&mut self) -> Step {
        loop {
            if let Some(event) = self.take_event() {
                return Step::Event(event);
            }
            match self.source.action() {
                Action::Connect(request) => {
                    let Ok(fields) = request.header_map() else {
                        let reason = "the last event ID has characters that HTTP does not allow".to_owned();
                        self.source.close();
                        return Step::Closed(Err(reason));
                    };
                    let sent = self.http.get(request.url).headers(fields).send();
                    match timeout(HEAD_TIMEOUT, sent).await {
                        Ok(Ok(response)) => {
                            let head = Head::from_parts(response.status(), response.headers());
                            self.trouble = format!("the server answers {}", response.status());
                            self.source.handle_response(head, self.clock.elapsed());
                            self.response = Some(response);
                            if matches!(self.source.action(), Action::Read) {
                                return Step::Opened;
                            }
                        }
                        Ok(Err(error)) => self.lose(innermost(&error)),
                        Err(_) => self.lose("no response in time".to_owned()),
                    }
                }
                Action::Read => self.read().await,
                Action::Wait => {
                    // The connection is not needed while nothing is read from it.
                    self.response = None;
                    let until = self.source.next_timeout().unwrap_or_default();
                    if !self.trouble.is_empty() {
                        let reason = std::mem::take(&mut self.trouble);
                        return Step::Lost { reason, wait: until.saturating_sub(self.clock.elapsed()) };
                    }
                    sleep_until(self.clock + until).await;
                    self.source.handle_timeout(self.clock.elapsed());
                }
                Action::Closed(closed) => {
                    let closed = match closed {
                        Closed::ByCaller | Closed::EndOfStream | Closed::Failed(Failure::Status(204)) => Ok(()),
                        Closed::Failed(failure) => Err(failure.to_string()),
                        other => Err(format!("{other:?}")),
                    };
                    self.response = None;
                    return Step::Closed(closed);
                }
            }
        }
    }

    /// The next event in the chunk that was read. Comments have done their work when they have come; a reconnection time
    /// is heeded by the source.
    fn take_event(&mut self) -> Option<OwnedEvent> {
        let mut input = &self.chunk[..];
        let event = loop {
            match self.source.receive(&mut input, self.clock.elapsed()) {
                Ok(Some(Item::Event(event))) => break Some(event.into()),
                Ok(Some(_)) => {}
                // An error has closed the source, which tells it as the reason.
                Ok(None) | Err(_) => break None,
            }
        };
        self.chunk = self.chunk.slice(self.chunk.len() - input.len()..);
        event
    }

    /// Reads the next chunk of the body, or finds that there is none.
    async fn read(&mut self) {
        let Some(response) = &mut self.response else {
            return self.lose("no connection".to_owned());
        };
        let read = match self.source.next_timeout() {
            Some(deadline) => timeout_at(self.clock + deadline, response.chunk()).await,
            None => Ok(response.chunk().await),
        };
        match read {
            Ok(Ok(Some(chunk))) => self.chunk = chunk,
            Ok(Ok(None)) => {
                self.trouble = "the stream has ended".to_owned();
                // The event that this may give is one of `dispatch_unterminated`, which is not set; an error has closed
                // the source.
                let _ = self.source.receive_eof(self.clock.elapsed());
            }
            Ok(Err(error)) => self.lose(innermost(&error)),
            Err(_) => {
                self.trouble = "silent for too long".to_owned();
                self.source.handle_timeout(self.clock.elapsed());
            }
        }
    }

    fn lose(&mut self, trouble: String) {
        self.trouble = trouble;
        self.source.handle_network_error(self.clock.elapsed());
    }
}

/// The error that is the cause of the others.
fn innermost(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
