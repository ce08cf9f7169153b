//! The last events of a stream, each encoded once, for every subscriber and every client that comes back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use sse_proto::{Cursor, Delivery, EventName, Replay, ReplayLimits, Resume, ServerEvent};
use tokio::sync::watch;
use tokio::time::Instant;

/// The type of the event that tells how many events a client has missed for good: its data is their number.
///
/// A page that gets it should load its state anew. Without such an event the client would never know.
pub const MISSED: EventName<'static> = event_type("missed");
/// The type of the event that tells a client that the server does not know its last event ID: it is from before a restart,
/// so what was missed can't be told.
pub const RESET: EventName<'static> = event_type("reset");

const fn event_type(name: &'static str) -> EventName<'static> {
    match EventName::new(name) {
        Ok(name) => name,
        Err(_) => panic!("an event type holds no line break"),
    }
}

/// The events, and what wakes those who wait for the next.
#[derive(Debug)]
pub struct Feed {
    replay: Mutex<Replay>,
    published: watch::Sender<()>,
    reconnection_time: Duration,
    started: Instant,
}

/// Where one subscriber stands.
#[derive(Debug)]
pub struct Subscription {
    cursor: Cursor,
    published: watch::Receiver<()>,
}

/// What comes next for a subscriber, encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// An event that was published.
    Event(Bytes),
    /// An event that tells how many are lost, because the subscriber was too slow.
    Missed(Bytes),
}

impl Feed {
    /// A feed without events. Clients are told to wait for `reconnection_time` before they come back.
    #[must_use]
    pub fn new(limits: ReplayLimits, reconnection_time: Duration) -> Self {
        // No earlier run has started at the same time, so an ID of an earlier run is never taken for one of this.
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let replay = Replay::new(u64::try_from(epoch).unwrap_or_default(), limits);
        Self {
            replay: Mutex::new(replay),
            published: watch::Sender::new(()),
            reconnection_time,
            started: Instant::now(),
        }
    }

    /// Gives an event its ID, encodes it, and wakes all who wait.
    pub fn publish(&self, event: ServerEvent<'_>) {
        self.replay().publish(event, self.started.elapsed());
        self.published.send_replace(());
    }

    /// A subscriber, and what it is to be sent first. `last_event_id` is the value of the request's `Last-Event-ID`.
    pub fn subscribe(&self, last_event_id: Option<&[u8]>) -> (Subscription, Bytes) {
        let replay = self.replay();
        let mut opening = ServerEvent::default().retry(self.reconnection_time).to_vec();
        let cursor = match last_event_id.map(|id| replay.after(id)) {
            // A new client: it gets what is published from now on. One that needs the past would start `from_oldest`.
            None => replay.live(),
            Some(Resume::Complete(cursor)) => cursor,
            Some(Resume::Gap { cursor, missed }) => {
                opening.extend(self::missed(missed));
                cursor
            }
            Some(Resume::Unknown) => {
                ServerEvent::new("unknown last event ID").event_type(RESET).append_to(&mut opening);
                replay.live()
            }
        };
        // Even if it is cut off before its first event, it can come back to this place.
        opening.extend_from_slice(&replay.mark(cursor));
        // Whatever is published after this is either in the replay, or wakes it.
        (Subscription { cursor, published: self.published.subscribe() }, opening.into())
    }

    /// Waits for what comes next. Nothing is lost when this is cancelled.
    pub async fn next(&self, subscription: &mut Subscription) -> Next {
        loop {
            match self.replay().next(&mut subscription.cursor) {
                // Shared by all subscribers: no byte is copied.
                Some(Delivery::Event(encoded)) => return Next::Event(encoded.clone().into()),
                Some(Delivery::Lagged(lost)) => return Next::Missed(missed(lost).into()),
                None => {}
            }
            // The sender is part of the feed, so there is one.
            let _ = subscription.published.changed().await;
        }
    }

    fn replay(&self) -> MutexGuard<'_, Replay> {
        self.replay.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn missed(events: u64) -> Vec<u8> {
    ServerEvent::new(&events.to_string()).event_type(MISSED).to_vec()
}
