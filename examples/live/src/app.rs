//! What the handlers share.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use websocket_proto::deflate::Pool;

use crate::chat::Room;
use crate::figures::Figures;
use crate::prices::{Feed, Streams};

/// The longest that one write to a client may take. A client that reads no faster is dropped.
pub(crate) const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct App {
    /// The prices, with the ring of the latest for those who come back.
    pub(crate) feed: Feed,
    /// The SSE streams that are open.
    pub(crate) streams: Streams,
    pub(crate) room: Room,
    /// What compresses and inflates the chat's messages.
    pub(crate) compression: Pool,
    pub(crate) figures: Figures,
    /// Cancelled when the server is to stop.
    pub(crate) shutdown: CancellationToken,
    /// Every task that serves a client.
    pub(crate) tasks: TaskTracker,
}

impl App {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            feed: Feed::new(),
            streams: Streams::default(),
            room: Room::new(),
            compression: Pool::default(),
            figures: Figures::default(),
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
        })
    }
}
