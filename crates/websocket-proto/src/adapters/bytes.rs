//! Messages that own their payload.

use alloc::string::String;

use bytes::Bytes;

use crate::close::CloseCode;
use crate::connection::{Connection, Event, MessageBuffer, Output, ProtocolError, SendError, SharedMessage};
use crate::role::Role;

/// What was received or is to be sent, with its payload: an [`Event`] that outlives the buffers it was found in.
///
/// Made from an event, it is a copy in an allocation of its own, as long as the payload: however long it is kept, no read
/// buffer and no [`MessageBuffer`](crate::MessageBuffer) is kept with it. From
/// [`receive_owned`](Connection::receive_owned) it may have up to twice as much memory as payload, and 64 bytes. A clone
/// shares the payload, and so does each `Bytes` sliced from it, which keeps all of it in memory while it lives.
///
/// ```
/// use bytes::Bytes;
/// use websocket_proto::{Event, Message};
///
/// let message = Message::from(Event::Binary(&[1, 2, 3]));
/// assert_eq!(message, Message::Binary(Bytes::from_static(&[1, 2, 3])));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Bytes),
    /// The next part of a text message, if [`Config::in_chunks`](crate::Config::in_chunks) is set; to be sent, a fragment.
    TextChunk {
        /// The text: whole characters.
        text: String,
        /// Whether the message ends here.
        fin: bool,
    },
    /// The next part of a binary message, if [`Config::in_chunks`](crate::Config::in_chunks) is set; to be sent, a fragment.
    BinaryChunk {
        /// The bytes.
        bytes: Bytes,
        /// Whether the message ends here.
        fin: bool,
    },
    /// A Ping with its application data, at most 125 bytes.
    Ping(Bytes),
    /// A Pong with its application data, at most 125 bytes.
    Pong(Bytes),
    /// A Close.
    Close {
        /// The code; `None` if the frame has none. To be sent, `None` stands for 1000.
        code: Option<CloseCode>,
        /// The reason, at most 123 bytes.
        reason: String,
    },
}

impl From<Event<'_>> for Message {
    fn from(event: Event<'_>) -> Self {
        match event {
            Event::Text(text) => Self::Text(text.into()),
            Event::Binary(bytes) => Self::Binary(Bytes::copy_from_slice(bytes)),
            Event::TextChunk { text, fin } => Self::TextChunk { text: text.into(), fin },
            Event::BinaryChunk { bytes, fin } => Self::BinaryChunk { bytes: Bytes::copy_from_slice(bytes), fin },
            Event::Ping(data) => Self::Ping(Bytes::copy_from_slice(data)),
            Event::Pong(data) => Self::Pong(Bytes::copy_from_slice(data)),
            Event::Close { code, reason } => Self::Close { code, reason: reason.into() },
        }
    }
}

impl<R: Role> Connection<R> {
    /// The next event, as [`receive`](Self::receive) gives it, with a payload that owns its memory.
    ///
    /// A message that was put together in `buffer` is taken out of it ([`MessageBuffer::take_text`]); what lies whole in
    /// `input` is copied into an allocation of its own.
    ///
    /// # Errors
    ///
    /// As for [`receive`](Self::receive).
    ///
    /// ```
    /// use websocket_proto::{Config, Connection, Message, MessageBuffer};
    ///
    /// let mut connection = Connection::server(Config::default());
    /// let mut buffer = MessageBuffer::new();
    /// let mut received = *b"\x82\x83\0\0\0\0\x01\x02\x03";
    /// let mut input = &mut received[..];
    /// let message = connection.receive_owned(&mut input, &mut buffer)?;
    /// assert_eq!(message, Some(Message::Binary(vec![1, 2, 3].into())));
    /// # Ok::<(), websocket_proto::ProtocolError>(())
    /// ```
    pub fn receive_owned(
        &mut self,
        input: &mut &mut [u8],
        buffer: &mut MessageBuffer,
    ) -> Result<Option<Message>, ProtocolError> {
        let Some(event) = self.receive(input, buffer)? else { return Ok(None) };
        Ok(match event {
            Event::Text(_) if self.is_event_in_buffer() => buffer.take_text().map(Message::Text),
            Event::Binary(_) if self.is_event_in_buffer() => {
                buffer.take_binary().map(|bytes| Message::Binary(bytes.into()))
            }
            event => Some(Message::from(event)),
        })
    }

    /// Appends a message or control frame to `output`, as [`send_text`](Self::send_text) and its like do.
    ///
    /// # Errors
    ///
    /// As for the method of the message's kind: [`send_text`](Self::send_text), [`send_binary`](Self::send_binary),
    /// [`send_text_fragment`](Self::send_text_fragment), [`send_binary_fragment`](Self::send_binary_fragment),
    /// [`send_ping`](Self::send_ping), [`send_pong`](Self::send_pong) or [`close`](Self::close).
    pub fn send_owned(&mut self, message: &Message, output: &mut (impl Output + ?Sized)) -> Result<(), SendError> {
        match message {
            Message::Text(text) => self.send_text(text, output),
            Message::Binary(bytes) => self.send_binary(bytes, output),
            Message::TextChunk { text, fin } => self.send_text_fragment(text, *fin, output),
            Message::BinaryChunk { bytes, fin } => self.send_binary_fragment(bytes, *fin, output),
            Message::Ping(data) => self.send_ping(data, output),
            Message::Pong(data) => self.send_pong(data, output),
            Message::Close { code, reason } => self.close(code.unwrap_or(CloseCode::NORMAL), reason, output),
        }
    }
}

/// Shares the frame, as it is on the wire: no byte is copied, and the frame stays in memory as long as the `Bytes`.
///
/// ```
/// use bytes::Bytes;
/// use websocket_proto::connection::SharedMessage;
///
/// let message = SharedMessage::text("to all");
/// let bytes = Bytes::from(message.clone());
/// assert_eq!(bytes.as_ptr(), message.as_bytes().as_ptr());
/// ```
impl From<SharedMessage> for Bytes {
    fn from(message: SharedMessage) -> Self {
        Self::from_owner(Frame(message))
    }
}

struct Frame(SharedMessage);

impl AsRef<[u8]> for Frame {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
