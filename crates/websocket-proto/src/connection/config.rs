/// What a connection accepts and does of itself.
///
/// The defaults are safe to expose to the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// The longest message to accept, in bytes, however it is fragmented; 1 MiB by default.
    ///
    /// A longer one is refused with Close code 1009 at the header of the frame that exceeds it, before its payload is
    /// read. It limits single frames too: a frame is part of a message.
    pub max_message_len: u64,
    /// Whether Pings are answered by the machine (RFC 6455 5.5.2); `true` by default.
    ///
    /// If several Pings arrive before [`poll_transmit`](crate::Connection::poll_transmit) is called, only the latest is
    /// answered, as 5.5.3 allows.
    pub auto_pong: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self { max_message_len: 1 << 20, auto_pong: true }
    }
}
