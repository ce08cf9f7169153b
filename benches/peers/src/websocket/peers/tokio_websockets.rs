use std::pin::Pin;
use std::task::{Context, Waker};

use futures::{Sink as _, SinkExt as _, StreamExt as _};
use tokio_websockets::{ClientBuilder, Message, ServerBuilder, WebSocketStream};

use super::{Peer, Role};
use crate::websocket::pipe::{Pipe, now};
use crate::websocket::sink::Sink;

pub struct TokioWebSockets(WebSocketStream<Pipe>);

impl Peer for TokioWebSockets {
    const NAME: &'static str = "tokio-websockets";
    type Text = Message;

    fn new(role: Role, pipe: Pipe, _: Option<usize>) -> Self {
        Self(match role {
            Role::Server => ServerBuilder::new().serve(pipe),
            Role::Client => ClientBuilder::new().take_over(pipe),
        })
    }

    fn text(text: &str) -> Message {
        Message::text(text.to_owned())
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        now(async {
            for _ in 0..count {
                sink.owned(self.0.next().await?.ok()?.into_payload().into());
            }
            Some(())
        })?
    }

    fn send(&mut self, text: &Message, count: usize) -> Option<()> {
        let context = &mut Context::from_waker(Waker::noop());
        for _ in 0..count {
            if Pin::new(&mut self.0).poll_ready(context).is_pending() {
                return None;
            }
            Pin::new(&mut self.0).start_send(text.clone()).ok()?;
        }
        now(self.0.flush())?.ok()
    }
}
