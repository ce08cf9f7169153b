use std::cell::RefCell;

use websocket_proto::deflate::{DeflateConfig, Level, Policy, Pool};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Config, Connection, Event, MessageBuffer, Server};

use super::{Peer, Setting, answer};
use crate::websocket::pipe::Pipe;
use crate::websocket::sink::Sink;

pub struct Ours {
    connection: Connection<Server>,
    pipe: Pipe,
}

/// What a thread needs once for all its connections.
struct Shared {
    read: Vec<u8>,
    message: MessageBuffer,
    output: Vec<u8>,
    pool: Pool,
}

thread_local! {
    static SHARED: RefCell<Shared> = RefCell::new(Shared {
        read: vec![0; 64 * 1024],
        message: MessageBuffer::new(),
        output: Vec::new(),
        pool: Pool::default(),
    });
}

impl Peer for Ours {
    const NAME: &'static str = "websocket-proto";
    type Text = String;

    fn new(pipe: Pipe, Setting { level, takeover, .. }: Setting) -> Self {
        let offers = Extensions::parse(answer(takeover)).unwrap_or_else(|| panic!("a list"));
        let parameters = Policy::default().accept(offers).unwrap_or_else(|| panic!("an offer that can be accepted"));
        let level = Level::new(level).unwrap_or_else(|| panic!("a level"));
        let config = DeflateConfig { level, ..DeflateConfig::default() };
        let connection = SHARED.with_borrow(|shared| {
            Connection::server(Config::default()).with_deflate(&parameters, config, &shared.pool)
        });
        Self { connection, pipe }
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        SHARED.with_borrow_mut(|Shared { read, message, .. }| {
            let mut received = 0;
            while received < count {
                let len = self.pipe.read_some(read);
                if len == 0 {
                    return None;
                }
                let mut input = &mut read[..len];
                while let Some(event) = self.connection.receive(&mut input, message).ok()? {
                    let Event::Text(text) = event else { return None };
                    sink.borrowed(text.as_bytes());
                    received += 1;
                }
            }
            Some(())
        })
    }

    fn send(&mut self, texts: &[String]) -> Option<()> {
        SHARED.with_borrow_mut(|Shared { output, .. }| {
            for text in texts {
                self.connection.send_text(text, output).ok()?;
            }
            self.pipe.write_some(output);
            output.clear();
            Some(())
        })
    }

    fn fall_idle(&mut self) {
        self.connection.release_idle();
    }
}
