/// Where a connection stands in the closing handshake (RFC 6455 section 7).
///
/// ```text
///            close()                 the peer's Close
///   Open ──────────────▶ Closing ──────────────────────▶ Closed
///     │                     │
///     │  the peer's Close (answered), or the transport's end
///     ├─────────────────────┼───────────────────────────▶ Closed
///     │  a protocol error   │
///     └─────────────────────┴───────────────────────────▶ Failed
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Messages flow both ways.
    Open,
    /// A Close was sent, the peer's is awaited; its messages are still received.
    Closing,
    /// Both Closes were exchanged, or the transport ended. What arrives is ignored.
    Closed,
    /// The peer broke the protocol or a limit. What arrives is ignored; every call of `receive` returns the error.
    Failed,
}

/// What is to be done with the transport once the output is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportAction {
    /// Read on.
    KeepOpen,
    /// Close it: the connection is over, and this end is the one to close (a server always, RFC 6455 7.1.1; a client if
    /// the connection has failed, 7.1.7).
    Close,
    /// Read until the server closes it, and close it if that takes too long (RFC 6455 7.1.1).
    AwaitPeerClose,
}
