//! `tokio_util`'s `Decoder` and `Encoder` of messages, for `Framed`.

use std::io;

use bytes::{Buf, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use crate::adapters::Message;
use crate::connection::{Connection, MessageBuffer, Output, SendError};
use crate::frame::Header;
use crate::role::Role;

/// A connection as a codec: decodes and encodes [`Message`]s.
///
/// A decoder cannot write, so the machine's replies (Pong, Close) wait until something is encoded: they go before the
/// next message that is sent. Where none may follow, send [`Replies`]: after each `Ping` and `Close` that was received,
/// and after an error, which has a Close waiting. `Framed` ends its stream after an error, but still sends. In a loop:
///
/// ```text
/// while let Some(message) = framed.next().await {
///     match message {
///         Ok(Message::Text(text)) => framed.send(answer(text)).await?,
///         Ok(Message::Close { .. }) | Err(_) => { framed.send(Replies).await?; break }
///         Ok(_) => framed.send(Replies).await?,
///     }
/// }
/// ```
///
/// After that, [`Connection::transport`] says who closes the transport. What limits the output is the sink's own bound:
/// [`Config::max_output`](crate::Config::max_output) does not count here. The codec has a [`MessageBuffer`] of its own,
/// so unlike the connection itself it may keep up to [`MessageBuffer::KEPT`] bytes while it is idle; `Framed` keeps its
/// buffers besides.
///
/// ```
/// use bytes::BytesMut;
/// use tokio_util::codec::{Decoder, Encoder};
/// use websocket_proto::codec::{MessageCodec, Replies};
/// use websocket_proto::{Config, Connection, Message};
///
/// let mut codec = MessageCodec::new(Connection::server(Config::default()));
/// let mut received = BytesMut::from(&b"\x89\x82\0\0\0\0hi"[..]);
/// assert_eq!(codec.decode(&mut received)?, Some(Message::Ping("hi".into())));
///
/// let mut output = BytesMut::new();
/// codec.encode(Replies, &mut output)?;
/// assert_eq!(&output[..], b"\x8a\x02hi");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct MessageCodec<R> {
    connection: Connection<R>,
    buffer: MessageBuffer,
}

/// To be sent through a [`MessageCodec`]: the replies that the machine has waiting, which may be none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Replies;

impl<R: Role> MessageCodec<R> {
    /// A codec that drives this connection.
    #[must_use]
    pub const fn new(connection: Connection<R>) -> Self {
        Self { connection, buffer: MessageBuffer::new() }
    }

    /// The connection: its state, and what is to be done with the transport.
    #[must_use]
    pub const fn connection(&self) -> &Connection<R> {
        &self.connection
    }

    /// The connection, to tell it the time. What that makes due goes out with the next thing sent, such as [`Replies`].
    pub const fn connection_mut(&mut self) -> &mut Connection<R> {
        &mut self.connection
    }
}

impl<R: Role> Decoder for MessageCodec<R> {
    type Item = Message;
    /// A [`ProtocolError`](crate::ProtocolError) comes as [`io::ErrorKind::InvalidData`] with it inside, and an
    /// [`AbnormalClosure`](crate::connection::AbnormalClosure) as [`io::ErrorKind::UnexpectedEof`].
    type Error = io::Error;

    fn decode(&mut self, input: &mut BytesMut) -> io::Result<Option<Message>> {
        let mut rest = &mut input[..];
        let message = self.connection.receive_owned(&mut rest, &mut self.buffer);
        let rest = rest.len();
        input.advance(input.len() - rest);
        message.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    fn decode_eof(&mut self, input: &mut BytesMut) -> io::Result<Option<Message>> {
        if let Some(message) = self.decode(input)? {
            return Ok(Some(message));
        }
        let closed = self.connection.receive_eof().map(|()| None);
        closed.map_err(|error| io::Error::new(io::ErrorKind::UnexpectedEof, error))
    }
}

impl<R: Role> Encoder<Message> for MessageCodec<R> {
    /// A [`SendError`] comes as [`io::ErrorKind::InvalidInput`] with it inside; nothing is sent then.
    type Error = io::Error;

    fn encode(&mut self, message: Message, output: &mut BytesMut) -> io::Result<()> {
        self.connection.send_owned(&message, &mut Unbounded(output)).map_err(invalid_input)
    }
}

impl<R: Role> Encoder<Replies> for MessageCodec<R> {
    type Error = io::Error;

    fn encode(&mut self, _: Replies, output: &mut BytesMut) -> io::Result<()> {
        self.connection.poll_transmit(&mut Unbounded(output));
        Ok(())
    }
}

/// The sink's buffer, whose bound is the sink's to keep: it counts as empty.
struct Unbounded<'a>(&'a mut BytesMut);

impl Output for Unbounded<'_> {
    fn len(&self) -> usize {
        0
    }

    fn append(&mut self, bytes: &[u8]) {
        self.0.append(bytes);
    }

    fn append_frame(&mut self, header: Header, payload: &[u8]) {
        self.0.append_frame(header, payload);
    }
}

fn invalid_input(error: SendError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}
