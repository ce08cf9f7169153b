use wtx::collection::Vector;
use wtx::rng::Xorshift64;
use wtx::stream::{StreamReader, StreamWriter};
use wtx::web_socket::{Frame, OpCode, WebSocketBuffer, WebSocketOwned, WebSocketPayloadOrigin};

use super::{Peer, Role};
use crate::websocket::pipe::{Pipe, now};
use crate::websocket::sink::Sink;

pub type WtxServer = Wtx<false>;
pub type WtxClient = Wtx<true>;

pub struct Wtx<const IS_CLIENT: bool> {
    socket: WebSocketOwned<(), Xorshift64, Pipe, IS_CLIENT>,
    /// For messages in fragments.
    buffer: Vector<u8>,
}

impl<const IS_CLIENT: bool> Peer for Wtx<IS_CLIENT> {
    const NAME: &'static str = "wtx";
    type Text = String;

    fn new(_: Role, pipe: Pipe, read_len: Option<usize>) -> Self {
        let buffer = match read_len {
            Some(len) => WebSocketBuffer::with_capacity(len, 0, 0).unwrap_or_default(),
            None => WebSocketBuffer::new(),
        };
        Self { socket: WebSocketOwned::new((), false, Xorshift64::from(1), pipe, buffer), buffer: Vector::new() }
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        now(async {
            for _ in 0..count {
                let origin = WebSocketPayloadOrigin::Adaptive;
                let frame = self.socket.read_frame(&mut self.buffer, origin).await.ok()?;
                sink.borrowed(frame.payload());
            }
            Some(())
        })?
    }

    fn send(&mut self, text: &String, count: usize) -> Option<()> {
        now(async {
            for _ in 0..count {
                // It masks in place: a copy is needed to send the text again.
                let mut payload = text.clone().into_bytes();
                let mut frame = Frame::new_fin(OpCode::Text, payload.as_mut_slice());
                self.socket.write_frame(&mut frame).await.ok()?;
            }
            Some(())
        })?
    }
}

impl StreamReader for Pipe {
    async fn read(&mut self, bytes: &mut [u8]) -> wtx::Result<usize> {
        match self.read_some(bytes) {
            0 => std::future::pending().await,
            len => Ok(len),
        }
    }
}

impl StreamWriter for Pipe {
    async fn write_all(&mut self, bytes: &[u8]) -> wtx::Result<()> {
        self.write_some(bytes);
        Ok(())
    }

    async fn write_all_vectored(&mut self, bytes: &[&[u8]]) -> wtx::Result<()> {
        bytes.iter().for_each(|bytes| self.write_some(bytes));
        Ok(())
    }
}
