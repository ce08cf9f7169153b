//! What only a server can send: it does not mask, so a payload need not be copied, nor encoded for each connection.

use alloc::sync::Arc;
use core::fmt;

use crate::connection::{Connection, Output, SendError};
use crate::frame::{EncodedHeader, Header, Opcode, Rsv};
use crate::role::Server;

/// A message encoded once, to be sent by any number of server connections.
///
/// Cloning shares the encoding. There is none for clients: each frame of a client needs a masking key of its own
/// (RFC 6455 5.3), so only [`Connection<Server>`] takes one.
///
/// ```
/// use websocket_proto::connection::SharedMessage;
/// use websocket_proto::{Config, Connection};
///
/// let message = SharedMessage::text("to everybody");
/// let mut output = Vec::new();
/// for _ in 0..3 {
///     let mut connection = Connection::server(Config::default());
///     let frame = connection.send_shared(&message, &mut output)?;
///     output.extend_from_slice(frame); // or hand it to a vectored write
/// }
/// assert_eq!(output, b"\x81\x0cto everybody".repeat(3));
/// # Ok::<(), websocket_proto::SendError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SharedMessage {
    pub(super) frame: Arc<[u8]>,
    /// The same message compressed by itself, if that is shorter.
    #[cfg(feature = "deflate")]
    pub(super) compressed: Option<Arc<[u8]>>,
}

impl SharedMessage {
    /// Encodes a text message.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::new(Opcode::Text, text.as_bytes())
    }

    /// Encodes a binary message.
    #[must_use]
    pub fn binary(bytes: &[u8]) -> Self {
        Self::new(Opcode::Binary, bytes)
    }

    /// The frame, as it is on the wire.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.frame
    }

    fn new(opcode: Opcode, payload: &[u8]) -> Self {
        Self {
            frame: [&header(opcode, payload.len() as u64)[..], payload].concat().into(),
            #[cfg(feature = "deflate")]
            compressed: None,
        }
    }
}

impl fmt::Debug for SharedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedMessage").field("len", &self.frame.len()).finish_non_exhaustive()
    }
}

impl Connection<Server> {
    /// Sends a message that was encoded once for many connections.
    ///
    /// Appends the replies that are due to `output`, and returns the frame, which is to be written right after it: by a
    /// vectored write, or appended to `output`. Nothing is copied here, and nothing is compressed.
    ///
    /// # Errors
    ///
    /// As for [`send_text`](Self::send_text).
    pub fn send_shared<'m>(
        &mut self,
        message: &'m SharedMessage,
        output: &mut (impl Output + ?Sized),
    ) -> Result<&'m [u8], SendError> {
        self.check_between_messages()?;
        self.check_room(message.frame.len(), output.len())?;
        self.poll_transmit(output);
        #[cfg(feature = "deflate")]
        if let Some(frame) = self.shared_compressed(message) {
            return Ok(frame);
        }
        Ok(&message.frame)
    }

    /// Starts a text message whose payload the caller writes: appends the replies that are due, and the frame's header.
    ///
    /// All bytes of `text` are to be written right after `output`, by a vectored write for instance, and nothing between.
    ///
    /// # Errors
    ///
    /// As for [`send_text`](Self::send_text).
    ///
    /// ```
    /// use websocket_proto::{Config, Connection};
    ///
    /// let mut server = Connection::server(Config::default());
    /// let mut output = Vec::new();
    /// server.send_text_header("Hello", &mut output)?;
    /// assert_eq!(output, [0x81, 5]);
    /// # Ok::<(), websocket_proto::SendError>(())
    /// ```
    pub fn send_text_header(&mut self, text: &str, output: &mut (impl Output + ?Sized)) -> Result<(), SendError> {
        self.send_header(Opcode::Text, text.len() as u64, output)
    }

    /// Starts a binary message of `len` bytes, at most 2⁶³−1, whose payload the caller writes: appends the replies that are
    /// due, and the frame's header.
    ///
    /// Exactly `len` bytes are to be written right after `output`, and nothing between.
    ///
    /// # Errors
    ///
    /// As for [`send_binary`](Self::send_binary); [`SendError::TooLong`] for more than 2⁶³−1 bytes.
    pub fn send_binary_header(&mut self, len: u64, output: &mut (impl Output + ?Sized)) -> Result<(), SendError> {
        self.send_header(Opcode::Binary, len, output)
    }

    fn send_header(
        &mut self,
        opcode: Opcode,
        payload_len: u64,
        output: &mut (impl Output + ?Sized),
    ) -> Result<(), SendError> {
        if payload_len > i64::MAX.unsigned_abs() {
            return Err(SendError::TooLong(payload_len));
        }
        self.check_between_messages()?;
        self.check_room(0, output.len())?;
        self.poll_transmit(output);
        output.append(&header(opcode, payload_len));
        Ok(())
    }
}

fn header(opcode: Opcode, payload_len: u64) -> EncodedHeader {
    Header { fin: true, rsv: Rsv::NONE, opcode, masking_key: None, payload_len }.encode()
}
