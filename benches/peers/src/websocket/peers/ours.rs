use std::cell::RefCell;

use websocket_proto::{Client, Config, Connection, Event, MessageBuffer, Role as OurRole, Server};

use super::{Peer, Role};
use crate::websocket::pipe::{Pipe, read_buffer};
use crate::websocket::sink::Sink;

pub type OurServer = Ours<Server>;
pub type OurClient = Ours<Client<fn() -> [u8; 4]>>;

pub struct Ours<R> {
    connection: Connection<R>,
    pipe: Pipe,
}

/// What a thread needs once for all its connections.
struct Buffers {
    read: Vec<u8>,
    message: MessageBuffer,
    output: Vec<u8>,
}

/// From how many bytes on the rest of a payload is read to where it belongs.
const MIN_ROOM: usize = 1024;
/// Twice the largest message.
const MAX_KEPT: usize = 2 << 20;

thread_local! {
    static BUFFERS: RefCell<Buffers> =
        RefCell::new(Buffers { read: read_buffer(), message: MessageBuffer::with_max_kept(MAX_KEPT), output: Vec::new() });
    static KEY: std::cell::Cell<u32> = const { std::cell::Cell::new(1) };
}

/// Masking keys that cost next to nothing, and that an attacker could guess.
pub fn cheap_key() -> [u8; 4] {
    let key = KEY.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    KEY.set(key);
    key.to_be_bytes()
}

/// From how many bytes on a server writes the payload from where it lies, after the frame's header.
const VECTORED: usize = 4096;

trait Start: OurRole + Sized {
    fn start() -> Connection<Self>;

    /// Appends the message to `output`, or sends it and all of `output`.
    fn send(connection: &mut Connection<Self>, text: &str, output: &mut Vec<u8>, _: &Pipe) -> Option<()> {
        connection.send_text(text, output).ok()
    }
}

impl Start for Server {
    fn start() -> Connection<Self> {
        Connection::server(Config::default())
    }

    fn send(connection: &mut Connection<Self>, text: &str, output: &mut Vec<u8>, pipe: &Pipe) -> Option<()> {
        if text.len() < VECTORED {
            return connection.send_text(text, output).ok();
        }
        connection.send_text_header(text, output).ok()?;
        pipe.write_some(output);
        pipe.write_some(text.as_bytes());
        output.clear();
        Some(())
    }
}

impl Start for Client<fn() -> [u8; 4]> {
    fn start() -> Connection<Self> {
        Connection::client(Config::default(), cheap_key)
    }
}

impl<R: Start> Peer for Ours<R> {
    const NAME: &'static str = "websocket-proto";
    type Text = String;

    fn new(_: Role, pipe: Pipe, _: Option<usize>) -> Self {
        Self { connection: R::start(), pipe }
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()> {
        BUFFERS.with_borrow_mut(|Buffers { read, message, .. }| {
            let mut received = 0;
            while received < count {
                let mut room = self.connection.payload_room().at_least(MIN_ROOM);
                let len = self.pipe.read_vectored(room.as_mut_slice(), read);
                if len == 0 {
                    return None;
                }
                let mut input = &mut read[..room.filled(len)];
                while let Some(event) = self.connection.receive(&mut input, message).ok()? {
                    match event {
                        Event::Text(_) if sink.keeps() && self.connection.is_event_in_buffer() => {
                            sink.owned(message.take_text()?.into());
                        }
                        Event::Binary(_) if sink.keeps() && self.connection.is_event_in_buffer() => {
                            sink.owned(message.take_binary()?.into());
                        }
                        Event::Text(text) => sink.borrowed(text.as_bytes()),
                        Event::Binary(bytes) => sink.borrowed(bytes),
                        _ => continue,
                    }
                    received += 1;
                }
            }
            Some(())
        })
    }

    fn send(&mut self, text: &String, count: usize) -> Option<()> {
        BUFFERS.with_borrow_mut(|Buffers { output, .. }| {
            for _ in 0..count {
                R::send(&mut self.connection, text, output, &self.pipe)?;
            }
            self.pipe.write_some(output);
            output.clear();
            Some(())
        })
    }
}
