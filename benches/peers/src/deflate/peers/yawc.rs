use bytes::Bytes;
use futures::{SinkExt as _, StreamExt as _};
use yawc::{CompressionLevel, Frame, Options, Role, WebSocket};

use super::{MAX_LEN, Peer, Setting, answer};
use crate::websocket::pipe::{Pipe, now};
use crate::websocket::sink::Sink;

pub struct Yawc(WebSocket<Pipe>);

impl Peer for Yawc {
    const NAME: &'static str = "yawc";
    type Text = Bytes;

    fn new(pipe: Pipe, Setting { level, takeover, read_len }: Setting) -> Self {
        let mut options = Options::default()
            .with_utf8()
            .with_compression_level(CompressionLevel::new(level.into()))
            .with_limits(MAX_LEN, 2 * MAX_LEN);
        if let Some(len) = read_len {
            options = options.with_read_buffer_capacity(len);
        }
        let socket = WebSocket::from_stream_with_extensions(pipe, Role::Server, Some(answer(takeover)), options);
        Self(socket.unwrap_or_else(|error| panic!("yawc: {error}")))
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

    fn send(&mut self, texts: &[Bytes]) -> Option<()> {
        now(async {
            for text in texts {
                self.0.feed(Frame::text(text.clone())).await.ok()?;
            }
            self.0.flush().await.ok()
        })?
    }
}
