use wtx::collection::Vector;
use wtx::http::GenericHeader;
use wtx::rng::Xorshift64;
use wtx::web_socket::compression::{CompressionLevel, Flate2, NegotiatedFlate2, WindowBits};
use wtx::web_socket::{
    Compression, DeflateConfig, Frame, OpCode, WebSocketBuffer, WebSocketOwned, WebSocketPayloadOrigin,
};

use super::{Peer, Setting, answer};
use crate::websocket::pipe::{Pipe, now};
use crate::websocket::sink::Sink;

/// Never has context takeover.
pub struct Wtx {
    socket: WebSocketOwned<Option<NegotiatedFlate2>, Xorshift64, Pipe, false>,
    /// For messages in fragments.
    buffer: Vector<u8>,
}

/// The field of the client's request.
struct Offer(&'static str);

impl GenericHeader for Offer {
    fn name(&self) -> &[u8] {
        b"sec-websocket-extensions"
    }

    fn value(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Peer for Wtx {
    const NAME: &'static str = "wtx";
    type Text = String;

    fn new(pipe: Pipe, Setting { level, takeover, read_len }: Setting) -> Self {
        let config = DeflateConfig {
            client_max_window_bits: WindowBits::Fifteen,
            compression_level: CompressionLevel::try_from(level).unwrap_or_else(|error| panic!("wtx: {error:?}")),
            server_max_window_bits: WindowBits::Fifteen,
        };
        let offer = [Offer(answer(takeover))];
        let negotiated = Compression::<false>::negotiate(Flate2::from(config), offer.iter());
        let negotiated = negotiated.unwrap_or_else(|error| panic!("wtx: {error}"));
        assert!(negotiated.is_some());
        let buffer = match read_len {
            Some(len) => WebSocketBuffer::with_capacity(len, 0, 0).unwrap_or_default(),
            None => WebSocketBuffer::new(),
        };
        Self {
            socket: WebSocketOwned::new(negotiated, false, Xorshift64::from(1), pipe, buffer),
            buffer: Vector::new(),
        }
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

    fn send(&mut self, texts: &[String]) -> Option<()> {
        now(async {
            for text in texts {
                // It could mask in place, and asks for a payload that can be changed.
                let mut payload = text.clone().into_bytes();
                let mut frame = Frame::new_fin(OpCode::Text, payload.as_mut_slice());
                self.socket.write_frame(&mut frame).await.ok()?;
            }
            Some(())
        })?
    }
}
