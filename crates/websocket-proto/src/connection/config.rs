use core::time::Duration;

/// What a connection accepts and does of itself.
///
/// The defaults are safe to expose to the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// The longest message to accept, in bytes, however it is fragmented; 1 MiB by default.
    ///
    /// A longer one is refused with Close code 1009 at the header of the frame that exceeds it, before its payload is
    /// read. It limits single frames too: a frame is part of a message.
    ///
    /// Of a compressed message (RFC 7692) it limits what comes out, and the message is refused as soon as more does; its
    /// frames may be twice as long and 1 KiB, and are refused at the header beyond that.
    pub max_message_len: u64,
    /// Whether messages are handed out in chunks as they arrive, for messages too large to hold; `false` by default.
    ///
    /// Instead of [`Event::Text`](crate::Event::Text) and [`Event::Binary`](crate::Event::Binary) come
    /// [`Event::TextChunk`](crate::Event::TextChunk) and [`Event::BinaryChunk`](crate::Event::BinaryChunk), and nothing is
    /// assembled. [`max_message_len`](Self::max_message_len) still holds.
    pub in_chunks: bool,
    /// How many fragments a message may have, empty ones included; 131 072 by default.
    ///
    /// One more is refused with Close code 1009 at its header. Fragments cost no memory here, but time: an empty one is
    /// work without progress. 0 means 1, as a message has one at least.
    pub max_fragments: u32,
    /// How many control frames to accept in each [`control_interval`](Self::control_interval); 1000 by default.
    ///
    /// One more is refused with Close code 1008 at its header. Only counts if the machine is told the time
    /// ([`handle_timeout`](crate::Connection::handle_timeout)); it must then be told at least when
    /// [`next_timeout`](crate::Connection::next_timeout) says. If it is told no more often, the intervals are not
    /// exact: a peer that sends at most half of the limit in each is never refused, and one that floods is refused after one
    /// and a half times the limit at the latest.
    pub max_control_frames: u32,
    /// The interval of [`max_control_frames`](Self::max_control_frames); 10 seconds by default.
    ///
    /// One begins when the machine is first told the time, and the next when it is told so at the end of the one before, or
    /// later.
    pub control_interval: Duration,
    /// How many bytes of output may wait; 4 MiB by default.
    ///
    /// A message that would exceed it is refused with [`SendError::OutputFull`](crate::SendError::OutputFull), unless
    /// nothing waits. It should have room for all that is sent between two writes: for one who echoes, the longest message
    /// and a read. Replies of the machine are not refused; there is at most one of each kind. What is compressed counts with
    /// its length before: a message that would grow is sent as it is, but a fragment may grow a little.
    pub max_output: usize,
    /// Whether Pings are answered by the machine (RFC 6455 5.5.2); `true` by default.
    ///
    /// If several Pings arrive before [`poll_transmit`](crate::Connection::poll_transmit) is called, only the latest is
    /// answered, as 5.5.3 allows: a peer that floods gets no flood back. Call it at each
    /// [`Event::Ping`](crate::Event::Ping) to answer each.
    pub auto_pong: bool,
    /// After how long without a byte from the peer to send a keep-alive Ping; `None`, the default, sends none.
    ///
    /// Times are kept in whole milliseconds, up to 49 days. See [`handle_timeout`](crate::Connection::handle_timeout).
    pub ping_interval: Option<Duration>,
    /// How long to wait for a sign of life after a keep-alive Ping; 20 seconds by default.
    pub pong_timeout: Duration,
    /// After how long without a message from the peer, or a part of one, to close the connection, with Close code 1001;
    /// `None`, the default, never does. Pings and Pongs are not messages.
    ///
    /// Each byte of a message's payload counts, so a peer that sends slowly is not idle: nothing limits how long a whole
    /// message may take, only [`max_message_len`](Self::max_message_len) how long it may be.
    pub idle_timeout: Option<Duration>,
    /// How long the peer may take for its part of the closing handshake; 10 seconds by default.
    pub close_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_message_len: 1 << 20,
            in_chunks: false,
            max_fragments: 1 << 17,
            max_control_frames: 1000,
            control_interval: Duration::from_secs(10),
            max_output: 4 << 20,
            auto_pong: true,
            ping_interval: None,
            pong_timeout: Duration::from_secs(20),
            idle_timeout: None,
            close_timeout: Duration::from_secs(10),
        }
    }
}
