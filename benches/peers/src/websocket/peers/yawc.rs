use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use yawc::{Frame, Options, Role as Side, WebSocket};

use super::{Peer, Role};
use crate::websocket::pipe::{Pipe, now};
use crate::websocket::sink::Sink;

pub struct Yawc(WebSocket<Pipe>);

impl Peer for Yawc {
    const NAME: &'static str = "yawc";
    type Text = Bytes;

    fn new(role: Role, pipe: Pipe, read_len: Option<usize>) -> Self {
        let side = if role == Role::Server { Side::Server } else { Side::Client };
        let mut options = Options::default().with_utf8().without_compression().with_limits(1 << 21, 1 << 22);
        if let Some(len) = read_len {
            options = options.with_read_buffer_capacity(len);
        }
        Self(WebSocket::from_stream(pipe, side, options).unwrap_or_else(|error| panic!("yawc: {error}")))
    }

    fn text(text: &str) -> Bytes {
        Bytes::copy_from_slice(text.as_bytes())
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        now(async {
            for _ in 0..count {
                sink.owned(self.0.next().await?.into_payload());
            }
            Some(())
        })?
    }

    fn send(&mut self, text: &Bytes, count: usize) -> Option<()> {
        now(async {
            for _ in 0..count {
                self.0.feed(Frame::text(text.clone())).await.ok()?;
            }
            self.0.flush().await.ok()
        })?
    }
}
