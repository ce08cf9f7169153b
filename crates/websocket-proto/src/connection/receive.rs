//! Receiving: frames become messages and control events.

use alloc::vec::Vec;
use core::mem;

use stream_utf8::{Decoder, Validator};

use crate::close;
use crate::connection::chunks::Chunk;
use crate::connection::machine::{Phase, Settings};
use crate::connection::{Connection, Event, MessageBuffer, ProtocolError};
use crate::frame::{FrameDecoder, FrameRules, Header, Opcode};
use crate::role::Role;

/// What is under way on the receiving side.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) decoder: FrameDecoder,
    /// The frame whose payload the decoder is in.
    pub(super) frame: Option<Frame>,
    /// The message that is not complete, in one or more fragments.
    pub(super) message: Option<Message>,
    /// What has arrived of the message, unless it lies whole in the input. Owns memory only while `message` is there.
    assembled: Vec<u8>,
    /// What has arrived of a control frame that a read has cut.
    control: Vec<u8>,
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

#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    pub(super) kind: Kind,
    /// The payload lengths of its frames so far.
    len: u64,
    /// How many frames so far.
    fragments: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// With the verdict on the text so far.
    Text(Validator),
    /// Text that is handed out in chunks, with the character that is cut.
    TextInChunks(Decoder),
    Binary,
}

impl Message {
    fn new(kind: Kind) -> Self {
        Self { kind, len: 0, fragments: 0 }
    }
}

impl Incoming {
    pub(super) const fn new<R: Role>() -> Self {
        Self {
            decoder: FrameDecoder::new(FrameRules::for_role::<R>()),
            frame: None,
            message: None,
            assembled: Vec::new(),
            control: Vec::new(),
        }
    }

    /// How many bytes of heap memory are owned.
    pub(super) fn buffered(&self) -> usize {
        self.assembled.capacity() + self.control.capacity()
    }

    /// Gives up what is under way, and its memory.
    pub(super) fn release(&mut self) {
        self.frame = None;
        self.message = None;
        self.assembled = Vec::new();
        self.control = Vec::new();
    }
}

impl<R: Role> Connection<R> {
    /// The next event in `input`, the bytes that arrived, which is advanced past what was used; `None` once it is used up.
    ///
    /// Payloads are unmasked in place. A message that lies whole in `input` in one frame is handed out from there, without
    /// a copy; another is assembled in memory taken from `buffer`, which grows with what arrives, never by what a length
    /// field announces. Nothing needs to be kept of `input` between calls, and how the bytes are cut into reads does not
    /// change the events.
    ///
    /// Text is checked as it arrives: an error does not wait for the message, nor for the frame, to be complete.
    ///
    /// After the peer's Close, what arrives is ignored (RFC 6455 5.5.1).
    ///
    /// # Errors
    ///
    /// [`ProtocolError`] once the peer breaks the protocol or a limit. The connection has then failed for good, with a
    /// Close of the right code waiting in [`poll_transmit`](Self::poll_transmit); every further call returns the error.
    pub fn receive<'i: 'e, 'e>(
        &mut self,
        input: &mut &'i mut [u8],
        buffer: &'e mut MessageBuffer,
    ) -> Result<Option<Event<'e>>, ProtocolError> {
        buffer.release_excess();
        self.timers.heard |= !input.is_empty();
        match self.phase {
            Phase::Open | Phase::Closing => {}
            Phase::Closed | Phase::Lost => {
                *input = &mut [];
                return Ok(None);
            }
            Phase::Failed(error) => return Err(error),
        }
        let event = match self.whole_message(input) {
            Some(event) => event.map(Some),
            None => self.next_event(input, buffer),
        };
        event.inspect_err(|&error| self.fail(error))
    }

    fn next_event<'i: 'e, 'e>(
        &mut self,
        input: &mut &'i mut [u8],
        buffer: &'e mut MessageBuffer,
    ) -> Result<Option<Event<'e>>, ProtocolError> {
        loop {
            let Some(frame) = self.incoming.frame else {
                let Some(header) = self.incoming.decoder.header(input)? else { return Ok(None) };
                self.incoming.frame = Some(self.start_frame(&header)?);
                continue;
            };
            if let (Frame::Data { fin }, true) = (frame, self.settings.in_chunks) {
                match self.incoming.chunk(fin, input)? {
                    Chunk::Text { text, fin } => {
                        let text = text.map_or("", |text| buffer.hold(text));
                        return Ok(Some(Event::TextChunk { text, fin }));
                    }
                    Chunk::Binary { bytes, fin } => return Ok(Some(Event::BinaryChunk { bytes, fin })),
                    Chunk::EndOfFrame => continue,
                    Chunk::EndOfInput => return Ok(None),
                }
            }
            let payload: &'i [u8] = self.incoming.decoder.payload(input, usize::MAX);
            let end = self.incoming.decoder.end();
            if end {
                self.incoming.frame = None;
            }
            match frame {
                Frame::Control(control) if end => return self.control_event(control, payload, buffer).map(Some),
                Frame::Control(_) => self.incoming.control.extend_from_slice(payload),
                Frame::Data { fin: true } if end => return self.message_event(payload, buffer).map(Some),
                Frame::Data { .. } => self.append_to_message(payload, buffer)?,
            }
            if !end {
                return Ok(None);
            }
        }
    }

    /// The fast path: takes an unfragmented message that lies whole in `input`, past all state.
    ///
    /// Takes nothing and returns `None` for everything else, errors in the header among it.
    #[inline]
    fn whole_message<'i>(&mut self, input: &mut &'i mut [u8]) -> Option<Result<Event<'i>, ProtocolError>> {
        if self.incoming.message.is_some() || self.incoming.frame.is_some() || self.settings.in_chunks {
            return None;
        }
        let (opcode, payload) = self.incoming.decoder.whole_message(input, self.settings.max_message_len)?;
        self.timers.heard_message = true;
        Some(if opcode == Opcode::Text {
            stream_utf8::validate(payload).map(Event::Text).map_err(ProtocolError::InvalidText)
        } else {
            Ok(Event::Binary(payload))
        })
    }

    /// Judges a header against the message under way (RFC 6455 5.4).
    fn start_frame(&mut self, header: &Header) -> Result<Frame, ProtocolError> {
        if header.opcode.is_control() {
            self.control_budget.spend()?;
        }
        let message = match (header.opcode, &mut self.incoming.message) {
            (Opcode::Close, _) => return Ok(Frame::Control(Control::Close)),
            (Opcode::Ping, _) => return Ok(Frame::Control(Control::Ping)),
            (Opcode::Pong, _) => return Ok(Frame::Control(Control::Pong)),
            (Opcode::Continuation, Some(message)) => message,
            (Opcode::Continuation, None) => return Err(ProtocolError::UnexpectedContinuation),
            (opcode, Some(_)) => return Err(ProtocolError::ExpectedContinuation(opcode)),
            (Opcode::Text, none) if self.settings.in_chunks => {
                none.insert(Message::new(Kind::TextInChunks(Decoder::new())))
            }
            (Opcode::Text, none) => none.insert(Message::new(Kind::Text(Validator::new()))),
            (Opcode::Binary, none) => none.insert(Message::new(Kind::Binary)),
        };
        self.timers.heard_message = true;
        message.len = message.len.saturating_add(header.payload_len);
        message.fragments = message.fragments.saturating_add(1);
        let Settings { max_message_len, max_fragments, .. } = self.settings;
        if message.len > max_message_len {
            return Err(ProtocolError::MessageTooBig { len: message.len, limit: max_message_len });
        }
        if message.fragments > max_fragments {
            return Err(ProtocolError::TooManyFragments { fragments: message.fragments, limit: max_fragments });
        }
        Ok(Frame::Data { fin: header.fin })
    }

    /// Keeps a piece of the message under way.
    fn append_to_message(&mut self, piece: &[u8], buffer: &mut MessageBuffer) -> Result<(), ProtocolError> {
        let Incoming { message, assembled, .. } = &mut self.incoming;
        if let Some(Message { kind: Kind::Text(validator), .. }) = message {
            validator.feed(piece).map_err(ProtocolError::InvalidText)?;
        }
        if assembled.capacity() == 0 && !piece.is_empty() {
            *assembled = buffer.lend();
        }
        assembled.extend_from_slice(piece);
        Ok(())
    }

    /// Completes the message under way with its last piece.
    fn message_event<'i: 'e, 'e>(
        &mut self,
        last: &'i [u8],
        buffer: &'e mut MessageBuffer,
    ) -> Result<Event<'e>, ProtocolError> {
        let payload: &'e [u8] = if self.incoming.assembled.is_empty() {
            last
        } else {
            self.append_to_message(last, buffer)?;
            buffer.give_back(mem::take(&mut self.incoming.assembled))
        };
        match self.incoming.message.take() {
            Some(Message { kind: Kind::Text(_), .. }) => {
                stream_utf8::validate(payload).map(Event::Text).map_err(ProtocolError::InvalidText)
            }
            _ => Ok(Event::Binary(payload)),
        }
    }

    /// Acts on a complete control frame (RFC 6455 5.5) whose payload ends with `last`.
    fn control_event<'i: 'e, 'e>(
        &mut self,
        control: Control,
        last: &'i [u8],
        buffer: &'e mut MessageBuffer,
    ) -> Result<Event<'e>, ProtocolError> {
        let payload: &'e [u8] = if self.incoming.control.is_empty() {
            last
        } else {
            let mut cut = mem::take(&mut self.incoming.control);
            cut.extend_from_slice(last);
            buffer.copy(&cut)
        };
        Ok(match control {
            Control::Ping => {
                if self.settings.auto_pong && matches!(self.phase, Phase::Open) {
                    self.replies.pong = Some(payload.to_vec());
                }
                Event::Ping(payload)
            }
            Control::Pong => Event::Pong(payload),
            Control::Close => {
                let (code, reason) = close::decode(payload)?.unzip();
                if matches!(self.phase, Phase::Open) {
                    self.replies.close = Some(code);
                }
                self.phase = Phase::Closed;
                self.timers.start_closing();
                self.incoming.release();
                Event::Close { code, reason: reason.unwrap_or_default() }
            }
        })
    }

    /// Fails the connection (RFC 6455 7.1.7), with a Close unless one was sent before.
    #[cold]
    fn fail(&mut self, error: ProtocolError) {
        if matches!(self.phase, Phase::Open) {
            self.replies.close = Some(Some(error.close_code()));
        }
        self.phase = Phase::Failed(error);
        self.incoming.release();
    }
}
