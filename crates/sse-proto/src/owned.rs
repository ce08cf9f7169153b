use alloc::borrow::ToOwned;
use alloc::string::String;
use core::time::Duration;

use crate::error::LimitError;
use crate::item::{Event, Item};

/// An [`Event`] that owns its text, to be kept or sent elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct OwnedEvent {
    /// The event's type, `message` if the stream gave none.
    pub event_type: String,
    /// The `data` lines' values, joined by LF.
    pub data: String,
    /// The last event ID string as of this event.
    pub last_event_id: String,
}

/// An [`Item`] that owns its text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OwnedItem {
    /// [`Item::Event`].
    Event(OwnedEvent),
    /// [`Item::Comment`].
    Comment(String),
    /// [`Item::Retry`].
    Retry(Duration),
    /// [`Item::Dropped`].
    Dropped(LimitError),
}

impl OwnedEvent {
    /// The same, borrowed.
    #[must_use]
    pub fn as_event(&self) -> Event<'_> {
        Event { event_type: &self.event_type, data: &self.data, last_event_id: &self.last_event_id }
    }
}

impl From<Event<'_>> for OwnedEvent {
    fn from(event: Event<'_>) -> Self {
        Self {
            event_type: event.event_type.to_owned(),
            data: event.data.to_owned(),
            last_event_id: event.last_event_id.to_owned(),
        }
    }
}

impl From<Item<'_>> for OwnedItem {
    fn from(item: Item<'_>) -> Self {
        match item {
            Item::Event(event) => Self::Event(event.into()),
            Item::Comment(text) => Self::Comment(text.to_owned()),
            Item::Retry(time) => Self::Retry(time),
            Item::Dropped(error) => Self::Dropped(error),
        }
    }
}
