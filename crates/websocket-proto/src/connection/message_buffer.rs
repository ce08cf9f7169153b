use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::ops::RangeInclusive;

use stream_utf8::Piece;
#[cfg(feature = "deflate")]
use stream_utf8::{TextBuilder, Utf8Error};

/// A buffer that the caller lends to [`Connection::receive`](crate::Connection::receive).
///
/// Holds the messages that do not lie whole in the input while their event is looked at. One buffer serves any number of
/// connections (one for each thread is enough): a connection takes memory from it only while a message is under way, so
/// an idle connection owns none.
///
/// The buffer keeps its memory from message to message, up to [`KEPT`](Self::KEPT) bytes or as many as it is
/// [told](Self::with_max_kept) to, unless a message is taken out of it ([`take_text`](Self::take_text),
/// [`take_binary`](Self::take_binary)).
pub struct MessageBuffer {
    held: Held,
    /// Memory for the next message, if `held` is too large or too small for it.
    kept: Vec<u8>,
    /// How much memory may be kept, in bytes.
    max_kept: usize,
    /// Whether `held` is the message of the last event.
    holds_message: bool,
    /// A character that a read has cut, in UTF-8.
    character: [u8; 4],
}

/// The memory, in the type of what it last held.
enum Held {
    Bytes(Vec<u8>),
    Text(String),
}

impl MessageBuffer {
    /// How much memory is kept for the next message by default, in bytes; what a larger message needed is given back.
    pub const KEPT: usize = 64 * 1024;

    /// An empty buffer that keeps up to [`KEPT`](Self::KEPT) bytes; nothing is allocated before it is needed.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_max_kept(Self::KEPT)
    }

    /// An empty buffer that keeps up to `max_kept` bytes of memory for the next messages; nothing is allocated before it is
    /// needed.
    ///
    /// For one who receives large messages often: with twice their size, the memory of one serves the next, and what is read
    /// into the [room](crate::Connection::payload_room) of that is not copied. Memory for the start of a message may still be
    /// allocated. With 0, all memory is given back when its event is gone.
    ///
    /// ```
    /// use websocket_proto::{Config, Connection, Event, MessageBuffer};
    ///
    /// let mut buffer = MessageBuffer::with_max_kept(2 << 20);
    /// let mut connection = Connection::server(Config::default());
    /// let mut message = b"\x82\xFF\0\0\0\0\0\x10\0\0\0\0\0\0".to_vec();
    /// message.resize(14 + (1 << 20), 7);
    /// for read in message.chunks_mut(16 * 1024) {
    ///     let mut input = read;
    ///     connection.receive(&mut input, &mut buffer)?;
    /// }
    /// assert!(buffer.capacity() >= 1 << 20);
    /// # Ok::<(), websocket_proto::ProtocolError>(())
    /// ```
    #[must_use]
    pub const fn with_max_kept(max_kept: usize) -> Self {
        Self { held: Held::Bytes(Vec::new()), kept: Vec::new(), max_kept, holds_message: false, character: [0; 4] }
    }

    /// How many bytes of memory the buffer owns.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.held.capacity() + self.kept.capacity()
    }

    /// Takes the text of the last event out of the buffer, with its memory: no byte is copied, unless the memory is more
    /// than twice as large. Then it stays here, and a copy is made.
    ///
    /// For one who keeps messages. `None` if the event was no message, or its text is not here, which
    /// [`is_event_in_buffer`](crate::Connection::is_event_in_buffer) tells beforehand, or was taken already.
    ///
    /// ```
    /// use websocket_proto::{Config, Connection, Event, MessageBuffer};
    ///
    /// let mut connection = Connection::server(Config::default());
    /// let mut buffer = MessageBuffer::new();
    /// let mut kept: Vec<String> = Vec::new();
    ///
    /// // One text that lies whole in a read, and one that two reads cut.
    /// for mut read in [b"\x81\x82\0\0\0\0Hi\x81\x85\0\0\0\0He".to_vec(), b"llo".to_vec()] {
    ///     let mut input = &mut read[..];
    ///     while let Some(event) = connection.receive(&mut input, &mut buffer)? {
    ///         match event {
    ///             Event::Text(_) if connection.is_event_in_buffer() => kept.extend(buffer.take_text()),
    ///             Event::Text(text) => kept.push(text.to_owned()),
    ///             _ => {}
    ///         }
    ///     }
    /// }
    /// assert_eq!(kept, ["Hi", "Hello"]);
    /// assert_eq!(buffer.capacity(), 0);
    /// # Ok::<(), websocket_proto::ProtocolError>(())
    /// ```
    pub fn take_text(&mut self) -> Option<String> {
        let Held::Text(text) = &mut self.held else { return None };
        if !mem::take(&mut self.holds_message) {
            return None;
        }
        // A copy where the memory is so much larger that it had better stay here.
        Some(if has_much_room(text.capacity(), text.len()) { text.clone() } else { mem::take(text) })
    }

    /// Takes the bytes of the last event's message out of the buffer, with their memory: see [`take_text`](Self::take_text).
    pub fn take_binary(&mut self) -> Option<Vec<u8>> {
        if !mem::take(&mut self.holds_message) {
            return None;
        }
        if has_much_room(self.held.capacity(), self.held().len()) {
            return Some(self.held().to_vec());
        }
        Some(mem::take(&mut self.held).into_bytes())
    }

    /// Gives memory whose size is in `capacities`, if there is any, as it is to a connection with a message under way, which
    /// writes over what it holds.
    pub(crate) fn lend(&mut self, capacities: RangeInclusive<usize>) -> Option<Vec<u8>> {
        if capacities.contains(&self.held.capacity()) {
            Some(mem::take(&mut self.held).into_bytes())
        } else if capacities.contains(&self.kept.capacity()) {
            Some(mem::take(&mut self.kept))
        } else {
            None
        }
    }

    /// Gives memory of up to [`KEPT`](Self::KEPT) bytes, as [`lend`](Self::lend) does, or none.
    #[cfg(feature = "deflate")]
    pub(crate) fn lend_any(&mut self) -> Vec<u8> {
        self.lend(1..=Self::KEPT).unwrap_or_default()
    }

    /// Takes memory that was lent and is not enough.
    pub(crate) fn keep(&mut self, memory: Vec<u8>) {
        let larger = self.held.capacity().max(self.kept.capacity()) + 1..=self.max_kept;
        if larger.contains(&memory.capacity()) {
            self.kept = memory;
            if self.held.capacity() + self.kept.capacity() > self.max_kept {
                self.held = Held::default();
            }
        }
    }

    /// Takes bytes back, to be looked at here.
    pub(crate) fn give_back(&mut self, bytes: Vec<u8>) -> &[u8] {
        self.replace(Held::Bytes(bytes));
        self.held()
    }

    /// Takes a complete binary message back, to be looked at here, or to be taken.
    pub(crate) fn hold_binary(&mut self, message: Vec<u8>) -> &[u8] {
        self.replace(Held::Bytes(message));
        self.holds_message = true;
        self.held()
    }

    /// Takes a message back as bytes, to be looked at here, or to be taken if it is text.
    #[cfg(feature = "deflate")]
    pub(crate) fn hold_if_text(&mut self, message: Vec<u8>) -> Result<&str, Utf8Error> {
        let len = message.len();
        let mut text = TextBuilder::with_memory(message);
        text.fill(len)?;
        Ok(self.hold_text(text.finish()?))
    }

    /// Takes a complete text message back, to be looked at here, or to be taken.
    pub(crate) fn hold_text(&mut self, message: String) -> &str {
        self.replace(Held::Text(message));
        self.holds_message = true;
        match &self.held {
            Held::Text(text) => text,
            Held::Bytes(_) => "",
        }
    }

    /// Holds something else. The memory of what was held is for the next message.
    fn replace(&mut self, held: Held) {
        let before = mem::replace(&mut self.held, held);
        if (self.kept.capacity()..=self.max_kept).contains(&before.capacity()) {
            self.kept = before.into_bytes();
        }
        // What is larger goes with its event.
        if self.held.capacity() <= self.max_kept && self.held.capacity() + self.kept.capacity() > self.max_kept {
            self.kept = Vec::new();
        }
    }

    /// What was given back last.
    pub(crate) fn held(&self) -> &[u8] {
        self.held.as_bytes()
    }

    /// Copies a short payload, to be looked at here.
    pub(crate) fn copy(&mut self, payload: &[u8]) -> &[u8] {
        // Little memory: what is larger stays as far as it was written to, for messages.
        let mut bytes = self.lend(payload.len()..=1024).unwrap_or_default();
        bytes.clear();
        bytes.extend_from_slice(payload);
        self.give_back(bytes)
    }

    /// Holds a piece of text, to be looked at here if it is not a slice of the input.
    pub(crate) fn hold<'e, 'i: 'e>(&'e mut self, text: Piece<'i>) -> &'e str {
        match (text.as_borrowed(), text.chars().next()) {
            (Some(text), _) => text,
            (None, Some(character)) => character.encode_utf8(&mut self.character),
            (None, None) => "",
        }
    }

    /// Frees what a large message needed, once its event is gone.
    #[inline]
    pub(crate) fn release_excess(&mut self) {
        self.holds_message = false;
        if self.held.capacity() > self.max_kept {
            self.release_held();
        }
    }

    #[cold]
    fn release_held(&mut self) {
        self.held = Held::default();
    }
}

/// Whether memory is so much larger than the message in it that it had better stay where it is.
const fn has_much_room(capacity: usize, len: usize) -> bool {
    capacity > len.saturating_mul(2).saturating_add(64)
}

/// Without what the memory holds: messages of any connection.
impl fmt::Debug for MessageBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageBuffer")
            .field("capacity", &self.capacity())
            .field("max_kept", &self.max_kept)
            .finish_non_exhaustive()
    }
}

impl Default for MessageBuffer {
    fn default() -> Self {
        Self::new()
    }
}

impl Held {
    fn capacity(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.capacity(),
            Self::Text(text) => text.capacity(),
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Text(text) => text.as_bytes(),
        }
    }

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Text(text) => text.into_bytes(),
        }
    }
}

impl Default for Held {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}
