use std::cell::Cell;

use soketto::connection::{Builder, Mode};
use soketto::{Receiver, Sender};

use super::{Peer, Role};
use crate::websocket::pipe::{Pipe, now};
use crate::websocket::sink::Sink;

pub struct Soketto {
    sender: Sender<Pipe>,
    receiver: Receiver<Pipe>,
}

thread_local! {
    /// The caller's buffer, to which soketto appends a message; connections share it.
    static MESSAGE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl Peer for Soketto {
    const NAME: &'static str = "soketto";
    type Text = String;

    fn new(role: Role, pipe: Pipe, _: Option<usize>) -> Self {
        let mode = if role == Role::Server { Mode::Server } else { Mode::Client };
        let (sender, receiver) = Builder::new(pipe, mode).finish();
        Self { sender, receiver }
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        now(async {
            let mut message = MESSAGE.take();
            for _ in 0..count {
                message.clear();
                let data = self.receiver.receive_data(&mut message).await.ok()?;
                // soketto leaves the check to its user.
                if data.is_text() && simdutf8::basic::from_utf8(&message).is_err() {
                    return None;
                }
                sink.borrowed(&message);
            }
            MESSAGE.set(message);
            Some(())
        })?
    }

    fn send(&mut self, text: &String, count: usize) -> Option<()> {
        now(async {
            for _ in 0..count {
                self.sender.send_text(text).await.ok()?;
            }
            self.sender.flush().await.ok()
        })?
    }
}
