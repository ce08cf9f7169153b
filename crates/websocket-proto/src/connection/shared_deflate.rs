//! Messages compressed once for many connections.

use alloc::vec::Vec;

use crate::connection::{Connection, SharedMessage};
use crate::deflate::{Context, DeflateConfig, Pool, Shape, TAIL, WindowBits};
use crate::frame::{Header, Opcode, Rsv};
use crate::role::Server;

impl SharedMessage {
    /// Compresses the message, with reference to no other, beside its plain form.
    ///
    /// [`send_shared`](Connection::send_shared) then hands out the compressed form to each connection with compression whose
    /// window, as negotiated, holds the message, and to each with a window of 32 KiB; to the others the plain one. There is
    /// no compressed form if it would not be shorter, or if the message is shorter than
    /// [`min_len`](DeflateConfig::min_len).
    ///
    /// ```
    /// use websocket_proto::connection::SharedMessage;
    /// use websocket_proto::deflate::{DeflateConfig, Policy, Pool};
    /// use websocket_proto::handshake::Extensions;
    /// use websocket_proto::{Config, Connection};
    ///
    /// let (config, pool) = (DeflateConfig::default(), Pool::default());
    /// let message = SharedMessage::text(&"to everybody ".repeat(100)).compress(config, &pool);
    ///
    /// let offers = Extensions::parse("permessage-deflate").unwrap();
    /// let parameters = Policy::default().accept(offers).unwrap();
    /// let mut compressing = Connection::server(Config::default()).with_deflate(&parameters, config, &pool);
    /// let mut plain = Connection::server(Config::default());
    /// let mut output = Vec::new();
    /// assert!(compressing.send_shared(&message, &mut output)?.len() < 50);
    /// assert_eq!(plain.send_shared(&message, &mut output)?.len(), 1304);
    /// # Ok::<(), websocket_proto::SendError>(())
    /// ```
    #[must_use]
    pub fn compress(mut self, config: DeflateConfig, pool: &Pool) -> Self {
        let payload = self.payload();
        if payload.len() < config.min_len {
            return self;
        }
        let opcode = if self.frame[0] & 0x0f == Opcode::Text.bits() { Opcode::Text } else { Opcode::Binary };
        let DeflateConfig { level, memory_level, .. } = config;
        let mut compressed = Vec::new();
        let mut deflater = pool.deflater(Shape { level, memory_level, window_bits: WindowBits::MAX });
        let max_len = payload.len().saturating_add(TAIL.len());
        let is_complete = deflater.deflate(payload, Context::Forgotten, &mut compressed, max_len);
        pool.take_back_deflater(deflater);
        if let Some(stripped) = compressed.strip_suffix(&TAIL)
            && is_complete
            && stripped.len() < payload.len()
        {
            let payload_len = stripped.len() as u64;
            let header = Header { fin: true, rsv: Rsv::RSV1, opcode, masking_key: None, payload_len };
            self.compressed = Some([&header.encode()[..], stripped].concat().into());
        }
        self
    }

    /// The frame that a connection with compression sends, as it is on the wire; `None` if there is none.
    #[must_use]
    pub fn compressed_bytes(&self) -> Option<&[u8]> {
        self.compressed.as_deref()
    }

    /// What the plain frame carries.
    fn payload(&self) -> &[u8] {
        let header_len = match self.frame[1] {
            0..=125 => 2,
            126 => 4,
            _ => 10,
        };
        &self.frame[header_len..]
    }
}

impl Connection<Server> {
    /// The compressed form of `message`, if there is one and the peer's window is large enough for it.
    pub(super) fn shared_compressed<'m>(&mut self, message: &'m SharedMessage) -> Option<&'m [u8]> {
        let compression = self.compression.as_mut()?;
        let frame = message.compressed.as_deref()?;
        let window = compression.sending.max_window_bits;
        // No distance is greater than the message is long.
        if window < WindowBits::MAX && message.payload().len() > window.window_len() {
            return None;
        }
        // The peer then has something in its window that this connection's compressor has not.
        compression.forget_sent();
        Some(frame)
    }
}
