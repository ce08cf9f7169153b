use alloc::string::String;
use core::time::Duration;

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
