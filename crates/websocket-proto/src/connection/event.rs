use crate::close::CloseCode;

/// What was received.
///
/// Borrows the input, if it lay there whole, or else the [`MessageBuffer`](crate::MessageBuffer).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A whole text message.
    Text(&'a str),
    /// A whole binary message.
    Binary(&'a [u8]),
    /// The next part of a text message, if [`Config::in_chunks`](crate::Config::in_chunks) is set. Whole characters.
    TextChunk {
        /// The text; it may be empty if `fin` is set.
        text: &'a str,
        /// Whether the message ends here.
        fin: bool,
    },
    /// The next part of a binary message, if [`Config::in_chunks`](crate::Config::in_chunks) is set.
    BinaryChunk {
        /// The bytes; they may be none if `fin` is set.
        bytes: &'a [u8],
        /// Whether the message ends here.
        fin: bool,
    },
    /// A Ping with its application data, at most 125 bytes. It is answered by the machine, unless
    /// [`auto_pong`](crate::Config::auto_pong) is off.
    Ping(&'a [u8]),
    /// A Pong with its application data, at most 125 bytes.
    Pong(&'a [u8]),
    /// The peer's Close, after which no event follows. It is answered by the machine.
    Close {
        /// The code, or `None` if the frame is empty (which a browser reports as 1005).
        code: Option<CloseCode>,
        /// The reason, at most 123 bytes; often empty.
        reason: &'a str,
    },
}
