//! What is under way on the receiving side.

use alloc::vec::Vec;

use stream_utf8::Decoder;

use crate::connection::assembly::Assembly;
use crate::frame::{FrameDecoder, FrameRules};
use crate::role::Role;

/// What is under way on the receiving side.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) decoder: FrameDecoder,
    /// The frame whose payload the decoder is in.
    pub(super) frame: Option<Frame>,
    /// The message that is not complete, in one or more fragments.
    pub(super) message: Option<Message>,
    /// What has arrived of a control frame that a read has cut.
    pub(super) control: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Frame {
    Control(Control),
    /// A fragment of `message`.
    Data {
        fin: bool,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Control {
    Close,
    Ping,
    Pong,
}

#[derive(Debug)]
pub(super) struct Message {
    pub(super) kind: Kind,
    /// The payload lengths of its frames so far.
    pub(super) len: u64,
    /// How many frames so far.
    pub(super) fragments: u32,
    /// How many bytes were read into its room that were not looked at yet.
    pub(super) in_room: u32,
}

/// What becomes of the message's payload.
#[derive(Debug)]
pub(super) enum Kind {
    /// It is handed out whole.
    Whole(Assembly),
    /// It is handed out in chunks; the decoder keeps a character that is cut.
    TextInChunks(Decoder),
    BinaryInChunks,
}

impl Message {
    pub(super) fn new(is_text: bool, in_chunks: bool) -> Self {
        let kind = match (is_text, in_chunks) {
            (true, false) => Kind::Whole(Assembly::text()),
            (false, false) => Kind::Whole(Assembly::binary()),
            (true, true) => Kind::TextInChunks(Decoder::new()),
            (false, true) => Kind::BinaryInChunks,
        };
        Self { kind, len: 0, fragments: 0, in_room: 0 }
    }

    /// How many bytes of heap memory are owned.
    fn capacity(&self) -> usize {
        match &self.kind {
            Kind::Whole(assembly) => assembly.capacity(),
            Kind::TextInChunks(_) | Kind::BinaryInChunks => 0,
        }
    }
}

impl Incoming {
    pub(super) const fn new<R: Role>() -> Self {
        Self {
            decoder: FrameDecoder::new(FrameRules::for_role::<R>()),
            frame: None,
            message: None,
            control: Vec::new(),
        }
    }

    /// Whether bytes were read into the message's room that were not looked at yet.
    pub(super) fn is_room_filled(&self) -> bool {
        self.message.as_ref().is_some_and(|message| message.in_room > 0)
    }

    /// How many bytes of heap memory are owned.
    pub(super) fn buffered(&self) -> usize {
        self.message.as_ref().map_or(0, Message::capacity) + self.control.capacity()
    }

    /// Gives up what is under way, and its memory.
    pub(super) fn release(&mut self) {
        self.frame = None;
        self.message = None;
        self.control = Vec::new();
    }
}
