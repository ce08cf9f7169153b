use alloc::collections::VecDeque;
use core::time::Duration;

use crate::encoder::{Encoded, ServerEvent};
use id::ReplayId;

mod id;

/// The last events of a stream, for clients that come back and for those that are there.
///
/// Each event is encoded once and shared by all. A subscriber is a [`Cursor`], eight bytes: what it has missed and what
/// is published next come out of the same call, so that nothing is lost or doubled between the two.
///
/// Events get IDs of the form `epoch-number`, the numbers rising by one. A client tells the last one it has seen in its
/// `Last-Event-ID`, and [`after`](Self::after) finds where it has to go on, or says plainly that it can't. The epoch is a
/// number that no earlier replay of the same stream has had (the time of start will do): so an ID from before a restart
/// is not mistaken for one of these.
///
/// It is bounded in number, bytes and age; only the newest event is held in any case, so that one which is too large
/// still reaches those who wait for it. `now` is the time since any moment of the caller's choice.
///
/// ```
/// use core::time::Duration;
/// use sse_proto::{Delivery, Replay, ReplayLimits, Resume, ServerEvent};
///
/// let mut replay = Replay::new(1732180000, ReplayLimits::default());
/// let now = Duration::ZERO;
/// replay.publish(ServerEvent::new("one"), now);
/// replay.publish(ServerEvent::new("two"), now);
///
/// // A client comes back with `Last-Event-ID: 1732180000-1`.
/// let Resume::Complete(mut cursor) = replay.after("1732180000-1") else { panic!("events were lost") };
/// let Some(Delivery::Event(event)) = replay.next(&mut cursor) else { panic!("nothing to deliver") };
/// assert_eq!(&**event, b"id: 1732180000-2\ndata: two\n\n");
/// assert!(replay.next(&mut cursor).is_none());
///
/// // From here on it is live.
/// replay.publish(ServerEvent::new("three"), now);
/// assert!(matches!(replay.next(&mut cursor), Some(Delivery::Event(_))));
///
/// // An ID of another run is no ID of this one.
/// assert_eq!(replay.after("1700000000-1"), Resume::Unknown);
/// ```
#[derive(Debug)]
pub struct Replay {
    epoch: u64,
    limits: ReplayLimits,
    /// The events numbered `newest - events.len() + 1` to `newest`.
    events: VecDeque<Published>,
    /// The number of the newest event; 0 before the first.
    newest: u64,
    /// What the events take, in bytes.
    bytes: usize,
}

/// How much a [`Replay`] holds. The newest event is held in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayLimits {
    /// How many events. Default: 1024.
    pub events: usize,
    /// How many bytes of encoded events. Default: 1 MiB.
    pub bytes: usize,
    /// For how long. Default: 10 minutes.
    pub age: Duration,
}

impl Default for ReplayLimits {
    fn default() -> Self {
        Self { events: 1024, bytes: 1 << 20, age: Duration::from_secs(600) }
    }
}

#[derive(Debug)]
struct Published {
    encoded: Encoded,
    at: Duration,
}

/// Where a subscriber stands in a [`Replay`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The number of the event that was delivered last.
    delivered: u64,
}

/// What a [`Replay`] has for a subscriber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery<'r> {
    /// The next event, encoded.
    Event(&'r Encoded),
    /// So many events, which came next, are no longer held: the subscriber was too slow. The next delivery is the oldest
    /// event that is.
    Lagged(u64),
}

/// Whether a client can go on where it has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Resume {
    /// All events after its last one are held.
    Complete(Cursor),
    /// Its last event is one of this replay, but some after it are no longer held.
    Gap {
        /// Starts with the oldest event that is held.
        cursor: Cursor,
        /// How many events are lost.
        missed: u64,
    },
    /// The ID is none of this replay: of another epoch, of an event that was not published, or of another form. What
    /// the client has seen can't be told.
    Unknown,
}

impl Replay {
    /// A replay without events. `epoch` has to differ from those of earlier replays of this stream.
    #[must_use]
    pub fn new(epoch: u64, limits: ReplayLimits) -> Self {
        Self { epoch, limits, events: VecDeque::new(), newest: 0, bytes: 0 }
    }

    /// Encodes an event, with the next ID in the place of its own, and holds it for all subscribers.
    ///
    /// Allocates the event's encoding once, however many subscribers there are. Drops what is beyond the limits.
    pub fn publish(&mut self, event: ServerEvent<'_>, now: Duration) -> &Encoded {
        self.newest += 1;
        let id = ReplayId { epoch: self.epoch, number: self.newest }.to_text();
        let encoded = event.id(id.as_event_id()).to_shared();
        self.bytes += encoded.len();
        self.events.push_back(Published { encoded, at: now });
        self.drop_beyond_limits(now);
        &self.events[self.events.len() - 1].encoded
    }

    /// The next delivery to a subscriber, whose cursor moves on; `None` if it has had everything.
    pub fn next(&self, cursor: &mut Cursor) -> Option<Delivery<'_>> {
        let missed = self.oldest().saturating_sub(cursor.delivered + 1);
        if missed > 0 {
            cursor.delivered += missed;
            return Some(Delivery::Lagged(missed));
        }
        let index = usize::try_from(cursor.delivered + 1 - self.oldest()).ok()?;
        let published = self.events.get(index)?;
        cursor.delivered += 1;
        Some(Delivery::Event(&published.encoded))
    }

    /// A subscriber that wants only what is published from now on.
    #[must_use]
    pub fn live(&self) -> Cursor {
        Cursor { delivered: self.newest }
    }

    /// A subscriber that wants all that is held first.
    #[must_use]
    pub fn from_oldest(&self) -> Cursor {
        Cursor { delivered: self.oldest() - 1 }
    }

    /// A subscriber that has seen the event with this ID: the value of a `Last-Event-ID` header field.
    ///
    /// A client without one, or with an empty one, is new; whether to begin with [`live`](Self::live) or
    /// [`from_oldest`](Self::from_oldest) is the application's to decide. The same goes for [`Resume::Gap`] and
    /// [`Resume::Unknown`]: a good answer is often an event that tells the page to load its data anew.
    pub fn after(&self, last_event_id: impl AsRef<[u8]>) -> Resume {
        match ReplayId::parse(last_event_id.as_ref()) {
            Some(ReplayId { epoch, number }) if epoch == self.epoch && number <= self.newest => {
                let missed = self.oldest().saturating_sub(number + 1);
                match missed {
                    0 => Resume::Complete(Cursor { delivered: number }),
                    _ => Resume::Gap { cursor: self.from_oldest(), missed },
                }
            }
            _ => Resume::Unknown,
        }
    }

    /// A block that makes where `cursor` stands the client's last event ID, without an event.
    ///
    /// Sent first to a new subscriber, it lets one that loses its connection before its first event come back without
    /// loss.
    ///
    /// ```
    /// use core::time::Duration;
    /// use sse_proto::{Replay, ReplayLimits, Resume, ServerEvent};
    ///
    /// let mut replay = Replay::new(7, ReplayLimits::default());
    /// let cursor = replay.live();
    /// assert_eq!(&*replay.mark(cursor), b"id: 7-0\n\n");
    /// replay.publish(ServerEvent::new("while it was away"), Duration::ZERO);
    /// assert_eq!(replay.after("7-0"), Resume::Complete(cursor));
    /// ```
    #[must_use]
    pub fn mark(&self, cursor: Cursor) -> Encoded {
        let id = ReplayId { epoch: self.epoch, number: cursor.delivered }.to_text();
        ServerEvent::default().id(id.as_event_id()).to_shared()
    }

    /// When the oldest event is too old: the time to call [`handle_timeout`](Self::handle_timeout), if memory is to be
    /// given back without waiting for the next event. `None` while there is nothing to drop.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        let oldest = self.events.front().filter(|_| self.events.len() > 1)?;
        Some(oldest.at.saturating_add(self.limits.age))
    }

    /// Drops the events that are too old, save for the newest.
    pub fn handle_timeout(&mut self, now: Duration) {
        self.drop_beyond_limits(now);
    }

    /// How many events are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether no event is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// How many bytes the encodings of the events that are held take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of the oldest event that is held, or that will be.
    fn oldest(&self) -> u64 {
        self.newest + 1 - self.events.len() as u64
    }

    fn drop_beyond_limits(&mut self, now: Duration) {
        while self.events.len() > 1 && self.is_beyond_limits(now) {
            if let Some(dropped) = self.events.pop_front() {
                self.bytes -= dropped.encoded.len();
            }
        }
    }

    fn is_beyond_limits(&self, now: Duration) -> bool {
        let is_too_old = |oldest: &Published| now.saturating_sub(oldest.at) >= self.limits.age;
        self.events.len() > self.limits.events
            || self.bytes > self.limits.bytes
            || self.events.front().is_some_and(is_too_old)
    }
}
