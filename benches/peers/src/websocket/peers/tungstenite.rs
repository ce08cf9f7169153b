use tungstenite::Message;
use tungstenite::protocol::{Role as Side, WebSocket, WebSocketConfig};

use super::{Peer, Role};
use crate::websocket::pipe::Pipe;
use crate::websocket::sink::Sink;

pub struct Tungstenite(WebSocket<Pipe>);

impl Peer for Tungstenite {
    const NAME: &'static str = "tungstenite";
    type Text = Message;

    fn new(role: Role, pipe: Pipe, read_len: Option<usize>) -> Self {
        let side = if role == Role::Server { Side::Server } else { Side::Client };
        let config = read_len.map(|len| WebSocketConfig::default().read_buffer_size(len));
        Self(WebSocket::from_raw_socket(pipe, side, config))
    }

    fn text(text: &str) -> Message {
        Message::text(text)
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        for _ in 0..count {
            sink.owned(self.0.read().ok()?.into_data());
        }
        Some(())
    }

    fn send(&mut self, text: &Message, count: usize) -> Option<()> {
        for _ in 0..count {
            self.0.write(text.clone()).ok()?;
        }
        self.0.flush().ok()
    }
}
