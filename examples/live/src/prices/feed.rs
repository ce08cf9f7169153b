//! The latest events, encoded once, for every stream that reads them and every client that comes back.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde_json::Value;
use sse_proto::{EventId, EventName, ServerEvent};
use tokio::sync::watch;

/// How many events are held for those who come back: some four minutes.
const HELD: usize = 1024;
/// How many of them a client gets that comes for the first time, so that it has something to draw.
const FIRST: u64 = 240;

/// What the events are about: their event types.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Topic {
    Price,
    Record,
}

#[derive(Debug)]
pub(crate) struct Feed {
    /// What the ids of this run of the program begin with: one from another run is no position in this ring.
    run: String,
    ring: Mutex<Ring>,
    /// The number of the newest event, for those who wait for the next.
    newest: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Ring {
    events: VecDeque<Bytes>,
    /// The number of the newest event, counted from 1.
    newest: u64,
}

/// Where a stream stands in the feed.
#[derive(Debug)]
pub(crate) struct Cursor {
    /// The number of the event that was delivered last.
    delivered: u64,
    newest: watch::Receiver<u64>,
}

/// How a stream goes on that came with a `Last-Event-ID`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Resumed {
    /// All that followed is still held: this many events.
    All(u64),
    /// The events that followed at first are gone; this many are left.
    Gap(u64),
    /// The id is none of this run's.
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
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { run: format!("{:x}", started.as_millis()), ring: Mutex::default(), newest: watch::Sender::new(0) }
    }

    /// Gives the event the next id, encodes it, and wakes the streams.
    pub(crate) fn publish(&self, topic: Topic, data: &Value) {
        let mut ring = self.ring();
        ring.newest += 1;
        let id = format!("{}-{}", self.run, ring.newest);
        let data = data.to_string();
        // The id is made of digits and a hyphen, so it is one.
        let id = EventId::new(&id).unwrap_or_default();
        let event = ServerEvent::new(&data).event_type(topic.event_type()).id(id);
        ring.events.push_back(event.to_vec().into());
        if ring.events.len() > HELD {
            ring.events.pop_front();
        }
        self.newest.send_replace(ring.newest);
    }

    /// Where a client begins that comes for the first time.
    pub(crate) fn begin(&self) -> Cursor {
        self.cursor(self.ring().first())
    }

    /// Where a client goes on that has seen the event with this id.
    pub(crate) fn resume(&self, last_event_id: &str) -> (Cursor, Resumed) {
        let number = last_event_id.strip_prefix(&self.run).and_then(|rest| rest.strip_prefix('-')?.parse::<u64>().ok());
        let ring = self.ring();
        let (delivered, resumed) = match number {
            Some(number) if number > ring.newest => (ring.first(), Resumed::Unknown),
            Some(number) if number >= ring.gone() => (number, Resumed::All(ring.newest - number)),
            Some(_) => (ring.gone(), Resumed::Gap(ring.newest - ring.gone())),
            None => (ring.first(), Resumed::Unknown),
        };
        (self.cursor(delivered), resumed)
    }

    /// Waits for the event after the cursor, which moves on.
    pub(crate) async fn next(&self, cursor: &mut Cursor) -> Next {
        loop {
            if let Some(next) = self.ring().next(&mut cursor.delivered) {
                return next;
            }
            // The sender is part of the feed, so there is one.
            let _ = cursor.newest.changed().await;
        }
    }

    fn cursor(&self, delivered: u64) -> Cursor {
        Cursor { delivered, newest: self.newest.subscribe() }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    /// The number of the event after which a new client begins.
    fn first(&self) -> u64 {
        self.newest.saturating_sub(FIRST).max(self.gone())
    }

    /// The number of the newest event that is no longer held, or 0.
    fn gone(&self) -> u64 {
        self.newest - self.events.len() as u64
    }

    /// The event after number `delivered`, which becomes the number of what is returned.
    fn next(&self, delivered: &mut u64) -> Option<Next> {
        if *delivered < self.gone() {
            let lost = self.gone() - *delivered;
            *delivered = self.gone();
            return Some(Next::Lagged(lost));
        }
        let index = usize::try_from(*delivered - self.gone()).ok()?;
        let event = self.events.get(index)?.clone();
        *delivered += 1;
        Some(Next::Event(event))
    }
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
    fn feed(events: u64) -> Feed {
        let feed = Feed::new();
        for number in 1..=events {
            feed.publish(Topic::Price, &json!(number));
        }
        feed
    }

    fn event(feed: &Feed, number: u64) -> Next {
        Next::Event(format!("event: price\nid: {}-{number}\ndata: {number}\n\n", feed.run).into())
    }

    #[tokio::test]
    async fn a_client_goes_on_after_the_event_it_saw() {
        let feed = feed(5);
        let (mut cursor, resumed) = feed.resume(&format!("{}-3", feed.run));
        assert_eq!(resumed, Resumed::All(2));
        assert_eq!(feed.next(&mut cursor).await, event(&feed, 4));
        assert_eq!(feed.next(&mut cursor).await, event(&feed, 5));
        feed.publish(Topic::Price, &json!(6));
        assert_eq!(feed.next(&mut cursor).await, event(&feed, 6));
    }

    #[tokio::test]
    async fn what_is_no_longer_held_is_a_gap() {
        let held = HELD as u64;
        let feed = feed(held + 10);
        let (mut cursor, resumed) = feed.resume(&format!("{}-9", feed.run));
        assert_eq!(resumed, Resumed::Gap(held));
        assert_eq!(feed.next(&mut cursor).await, event(&feed, 11));
        let (_, resumed) = feed.resume(&format!("{}-10", feed.run));
        assert_eq!(resumed, Resumed::All(held));
    }

    #[test]
    fn ids_of_another_run_are_unknown() {
        let feed = feed(3);
        for id in
            ["", "3", "another-3", &format!("{}-", feed.run), &format!("{}-4", feed.run), &format!("{}3", feed.run)]
        {
            assert_eq!(feed.resume(id).1, Resumed::Unknown, "{id:?}");
        }
    }

    #[tokio::test]
    async fn a_slow_reader_is_told_how_much_it_lost() {
        let feed = feed(1);
        let mut cursor = feed.begin();
        for number in 2..=HELD as u64 + 7 {
            feed.publish(Topic::Price, &json!(number));
        }
        assert_eq!(feed.next(&mut cursor).await, Next::Lagged(7));
        assert_eq!(feed.next(&mut cursor).await, event(&feed, 8));
    }
}
