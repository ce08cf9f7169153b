//! Sending: messages and control frames into the caller's output.

use alloc::vec::Vec;

use crate::close::{self, CloseCode};
use crate::connection::machine::Phase;
use crate::connection::{Connection, SendError};
use crate::frame::{Header, MAX_CONTROL_PAYLOAD, MAX_HEADER_LEN, Opcode, Rsv};
use crate::role::Role;

impl<R: Role> Connection<R> {
    /// Appends a text message to `output`, as one frame.
    ///
    /// Replies that are due ([`poll_transmit`](Self::poll_transmit)) are put before it.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`] unless the connection is [open](crate::State::Open).
    pub fn send_text(&mut self, text: &str, output: &mut Vec<u8>) -> Result<(), SendError> {
        self.send(Opcode::Text, text.as_bytes(), output)
    }

    /// Appends a binary message to `output`, as one frame.
    ///
    /// Replies that are due ([`poll_transmit`](Self::poll_transmit)) are put before it.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`] unless the connection is [open](crate::State::Open).
    pub fn send_binary(&mut self, bytes: &[u8], output: &mut Vec<u8>) -> Result<(), SendError> {
        self.send(Opcode::Binary, bytes, output)
    }

    /// Appends a Ping with up to 125 bytes of application data to `output` (RFC 6455 5.5.2).
    ///
    /// # Errors
    ///
    /// [`SendError::ControlTooLong`] for more data; [`SendError::Closed`] unless the connection is open.
    pub fn send_ping(&mut self, data: &[u8], output: &mut Vec<u8>) -> Result<(), SendError> {
        self.send_control(Opcode::Ping, data, output)
    }

    /// Appends a Pong with up to 125 bytes of application data to `output` (RFC 6455 5.5.3).
    ///
    /// Pings are answered by the machine unless [`auto_pong`](crate::Config::auto_pong) is off; this is for answering by
    /// hand and for unsolicited Pongs.
    ///
    /// # Errors
    ///
    /// [`SendError::ControlTooLong`] for more data; [`SendError::Closed`] unless the connection is open.
    pub fn send_pong(&mut self, data: &[u8], output: &mut Vec<u8>) -> Result<(), SendError> {
        self.send_control(Opcode::Pong, data, output)
    }

    /// Starts the closing handshake: appends a Close to `output` (RFC 6455 7.1.2).
    ///
    /// After it nothing can be sent; messages of the peer still arrive until its Close does.
    ///
    /// # Errors
    ///
    /// [`SendError::ReasonTooLong`] for a reason of more than 123 bytes; [`SendError::Closed`] unless the connection is
    /// open.
    pub fn close(&mut self, code: CloseCode, reason: &str, output: &mut Vec<u8>) -> Result<(), SendError> {
        let mut buffer = [0; MAX_CONTROL_PAYLOAD];
        let payload = close::encode(code, reason, &mut buffer).ok_or(SendError::ReasonTooLong(reason.len()))?;
        self.send(Opcode::Close, payload, output)?;
        self.phase = Phase::Closing;
        self.timers.start_closing();
        Ok(())
    }

    /// Appends the frames that the machine itself wants sent to `output`: the Pong to the latest Ping, a keep-alive Ping,
    /// and the Close that answers the peer's or reports its error.
    ///
    /// To be called after [`receive`](Self::receive) returned `None` or an error, and after
    /// [`handle_timeout`](Self::handle_timeout).
    pub fn poll_transmit(&mut self, output: &mut Vec<u8>) {
        if let Some(data) = self.replies.pong.take() {
            self.append_frame(Opcode::Pong, &data, output);
        }
        if core::mem::take(&mut self.replies.ping) {
            self.append_frame(Opcode::Ping, &[], output);
        }
        if let Some(code) = self.replies.close.take() {
            let code = code.map(|code| code.get().to_be_bytes());
            self.append_frame(Opcode::Close, code.as_ref().map_or(&[], |code| &code[..]), output);
        }
    }

    fn send_control(&mut self, opcode: Opcode, data: &[u8], output: &mut Vec<u8>) -> Result<(), SendError> {
        if data.len() > MAX_CONTROL_PAYLOAD {
            return Err(SendError::ControlTooLong(data.len()));
        }
        self.send(opcode, data, output)
    }

    fn send(&mut self, opcode: Opcode, payload: &[u8], output: &mut Vec<u8>) -> Result<(), SendError> {
        if !matches!(self.phase, Phase::Open) {
            return Err(SendError::Closed);
        }
        self.poll_transmit(output);
        self.append_frame(opcode, payload, output);
        Ok(())
    }

    fn append_frame(&mut self, opcode: Opcode, payload: &[u8], output: &mut Vec<u8>) {
        let masking_key = self.role.next_masking_key();
        let header = Header { fin: true, rsv: Rsv::NONE, opcode, masking_key, payload_len: payload.len() as u64 };
        output.reserve(MAX_HEADER_LEN + payload.len());
        header.encode().append_to(output);
        let start = output.len();
        output.extend_from_slice(payload);
        if let Some(key) = masking_key {
            key.apply(&mut output[start..]);
        }
    }
}
