use std::cell::Cell;
use std::mem;

use bytes::BytesMut;
use sockudo_ws::protocol::CompressedProtocol;
use sockudo_ws::{DeflateConfig, Message};
use tokio::io::AsyncReadExt as _;

use super::{MAX_LEN, Peer, Setting};
use crate::websocket::pipe::{Pipe, now};
use crate::websocket::sink::Sink;

thread_local! {
    /// What connections share between messages.
    static INPUT: Cell<BytesMut> = Cell::new(BytesMut::new());
    static OUTPUT: Cell<BytesMut> = Cell::new(BytesMut::new());
}

pub struct Sockudo {
    protocol: CompressedProtocol,
    pipe: Pipe,
    read_len: usize,
    /// What was read of a message that is not complete.
    cut: BytesMut,
}

impl Peer for Sockudo {
    const NAME: &'static str = "sockudo-ws";
    type Text = Message;

    fn new(pipe: Pipe, Setting { level, takeover, read_len }: Setting) -> Self {
        let config = DeflateConfig {
            compression_level: level.into(),
            server_no_context_takeover: !takeover,
            client_no_context_takeover: !takeover,
            ..DeflateConfig::default()
        };
        Self {
            protocol: CompressedProtocol::server(MAX_LEN, MAX_LEN, config),
            pipe,
            read_len: read_len.unwrap_or(16 * 1024),
            cut: BytesMut::new(),
        }
    }

    fn text(text: &str) -> Message {
        Message::text(text)
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        let mut received = 0;
        let mut messages = Vec::new();
        let mut input = if self.cut.is_empty() { INPUT.take() } else { mem::take(&mut self.cut) };
        while received < count {
            input.reserve(self.read_len);
            let read = now(self.pipe.read_buf(&mut input))?.ok()?;
            if read == 0 {
                return None;
            }
            self.protocol.process_into(&mut input, &mut messages).ok()?;
            received += messages.len();
            messages.drain(..).for_each(|message| sink.owned(message.into_bytes()));
        }
        if input.is_empty() {
            INPUT.set(input);
        } else {
            self.cut = input;
        }
        Some(())
    }

    fn send(&mut self, texts: &[Message]) -> Option<()> {
        let mut output = OUTPUT.take();
        for text in texts {
            self.protocol.encode_message(text, &mut output).ok()?;
        }
        self.pipe.write_some(&output);
        output.clear();
        OUTPUT.set(output);
        Some(())
    }
}
