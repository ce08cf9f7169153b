use core::time::Duration;

use crate::error::LimitError;

/// What a [`Parser`](crate::Parser) finds in a stream.
///
/// Borrows from the chunk or from the parser; copy out what has to outlive the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item<'a> {
    /// A dispatched event (HTML 9.2.6, "dispatch the event").
    Event(Event<'a>),
    /// The text of a comment line: what follows the colon, less one leading space, as for a field's value.
    ///
    /// The standard ignores comments; as a sign of life they are worth having.
    Comment(&'a str),
    /// A valid `retry` field: the server's wish for the reconnection time, in whole milliseconds.
    ///
    /// It holds from the moment its line is read, whether or not an event follows. A number of milliseconds beyond
    /// `u64::MAX` is given as `u64::MAX` milliseconds.
    Retry(Duration),
    /// An event was dropped, because it went over a limit; only with
    /// [`OnLimit::DropEvent`](crate::OnLimit::DropEvent).
    Dropped(LimitError),
}

/// An event, with the names of the standard's `MessageEvent`.
///
/// ```
/// use sse_proto::{Event, Item, Parser};
///
/// let mut parser = Parser::new();
/// let mut input = &b"event: tick\ndata: 1\n\n"[..];
/// let item = parser.next(&mut input)?;
/// assert_eq!(item, Some(Item::Event(Event { event_type: "tick", data: "1", last_event_id: "" })));
/// # Ok::<(), sse_proto::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Event<'a> {
    /// The event's type, `message` if the stream gave none.
    pub event_type: &'a str,
    /// The `data` lines' values, joined by LF.
    pub data: &'a str,
    /// The last event ID string as of this event; an event without `id` field carries the one before it.
    pub last_event_id: &'a str,
}
