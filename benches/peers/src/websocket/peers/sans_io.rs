use std::cell::RefCell;

use websocket_sans_io::{FrameInfo, Opcode, WebsocketFrameDecoder, WebsocketFrameEncoder, WebsocketFrameEvent};

use super::ours::cheap_key;
use super::{Peer, Role};
use crate::websocket::pipe::{Pipe, read_buffer};
use crate::websocket::sink::Sink;

pub type SansIoServer = SansIo;
pub type SansIoClient = SansIo;

/// Frames only: pieces of payload as they arrive, without a check of the text.
pub struct SansIo {
    decoder: WebsocketFrameDecoder,
    encoder: WebsocketFrameEncoder,
    role: Role,
    pipe: Pipe,
}

thread_local! {
    /// What connections share.
    static BUFFERS: RefCell<(Vec<u8>, Vec<u8>)> = RefCell::new((read_buffer(), Vec::new()));
}

impl Peer for SansIo {
    const NAME: &'static str = "websocket-sans-io";
    type Text = String;

    fn new(role: Role, pipe: Pipe, _: Option<usize>) -> Self {
        Self { decoder: WebsocketFrameDecoder::default(), encoder: WebsocketFrameEncoder::new(), role, pipe }
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        BUFFERS.with_borrow_mut(|(read, _)| self.receive_into(count, sink, read))
    }

    fn send(&mut self, text: &String, count: usize) -> Option<()> {
        BUFFERS.with_borrow_mut(|(_, output)| {
            for _ in 0..count {
                self.append(text, output);
            }
            self.pipe.write_some(output);
            output.clear();
        });
        Some(())
    }
}

impl SansIo {
    fn receive_into(&mut self, count: usize, sink: &mut impl Sink, read: &mut [u8]) -> Option<()> {
        let mut received = 0;
        while received < count {
            let len = self.pipe.read_some(read);
            if len == 0 {
                return None;
            }
            let mut input = &mut read[..len];
            loop {
                let Ok(result) = self.decoder.add_data(input);
                match result.event {
                    Some(WebsocketFrameEvent::PayloadChunk { .. }) => sink.borrowed(&input[..result.consumed_bytes]),
                    Some(WebsocketFrameEvent::End { .. }) => received += 1,
                    Some(WebsocketFrameEvent::Start { .. }) => {}
                    None if result.consumed_bytes == 0 => break,
                    None => {}
                }
                input = &mut input[result.consumed_bytes..];
            }
        }
        Some(())
    }

    fn append(&mut self, text: &str, output: &mut Vec<u8>) {
        let header = self.encoder.start_frame(&FrameInfo {
            opcode: Opcode::Text,
            payload_length: text.len() as u64,
            mask: (self.role == Role::Client).then(cheap_key),
            fin: true,
            reserved: 0,
        });
        output.extend_from_slice(&header);
        let start = output.len();
        output.extend_from_slice(text.as_bytes());
        self.encoder.transform_frame_payload(&mut output[start..]);
    }
}
