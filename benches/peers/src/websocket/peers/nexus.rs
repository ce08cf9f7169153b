use nexus_web::buf::WriteBuf;
use nexus_web::ws::{Client, FrameReader, FrameWriter, Role as Side};

use super::{Peer, Role};
use crate::websocket::pipe::Pipe;
use crate::websocket::sink::Sink;

pub struct Nexus {
    client: Client<Pipe>,
    pipe: Pipe,
    side: Side,
    /// For messages that its client panics at, because they don't fit its output buffer of 64 KiB.
    large: Option<Box<(FrameWriter, WriteBuf)>>,
}

/// What fits the client's output buffer.
const MAX_SMALL: usize = 65_000;

impl Peer for Nexus {
    const NAME: &'static str = "nexus-web";
    const STRUCT: usize = size_of::<Client<Pipe>>();
    type Text = String;

    fn new(role: Role, pipe: Pipe, read_len: Option<usize>) -> Self {
        let side = if role == Role::Server { Side::Server } else { Side::Client };
        let mut reader = FrameReader::builder().role(side);
        if let Some(len) = read_len {
            reader = reader.buffer_capacity(len);
        }
        let client = Client::from_parts(pipe.clone(), reader.build(), FrameWriter::new(side));
        Self { client, pipe, side, large: None }
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        for _ in 0..count {
            sink.borrowed(self.client.recv().ok()??.as_bytes());
        }
        Some(())
    }

    fn send(&mut self, text: &String, count: usize) -> Option<()> {
        for _ in 0..count {
            if text.len() <= MAX_SMALL {
                self.client.send_text(text).ok()?;
                continue;
            }
            let new = || Box::new((FrameWriter::new(self.side), WriteBuf::new(text.len() + 14, 14)));
            let (writer, output) = &mut **self.large.get_or_insert_with(new);
            writer.encode_text_into(text.as_bytes(), output);
            self.pipe.write_some(output.data());
        }
        Some(())
    }
}
