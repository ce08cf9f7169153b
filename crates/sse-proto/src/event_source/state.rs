use core::time::Duration;

use super::{Closed, Request};

/// The `readyState` of an [`EventSource`](crate::EventSource), with the standard's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadyState {
    /// The connection is not established, or was lost and will be again.
    Connecting = 0,
    /// Events come.
    Open = 1,
    /// No connection, and none to come.
    Closed = 2,
}

/// What an [`EventSource`](crate::EventSource) needs done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// Make this request.
    Connect(Request<'a>),
    /// Read the response's body.
    Read,
    /// Wait for the timeout; there is no connection.
    Wait,
    /// It is over: drop the connection if there is one.
    Closed(&'a Closed),
}

#[derive(Debug)]
pub(super) enum State {
    /// A response is awaited.
    Connecting,
    Open {
        since: Duration,
        /// When the last byte came, or the response.
        heard: Duration,
    },
    Waiting {
        until: Duration,
    },
    Closed(Closed),
}
