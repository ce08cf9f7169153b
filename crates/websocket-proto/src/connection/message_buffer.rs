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
        Self { held: Held::Bytes(Vec::new()), character: [0; 4] }
    }

    /// How many bytes of memory the buffer owns.
    #[must_use]
    pub fn capacity(&self) -> usize {
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
        bytes.clear();
        bytes
    }

    /// Gives the memory as it is to a connection with a message under way, which writes over what it holds.
    #[cfg(feature = "deflate")]
    pub(crate) fn lend_uncleared(&mut self) -> Vec<u8> {
        match mem::take(&mut self.held) {
            Held::Bytes(bytes) => bytes,
            Held::Text(text) => text.into_bytes(),
        }
    }

    /// Gives the memory to a connection with a text message under way.
    pub(crate) fn lend_text(&mut self) -> String {
        // No bytes are well-formed.
        String::from_utf8(self.lend()).unwrap_or_default()
    }

    /// Takes a complete message back, to be looked at here.
    pub(crate) fn give_back(&mut self, message: Vec<u8>) -> &[u8] {
        self.held = Held::Bytes(message);
        match &self.held {
            Held::Bytes(bytes) => bytes,
            Held::Text(text) => text.as_bytes(),
        }
    }

    /// Takes a complete text message back, to be looked at here.
    pub(crate) fn give_back_text(&mut self, message: String) -> &str {
        self.held = Held::Text(message);
        match &self.held {
            Held::Text(text) => text,
            Held::Bytes(_) => "",
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
        if self.capacity() > Self::KEPT {
            self.held = Held::default();
        }
    }
}

impl Default for Held {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}
