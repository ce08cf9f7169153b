use super::key::AcceptValue;

/// Marks a handshake that upgrades a connection of HTTP/1.1 (RFC 6455 4).
#[derive(Clone, Copy, Debug)]
pub struct Upgrade {
    /// What answers the client's key.
    pub(super) accept_value: AcceptValue,
}

/// Marks a handshake by extended CONNECT, which turns a stream of HTTP/2 (RFC 8441) or HTTP/3 (RFC 9220) into a WebSocket.
#[derive(Clone, Copy, Debug)]
pub struct Connect {
    /// Nobody else makes one.
    pub(super) _private: (),
}
