//! Receiving: frames become messages and control events.

use core::mem;

use crate::close;
use crate::connection::assembly::{Announced, Assembly};
use crate::connection::chunks::Chunk;
use crate::connection::incoming::{Control, Frame, Incoming, Kind, Message};
#[cfg(feature = "deflate")]
use crate::connection::inflate::Inflated;
use crate::connection::machine::{Phase, Settings};
use crate::connection::{Connection, Event, MessageBuffer, ProtocolError};
use crate::frame::{Header, Opcode};
use crate::mask::Mask;
use crate::role::Role;

impl<R: Role> Connection<R> {
    /// The next event in `input`, the bytes that arrived, which is advanced past what was used; `None` once it is used up.
    ///
    /// Payloads are unmasked in place. A message that lies whole in `input` in one frame is handed out from there, without
    /// a copy; another is assembled in memory taken from `buffer`, or allocated: at most 16 times as much as has arrived, or
    /// 1 KiB of what is there, whatever a length field announces. Nothing needs to be kept of `input` between calls, and how
    /// the bytes are cut into reads does not change the events; [in chunks](crate::Config::in_chunks) it changes how a
    /// message is cut, but not what its chunks add up to.
    ///
    /// Text is checked as it arrives: an error does not wait for the message, nor for the frame, to be complete. Compressed
    /// text is checked as it is inflated: whole messages with each frame, and by 32 KiB of a longer one.
    ///
    /// After the peer's Close, what arrives is ignored (RFC 6455 5.5.1).
    ///
    /// # Errors
    ///
    /// [`ProtocolError`] once the peer breaks the protocol or a limit. The connection has then failed for good, with a
    /// Close of the right code waiting in [`poll_transmit`](Self::poll_transmit); every further call returns the error.
    #[inline]
    pub fn receive<'i: 'e, 'e>(
        &mut self,
        input: &mut &'i mut [u8],
        buffer: &'e mut MessageBuffer,
    ) -> Result<Option<Event<'e>>, ProtocolError> {
        buffer.release_excess();
        self.is_event_in_buffer = false;
        let Some((opcode, mask, payload)) = self.whole_message(input) else {
            return self.receive_in_parts(input, buffer);
        };
        if opcode != Opcode::Text {
            if let Some(mut mask) = mask {
                mask.apply(payload);
            }
            return Ok(Some(Event::Binary(payload)));
        }
        let text = match mask {
            Some(mut mask) => mask.apply_to_text(payload),
            None => stream_utf8::validate(payload),
        };
        match text {
            Ok(text) => Ok(Some(Event::Text(text))),
            Err(error) => Err(self.fail(ProtocolError::InvalidText(error))),
        }
    }

    /// Whether the event that [`receive`](Self::receive) returned last is a whole message that was put together in the
    /// [`MessageBuffer`], and does not lie in the input.
    ///
    /// One who keeps messages can then [take](MessageBuffer::take_text) it instead of copying. `false` for control frames
    /// and for the chunks of [`Config::in_chunks`](crate::Config::in_chunks), wherever they lie.
    #[must_use]
    pub const fn is_event_in_buffer(&self) -> bool {
        self.is_event_in_buffer
    }

    /// The fast path: takes an unfragmented message that lies whole in `input`, past most of the state. It is still
    /// masked.
    ///
    /// Takes nothing and returns `None` for everything else, errors in the header among it.
    #[inline]
    fn whole_message<'i>(&mut self, input: &mut &'i mut [u8]) -> Option<(Opcode, Option<Mask>, &'i mut [u8])> {
        let Incoming { decoder, frame: None, message: None, .. } = &self.incoming else { return None };
        if self.settings.in_chunks || !matches!(self.phase, Phase::Open | Phase::Closing) {
            return None;
        }
        let message = decoder.whole_masked_message(input, !R::MASKS, self.settings.max_message_len)?;
        self.timers.heard = true;
        self.timers.heard_message = true;
        Some(message)
    }

    /// Apart, so that the fast path saves no registers for it.
    #[inline(never)]
    fn receive_in_parts<'i: 'e, 'e>(
        &mut self,
        input: &mut &'i mut [u8],
        buffer: &'e mut MessageBuffer,
    ) -> Result<Option<Event<'e>>, ProtocolError> {
        let is_room_filled = self.incoming.is_room_filled();
        self.timers.heard |= !input.is_empty() || is_room_filled;
        self.timers.heard_message |= is_room_filled;
        match self.phase {
            Phase::Open | Phase::Closing => self.next_event(input, buffer).map_err(|error| self.fail(error)),
            Phase::Closed | Phase::Lost => {
                *input = &mut [];
                Ok(None)
            }
            Phase::Failed(error) => Err(error),
        }
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
            self.timers.heard_message |= matches!(frame, Frame::Data { .. }) && !input.is_empty();
            #[cfg(feature = "deflate")]
            if let (Frame::Data { fin }, true) = (frame, self.is_inflating()) {
                match self.inflate(fin, input, buffer)? {
                    Inflated::Event { fin } => {
                        return self.inflated_event(fin, buffer).map(Some);
                    }
                    Inflated::EndOfFrame => continue,
                    Inflated::EndOfInput => return Ok(None),
                }
            }
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
            match frame {
                Frame::Control(control) => {
                    let payload: &'i [u8] = self.incoming.decoder.payload(input, usize::MAX);
                    if self.incoming.decoder.end() {
                        self.incoming.frame = None;
                        return self.control_event(control, payload, buffer).map(Some);
                    }
                    self.incoming.control.extend_from_slice(payload);
                    return Ok(None);
                }
                Frame::Data { fin } => {
                    let Incoming { decoder, frame, message: Some(message), .. } = &mut self.incoming else {
                        return Ok(None);
                    };
                    let Kind::Whole(assembly) = &mut message.kind else { return Ok(None) };
                    let announced = Announced { len: message.len, is_final: fin };
                    if let in_room @ 1.. = mem::take(&mut message.in_room) {
                        let mask = decoder.pass(in_room.into());
                        assembly.fill(in_room as usize, mask).map_err(ProtocolError::InvalidText)?;
                    }
                    let payload = decoder.masked_payload(input, usize::MAX);
                    if !payload.is_last {
                        assembly.push(payload, announced, buffer).map_err(ProtocolError::InvalidText)?;
                        return Ok(None);
                    }
                    *frame = None;
                    if fin {
                        let assembly = mem::replace(assembly, Assembly::binary());
                        self.is_event_in_buffer = !assembly.is_empty();
                        let event = assembly.finish(payload, announced, buffer).map_err(ProtocolError::InvalidText)?;
                        decoder.end();
                        self.incoming.message = None;
                        return Ok(Some(event));
                    }
                    assembly.push(payload, announced, buffer).map_err(ProtocolError::InvalidText)?;
                    decoder.end();
                }
            }
        }
    }

    /// Judges a header against the message under way (RFC 6455 5.4).
    fn start_frame(&mut self, header: &Header) -> Result<Frame, ProtocolError> {
        if header.opcode.is_control() {
            self.control_budget.spend()?;
        }
        #[cfg(feature = "deflate")]
        let max_message_len = self.payload_limit(header)?;
        #[cfg(not(feature = "deflate"))]
        let max_message_len = self.settings.max_message_len;
        let message = match (header.opcode, &mut self.incoming.message) {
            (Opcode::Close, _) => return Ok(Frame::Control(Control::Close)),
            (Opcode::Ping, _) => return Ok(Frame::Control(Control::Ping)),
            (Opcode::Pong, _) => return Ok(Frame::Control(Control::Pong)),
            (Opcode::Continuation, Some(message)) => message,
            (Opcode::Continuation, None) => return Err(ProtocolError::UnexpectedContinuation),
            (opcode, Some(_)) => return Err(ProtocolError::ExpectedContinuation(opcode)),
            (opcode, none) => none.insert(Message::new(opcode == Opcode::Text, self.settings.in_chunks)),
        };
        self.timers.heard_message = true;
        message.len = message.len.saturating_add(header.payload_len);
        message.fragments = message.fragments.saturating_add(1);
        let Settings { max_fragments, .. } = self.settings;
        if message.len > max_message_len {
            return Err(ProtocolError::MessageTooBig { len: message.len, limit: max_message_len });
        }
        if message.fragments > max_fragments {
            return Err(ProtocolError::TooManyFragments { fragments: message.fragments, limit: max_fragments });
        }
        Ok(Frame::Data { fin: header.fin })
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
                self.release_received();
                Event::Close { code, reason: reason.unwrap_or_default() }
            }
        })
    }

    /// Fails the connection (RFC 6455 7.1.7), with a Close unless one was sent before.
    #[cold]
    fn fail(&mut self, error: ProtocolError) -> ProtocolError {
        if matches!(self.phase, Phase::Open) {
            self.replies.close = Some(Some(error.close_code()));
        }
        self.phase = Phase::Failed(error);
        self.release_received();
        error
    }
}
