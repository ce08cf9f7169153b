//! Sending: messages and control frames into the caller's output.

use crate::close::{self, CloseCode};
use crate::connection::machine::{Outgoing, Phase};
#[cfg(feature = "deflate")]
use crate::connection::output::with_vec;
use crate::connection::{Connection, Output, SendError};
use crate::frame::{Header, MAX_CONTROL_PAYLOAD, MAX_HEADER_LEN, Opcode, Rsv};
use crate::role::Role;

impl<R: Role> Connection<R> {
    /// Appends a text message to `output`, as one frame.
    ///
    /// Replies that are due ([`poll_transmit`](Self::poll_transmit)) are put before it.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`] unless the connection is [open](crate::State::Open); [`SendError::MessageUnderWay`] inside a
    /// fragmented message; [`SendError::OutputFull`] if `output` holds too much already. Nothing has changed then.
    #[inline]
    pub fn send_text(&mut self, text: &str, output: &mut (impl Output + ?Sized)) -> Result<(), SendError> {
        self.send_message(Opcode::Text, text.as_bytes(), output)
    }

    /// Appends a binary message to `output`, as one frame.
    ///
    /// Replies that are due ([`poll_transmit`](Self::poll_transmit)) are put before it.
    ///
    /// # Errors
    ///
    /// As for [`send_text`](Self::send_text).
    #[inline]
    pub fn send_binary(&mut self, bytes: &[u8], output: &mut (impl Output + ?Sized)) -> Result<(), SendError> {
        self.send_message(Opcode::Binary, bytes, output)
    }

    /// Appends a fragment of a text message to `output`, the last if `fin` is set (RFC 6455 5.4).
    ///
    /// For messages whose length is not known, or that are too large to hold. Control frames may be sent between
    /// fragments.
    ///
    /// # Errors
    ///
    /// As for [`send_text`](Self::send_text); [`SendError::MessageUnderWay`] if the message under way is binary.
    ///
    /// ```
    /// use websocket_proto::{Config, Connection, SendError};
    ///
    /// let mut server = Connection::server(Config::default());
    /// let mut output = Vec::new();
    /// server.send_text_fragment("Hel", false, &mut output)?;
    /// assert_eq!(server.send_text("Hi", &mut output), Err(SendError::MessageUnderWay));
    /// server.send_text_fragment("lo", true, &mut output)?;
    /// assert_eq!(output, b"\x01\x03Hel\x80\x02lo");
    /// # Ok::<(), SendError>(())
    /// ```
    pub fn send_text_fragment(
        &mut self,
        text: &str,
        fin: bool,
        output: &mut (impl Output + ?Sized),
    ) -> Result<(), SendError> {
        self.send_fragment(Outgoing::Text, text.as_bytes(), fin, output)
    }

    /// Appends a fragment of a binary message to `output`, the last if `fin` is set (RFC 6455 5.4).
    ///
    /// # Errors
    ///
    /// As for [`send_binary`](Self::send_binary); [`SendError::MessageUnderWay`] if the message under way is text.
    pub fn send_binary_fragment(
        &mut self,
        bytes: &[u8],
        fin: bool,
        output: &mut (impl Output + ?Sized),
    ) -> Result<(), SendError> {
        self.send_fragment(Outgoing::Binary, bytes, fin, output)
    }

    /// Appends a Ping with up to 125 bytes of application data to `output` (RFC 6455 5.5.2).
    ///
    /// # Errors
    ///
    /// [`SendError::ControlTooLong`] for more data; [`SendError::Closed`] unless the connection is open;
    /// [`SendError::OutputFull`] if `output` holds too much already.
    pub fn send_ping(&mut self, data: &[u8], output: &mut (impl Output + ?Sized)) -> Result<(), SendError> {
        self.send_control(Opcode::Ping, data, output)
    }

    /// Appends a Pong with up to 125 bytes of application data to `output` (RFC 6455 5.5.3).
    ///
    /// Pings are answered by the machine unless [`auto_pong`](crate::Config::auto_pong) is off; this is for answering by
    /// hand and for unsolicited Pongs.
    ///
    /// # Errors
    ///
    /// [`SendError::ControlTooLong`] for more data; [`SendError::Closed`] unless the connection is open;
    /// [`SendError::OutputFull`] if `output` holds too much already.
    pub fn send_pong(&mut self, data: &[u8], output: &mut (impl Output + ?Sized)) -> Result<(), SendError> {
        self.send_control(Opcode::Pong, data, output)
    }

    /// Starts the closing handshake: appends a Close to `output` (RFC 6455 7.1.2).
    ///
    /// It is never refused for a full output. After it nothing can be sent; messages of the peer still arrive until its
    /// Close does.
    ///
    /// # Errors
    ///
    /// [`SendError::ReasonTooLong`] for a reason of more than 123 bytes; [`SendError::Closed`] unless the connection is
    /// open.
    pub fn close(
        &mut self,
        code: CloseCode,
        reason: &str,
        output: &mut (impl Output + ?Sized),
    ) -> Result<(), SendError> {
        let mut buffer = [0; MAX_CONTROL_PAYLOAD];
        let payload = close::encode(code, reason, &mut buffer).ok_or(SendError::ReasonTooLong(reason.len()))?;
        if !matches!(self.phase, Phase::Open) {
            return Err(SendError::Closed);
        }
        self.poll_transmit(output);
        self.append_frame(true, Opcode::Close, payload, output);
        self.start_closing();
        Ok(())
    }

    /// Appends the frames that the machine itself wants sent to `output`: the Pong to the latest Ping, a keep-alive Ping,
    /// and the Close that answers the peer's or reports its error.
    ///
    /// To be called after [`receive`](Self::receive) returned `None` or an error, and after
    /// [`handle_timeout`](Self::handle_timeout).
    pub fn poll_transmit(&mut self, output: &mut (impl Output + ?Sized)) {
        self.append_replies(output);
    }

    #[inline]
    pub(super) fn append_replies(&mut self, output: &mut (impl Output + ?Sized)) {
        if self.replies.are_due() {
            self.append_due_replies(output);
        }
    }

    #[cold]
    fn append_due_replies(&mut self, output: &mut (impl Output + ?Sized)) {
        if let Some(data) = self.replies.pong.take() {
            self.append_frame(true, Opcode::Pong, &data, output);
        }
        if core::mem::take(&mut self.replies.ping) {
            self.append_frame(true, Opcode::Ping, &[], output);
        }
        if let Some(code) = self.replies.close.take() {
            let code = code.map(|code| code.get().to_be_bytes());
            self.append_frame(true, Opcode::Close, code.as_ref().map_or(&[], |code| &code[..]), output);
        }
    }

    fn send_control(
        &mut self,
        opcode: Opcode,
        data: &[u8],
        output: &mut (impl Output + ?Sized),
    ) -> Result<(), SendError> {
        if data.len() > MAX_CONTROL_PAYLOAD {
            return Err(SendError::ControlTooLong(data.len()));
        }
        self.send(true, opcode, data, output)
    }

    #[inline]
    fn send_message(
        &mut self,
        opcode: Opcode,
        payload: &[u8],
        output: &mut (impl Output + ?Sized),
    ) -> Result<(), SendError> {
        if !self.is_simple(payload.len(), output.len()) {
            return self.send_message_with_care(opcode, payload, output);
        }
        self.append_frame(true, opcode, payload, output);
        Ok(())
    }

    /// Whether a message of `len` bytes can be sent at once: nothing forbids it, and nothing has to be done besides.
    #[inline(always)]
    fn is_simple(&self, len: usize, waiting: usize) -> bool {
        // All of it is nearly always true: one branch is enough.
        let is_simple = matches!(self.phase, Phase::Open)
            & self.outgoing.is_none()
            & !self.replies.are_due()
            & (waiting.saturating_add(len).saturating_add(MAX_HEADER_LEN) <= self.settings.max_output);
        #[cfg(feature = "deflate")]
        let is_simple = is_simple & self.compression.is_none();
        is_simple
    }

    #[inline(never)]
    fn send_message_with_care(
        &mut self,
        opcode: Opcode,
        payload: &[u8],
        output: &mut (impl Output + ?Sized),
    ) -> Result<(), SendError> {
        self.check_between_messages()?;
        self.check_room(payload.len(), output.len())?;
        self.append_replies(output);
        #[cfg(feature = "deflate")]
        if let Some(compression) = &mut self.compression
            && compression.is_for_message(payload)
            && with_vec(output, |output| compression.append_message(&mut self.role, opcode, payload, output))
        {
            return Ok(());
        }
        self.append_frame(true, opcode, payload, output);
        Ok(())
    }

    fn send_fragment(
        &mut self,
        kind: Outgoing,
        payload: &[u8],
        fin: bool,
        output: &mut (impl Output + ?Sized),
    ) -> Result<(), SendError> {
        let opcode = match (self.outgoing, kind) {
            (None, Outgoing::Text) => Opcode::Text,
            (None, Outgoing::Binary) => Opcode::Binary,
            (Some(under_way), kind) if under_way == kind => Opcode::Continuation,
            (Some(_), _) => return Err(SendError::MessageUnderWay),
        };
        self.check_room(payload.len(), output.len())?;
        self.append_replies(output);
        self.outgoing = (!fin).then_some(kind);
        #[cfg(feature = "deflate")]
        if let Some(compression) = &mut self.compression
            && compression.is_for_fragment(opcode, payload)
        {
            with_vec(output, |output| compression.append_fragment(&mut self.role, opcode, payload, fin, output));
            return Ok(());
        }
        self.append_frame(fin, opcode, payload, output);
        Ok(())
    }

    /// Whether a whole message may be sent now.
    pub(super) fn check_between_messages(&self) -> Result<(), SendError> {
        if self.outgoing.is_some() { Err(SendError::MessageUnderWay) } else { Ok(()) }
    }

    /// Whether `len` more bytes of payload may be sent now, while `waiting` bytes wait.
    pub(super) fn check_room(&self, len: usize, waiting: usize) -> Result<(), SendError> {
        if !matches!(self.phase, Phase::Open) {
            return Err(SendError::Closed);
        }
        let limit = self.settings.max_output;
        let len = waiting.saturating_add(len).saturating_add(MAX_HEADER_LEN);
        if len > limit && waiting > 0 {
            return Err(SendError::OutputFull { len, limit });
        }
        Ok(())
    }

    fn send(
        &mut self,
        fin: bool,
        opcode: Opcode,
        payload: &[u8],
        output: &mut (impl Output + ?Sized),
    ) -> Result<(), SendError> {
        self.check_room(payload.len(), output.len())?;
        self.append_replies(output);
        self.append_frame(fin, opcode, payload, output);
        Ok(())
    }

    #[inline(always)]
    pub(super) fn append_frame(
        &mut self,
        fin: bool,
        opcode: Opcode,
        payload: &[u8],
        output: &mut (impl Output + ?Sized),
    ) {
        let masking_key = self.role.next_masking_key();
        let header = Header { fin, rsv: Rsv::NONE, opcode, masking_key, payload_len: payload.len() as u64 };
        output.append_frame(header, payload);
    }
}
