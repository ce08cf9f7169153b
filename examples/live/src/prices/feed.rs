//! The latest events, encoded once, for every stream that reads them and every client that comes back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde_json::Value;
use sse_proto::{Cursor, Delivery, EventName, Replay, ReplayLimits, Resume, ServerEvent};
use tokio::sync::watch;

/// How many events are held for those who come back: two minutes or less.
const HELD: usize = 512;

/// What the events are about: their event types.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Topic {
    Price,
    Record,
}

#[derive(Debug)]
pub(crate) struct Feed {
    replay: Mutex<Replay>,
    /// Wakes the streams that wait for the next event.
    published: watch::Sender<()>,
    started: Instant,
}

/// One stream's place in the feed.
#[derive(Debug)]
pub(crate) struct Subscription {
    cursor: Cursor,
    published: watch::Receiver<()>,
}

/// How a stream goes on that came with a `Last-Event-ID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resumed {
    /// How many events it is sent again at first.
    pub(crate) replayed: u64,
    pub(crate) position: Position,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// All that followed is still held.
    Held,
    /// The events that followed at first are gone.
    Gone,
    /// The id is none of this run's. All that is held is sent, but it can't be told whether that is again.
    Unknown,
}

/// What comes next in a stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Event(Bytes),
    /// The stream was read too slowly: this many events are gone.
    Lagged(u64),
}

impl Topic {
    const PRICE: EventName<'static> = name("price");
    const RECORD: EventName<'static> = name("record");

    const fn event_type(self) -> EventName<'static> {
        match self {
            Self::Price => Self::PRICE,
            Self::Record => Self::RECORD,
        }
    }
}

impl Feed {
    pub(crate) fn new() -> Self {
        // No earlier run has started at the same time, so no id of an earlier run is taken for one of this.
        let epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let limits = ReplayLimits { events: HELD, ..ReplayLimits::default() };
        Self {
            replay: Mutex::new(Replay::new(u64::try_from(epoch).unwrap_or_default(), limits)),
            published: watch::Sender::new(()),
            started: Instant::now(),
        }
    }

    /// Gives the event the next id, encodes it, and wakes the streams.
    pub(crate) fn publish(&self, topic: Topic, data: &Value) {
        let data = data.to_string();
        self.replay().publish(ServerEvent::new(&data).event_type(topic.event_type()), self.started.elapsed());
        self.published.send_replace(());
    }

    /// A client that comes for the first time: it gets all that is held, so that it has something to draw.
    pub(crate) fn begin(&self) -> Subscription {
        self.subscribe(self.replay().from_oldest())
    }

    /// A client that has seen the event with this id.
    pub(crate) fn resume(&self, last_event_id: &[u8]) -> (Subscription, Resumed) {
        let replay = self.replay();
        let (cursor, position) = match replay.after(last_event_id) {
            Resume::Complete(cursor) => (cursor, Position::Held),
            Resume::Gap { cursor, .. } => (cursor, Position::Gone),
            Resume::Unknown => (replay.from_oldest(), Position::Unknown),
        };
        let replayed = match position {
            Position::Held | Position::Gone => count(&replay, cursor),
            Position::Unknown => 0,
        };
        (self.subscribe(cursor), Resumed { replayed, position })
    }

    /// Waits for what comes next in a stream. Nothing is lost when this is cancelled.
    pub(crate) async fn next(&self, subscription: &mut Subscription) -> Next {
        loop {
            match self.replay().next(&mut subscription.cursor) {
                Some(Delivery::Event(event)) => return Next::Event(Bytes::from_owner(event.clone())),
                Some(Delivery::Lagged(lost)) => return Next::Lagged(lost),
                None => {}
            }
            // The sender is part of the feed, so there is one.
            let _ = subscription.published.changed().await;
        }
    }

    fn subscribe(&self, cursor: Cursor) -> Subscription {
        Subscription { cursor, published: self.published.subscribe() }
    }

    fn replay(&self) -> MutexGuard<'_, Replay> {
        self.replay.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many events are held after `cursor`.
fn count(replay: &Replay, mut cursor: Cursor) -> u64 {
    let mut count = 0;
    while replay.next(&mut cursor).is_some() {
        count += 1;
    }
    count
}

/// An event type that is known while the program is built.
pub(crate) const fn name(name: &'static str) -> EventName<'static> {
    match EventName::new(name) {
        Ok(name) => name,
        Err(_) => panic!("an event type holds no line break"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A feed with this many events, the data of each its number.
    fn feed(events: usize) -> Feed {
        let feed = Feed::new();
        for number in 1..=events {
            feed.publish(Topic::Price, &json!(number));
        }
        feed
    }

    /// The id of the event that comes next, and its number.
    async fn next(feed: &Feed, subscription: &mut Subscription) -> (String, usize) {
        let Next::Event(event) = feed.next(subscription).await else { panic!("expected an event") };
        let event = String::from_utf8(event.to_vec()).expect("text");
        let lines: Vec<&str> = event.lines().collect();
        let [event_type, id, data, ""] = lines[..] else { panic!("expected three fields: {event}") };
        assert_eq!(event_type, "event: price");
        let id = id.strip_prefix("id: ").expect("an id").to_owned();
        (id, data.strip_prefix("data: ").and_then(|number| number.parse().ok()).expect("a number"))
    }

    #[tokio::test]
    async fn a_client_goes_on_after_the_event_it_saw() {
        let feed = feed(5);
        let mut first = feed.begin();
        let mut id = String::new();
        for number in 1..=3 {
            let event = next(&feed, &mut first).await;
            assert_eq!(event.1, number);
            id = event.0;
        }
        let (mut again, resumed) = feed.resume(id.as_bytes());
        assert_eq!(resumed, Resumed { replayed: 2, position: Position::Held });
        assert_eq!(next(&feed, &mut again).await.1, 4);
        assert_eq!(next(&feed, &mut again).await.1, 5);
        feed.publish(Topic::Price, &json!(6));
        assert_eq!(next(&feed, &mut again).await.1, 6);
    }

    #[tokio::test]
    async fn what_is_no_longer_held_is_told() {
        let feed = feed(1);
        let (id, _) = next(&feed, &mut feed.begin()).await;
        for number in 2..=HELD + 7 {
            feed.publish(Topic::Price, &json!(number));
        }
        let (mut again, resumed) = feed.resume(id.as_bytes());
        assert_eq!(resumed, Resumed { replayed: HELD as u64, position: Position::Gone });
        assert_eq!(next(&feed, &mut again).await.1, 8);
    }

    #[test]
    fn ids_of_another_run_are_unknown() {
        let feed = feed(3);
        let (_, resumed) = feed.resume(b"17-2");
        assert_eq!(resumed, Resumed { replayed: 0, position: Position::Unknown });
    }

    #[tokio::test]
    async fn a_slow_reader_is_told_how_much_it_lost() {
        let feed = feed(1);
        let mut slow = feed.begin();
        for number in 2..=HELD + 7 {
            feed.publish(Topic::Price, &json!(number));
        }
        assert_eq!(feed.next(&mut slow).await, Next::Lagged(7));
        assert_eq!(next(&feed, &mut slow).await.1, 8);
    }
}
