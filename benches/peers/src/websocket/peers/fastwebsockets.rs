use fastwebsockets::{FragmentCollector, Frame, Payload, Role as Side, WebSocket};

use super::{Peer, Role};
use crate::websocket::pipe::{Pipe, now};
use crate::websocket::sink::Sink;

pub struct FastWebSockets(FragmentCollector<Pipe>);

impl Peer for FastWebSockets {
    const NAME: &'static str = "fastwebsockets";
    type Text = String;

    fn new(role: Role, pipe: Pipe, _: Option<usize>) -> Self {
        let side = if role == Role::Server { Side::Server } else { Side::Client };
        Self(FragmentCollector::new(WebSocket::after_handshake(pipe, side)))
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        now(async {
            for _ in 0..count {
                match self.0.read_frame().await.ok()?.payload {
                    Payload::Bytes(bytes) => sink.owned(bytes.freeze()),
                    Payload::Owned(bytes) => sink.owned(bytes.into()),
                    Payload::Borrowed(bytes) => sink.borrowed(bytes),
                    Payload::BorrowedMut(bytes) => sink.borrowed(bytes),
                }
            }
            Some(())
        })?
    }

    fn send(&mut self, text: &String, count: usize) -> Option<()> {
        now(async {
            for _ in 0..count {
                let payload = Payload::Borrowed(text.as_bytes());
                write(&mut self.0, payload).await?;
            }
            Some(())
        })?
    }
}

async fn write<'f>(socket: &mut FragmentCollector<Pipe>, payload: Payload<'f>) -> Option<()> {
    socket.write_frame(Frame::text(payload)).await.ok()
}
