use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use stream_utf8::Piece;

/// A buffer that the caller lends to [`Connection::receive`](crate::Connection::receive).
///
/// Holds the messages that do not lie whole in the input while their event is looked at. One buffer serves any number of
/// connections (one for each thread is enough): a connection takes memory from it only while a message is under way, so
/// an idle connection owns none.
///
/// The buffer keeps its memory from message to message, up to [`KEPT`](Self::KEPT) bytes.
#[derive(Debug, Default)]
pub struct MessageBuffer {
    held: Held,
    /// Memory for the next message, of at most [`KEPT`](Self::KEPT) bytes, while a larger one is held or under way.
    kept: Vec<u8>,
    /// A character that a read has cut, in UTF-8.
    character: [u8; 4],
}

/// The memory, in the type of what it last held.
#[derive(Debug)]
enum Held {
    Bytes(Vec<u8>),
    Text(String),
}

impl MessageBuffer {
    /// How much memory is kept for the next message, in bytes; what a larger message needed is given back.
    pub const KEPT: usize = 64 * 1024;

    /// An empty buffer; nothing is allocated before it is needed.
    #[must_use]
    pub const fn new() -> Self {
        Self { held: Held::Bytes(Vec::new()), kept: Vec::new(), character: [0; 4] }
    }

    /// How many bytes of memory the buffer owns.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.held_capacity() + self.kept.capacity()
    }

    fn held_capacity(&self) -> usize {
        match &self.held {
            Held::Bytes(bytes) => bytes.capacity(),
            Held::Text(text) => text.capacity(),
        }
    }

    /// Gives the memory to a connection with a message under way.
    pub(crate) fn lend(&mut self) -> Vec<u8> {
        let mut bytes = match mem::take(&mut self.held) {
            Held::Bytes(bytes) => bytes,
            Held::Text(text) => text.into_bytes(),
        };
        if bytes.capacity() == 0 {
            bytes = mem::take(&mut self.kept);
        }
        bytes.clear();
        bytes
    }

    /// Takes memory that was lent and is not enough.
    pub(crate) fn keep(&mut self, memory: Vec<u8>) {
        if (self.kept.capacity()..=Self::KEPT).contains(&memory.capacity()) {
            self.kept = memory;
        }
    }

    /// Takes a complete message back, to be looked at here.
    pub(crate) fn give_back(&mut self, message: Vec<u8>) -> &[u8] {
        self.hold_message(Held::Bytes(message));
        match &self.held {
            Held::Bytes(bytes) => bytes,
            Held::Text(text) => text.as_bytes(),
        }
    }

    /// Takes a complete text message back, to be looked at here.
    pub(crate) fn give_back_text(&mut self, message: String) -> &str {
        self.hold_message(Held::Text(message));
        match &self.held {
            Held::Text(text) => text,
            Held::Bytes(_) => "",
        }
    }

    fn hold_message(&mut self, message: Held) {
        self.held = message;
        if self.held_capacity() <= Self::KEPT {
            self.kept = Vec::new();
        }
    }

    /// What was given back last.
    #[cfg(feature = "deflate")]
    pub(crate) fn held(&self) -> &[u8] {
        match &self.held {
            Held::Bytes(bytes) => bytes,
            Held::Text(text) => text.as_bytes(),
        }
    }

    /// Copies a short payload, to be looked at here.
    pub(crate) fn copy(&mut self, payload: &[u8]) -> &[u8] {
        let mut bytes = self.lend();
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
        if self.held_capacity() > Self::KEPT {
            self.held = Held::default();
        }
    }
}

impl Default for Held {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}
