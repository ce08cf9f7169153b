use alloc::string::String;
use core::time::Duration;

use super::EventSource;
use super::config::EventSourceConfig;
use crate::encoder::{EventId, ForbiddenCharacter};
use crate::parser::Parser;

/// All that a client must know of another to go on in its place (HTML 9.2.8, "connectionless push").
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Exported {
    /// The URL.
    pub url: String,
    /// The last event ID string.
    pub last_event_id: String,
    /// The reconnection time that was set last.
    pub reconnection_time: Duration,
}

impl EventSource {
    /// A source that goes on where another has stopped, perhaps in another process: see [`export`](Self::export).
    ///
    /// # Errors
    ///
    /// [`ForbiddenCharacter`] if the last event ID is none.
    pub fn resume(exported: Exported, config: EventSourceConfig) -> Result<Self, ForbiddenCharacter> {
        let mut source = Self::new(exported.url, config);
        source.parser = Parser::with_config(config.parser).resume_from(EventId::new(&exported.last_event_id)?);
        source.delays.set_reconnection_time(exported.reconnection_time);
        Ok(source)
    }

    /// What another source needs to go on where this one stands (HTML 9.2.8): a push proxy, the next run of a program.
    #[must_use]
    pub fn export(&self) -> Exported {
        Exported {
            url: self.url.clone(),
            last_event_id: self.last_event_id().into(),
            reconnection_time: self.delays.reconnection_time(),
        }
    }
}
