//! What the tests share. Nothing here waits for a time to pass: every wait is for a condition, and gives up after
//! [`PATIENCE`].

use std::time::Duration;

pub(crate) mod devtools;
pub(crate) mod http;
pub(crate) mod relay;
pub(crate) mod server;
pub(crate) mod websocket;

/// How long a test waits for something that should come at once, on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
