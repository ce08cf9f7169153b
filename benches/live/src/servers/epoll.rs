//! One thread, one loop over what the system says is ready, by mio.

use std::io::{self, ErrorKind, Read as _, Write as _};

use many::Failure;
use mio::event::Event as Ready;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use websocket_proto::connection::TransportAction;
use websocket_proto::handshake::{Acceptance, ServerHandshake};
use websocket_proto::{Config, Connection, Event, MessageBuffer, Server};

const LISTENER: Token = Token(usize::MAX);
const READ_BUFFER: usize = 16 * 1024;

/// What becomes of the bytes that follow the opening handshake.
pub trait Protocol: Default {
    /// Takes what one read brought, and puts what it is answered with into the output. Returns whether to go on.
    fn receive(&mut self, input: &mut [u8], message: &mut MessageBuffer, output: &mut Vec<u8>)
    -> Result<bool, Failure>;
}

/// `websocket-proto`.
pub struct WebSocket(Connection<Server>);

impl Default for WebSocket {
    fn default() -> Self {
        Self(Connection::server(Config::default()))
    }
}

impl Protocol for WebSocket {
    fn receive(
        &mut self,
        mut input: &mut [u8],
        message: &mut MessageBuffer,
        output: &mut Vec<u8>,
    ) -> Result<bool, Failure> {
        while let Some(event) = self.0.receive(&mut input, message)? {
            match event {
                Event::Text(text) => self.0.send_text(text, output)?,
                Event::Binary(bytes) => self.0.send_binary(bytes, output)?,
                _ => {}
            }
        }
        self.0.poll_transmit(output);
        Ok(self.0.transport() == TransportAction::KeepOpen)
    }
}

/// Knows how long the client's messages are, and answers each with as many bytes as an echo has: the work of the kernel,
/// and of the loop.
#[derive(Default)]
pub struct Floor {
    /// How many bytes of a message have come.
    partial: usize,
}

const MASKED_MESSAGE: usize = 2 + 4 + many::client::MESSAGE_LEN;
const MASKED_CLOSE: usize = 2 + 4 + 2;
const ECHO: [u8; 2 + many::client::MESSAGE_LEN] = {
    let mut echo = [b'm'; 2 + many::client::MESSAGE_LEN];
    (echo[0], echo[1]) = (0x81, many::client::MESSAGE_LEN as u8);
    echo
};

impl Protocol for Floor {
    fn receive(&mut self, input: &mut [u8], _: &mut MessageBuffer, output: &mut Vec<u8>) -> Result<bool, Failure> {
        let len = self.partial + input.len();
        for _ in 0..len / MASKED_MESSAGE {
            output.extend_from_slice(&ECHO);
        }
        self.partial = len % MASKED_MESSAGE;
        Ok(self.partial != MASKED_CLOSE || input.len() != MASKED_CLOSE)
    }
}

/// A client, and where it stands.
struct Client<P> {
    stream: TcpStream,
    phase: Phase<P>,
    /// What the socket did not take.
    unsent: Vec<u8>,
}

enum Phase<P> {
    Handshake(Box<ServerHandshake>),
    Open(P),
}

/// What is lent to the client that is served at the moment.
struct Buffers {
    read: Box<[u8]>,
    message: MessageBuffer,
    output: Vec<u8>,
}

/// Accepts connections and serves them for ever.
pub fn serve<P: Protocol>() -> Result<(), Failure> {
    let mut listener = TcpListener::bind("127.0.0.1:0".parse()?)?;
    println!("listening on ws://{}", listener.local_addr()?);
    let mut poll = Poll::new()?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(1024);
    let mut buffers = Buffers { read: vec![0; READ_BUFFER].into(), message: MessageBuffer::new(), output: Vec::new() };
    let mut clients: Vec<Option<Client<P>>> = Vec::new();
    loop {
        poll.poll(&mut events, None)?;
        for ready in &events {
            if ready.token() == LISTENER {
                accept(&listener, &poll, &mut clients)?;
            } else {
                serve_one(ready, &mut clients, &mut buffers);
            }
        }
    }
}

fn accept<P>(listener: &TcpListener, poll: &Poll, clients: &mut Vec<Option<Client<P>>>) -> io::Result<()> {
    loop {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        stream.set_nodelay(true)?;
        poll.registry().register(&mut stream, Token(clients.len()), Interest::READABLE | Interest::WRITABLE)?;
        let phase = Phase::Handshake(Box::new(ServerHandshake::new()));
        clients.push(Some(Client { stream, phase, unsent: Vec::new() }));
    }
}

fn serve_one<P: Protocol>(ready: &Ready, clients: &mut [Option<Client<P>>], buffers: &mut Buffers) {
    let Some(place) = clients.get_mut(ready.token().0) else { return };
    let Some(client) = place else { return };
    match client.turn(buffers) {
        Ok(true) => {}
        // Its place stays empty: no run has so many clients that this would matter.
        Ok(false) => *place = None,
        Err(error) => {
            eprintln!("{error}");
            *place = None;
        }
    }
    buffers.output.clear();
}

impl<P: Protocol> Client<P> {
    /// Reads until there is no more, and answers each read. Returns whether to go on.
    fn turn(&mut self, Buffers { read, message, output }: &mut Buffers) -> Result<bool, Failure> {
        if !self.unsent.is_empty() {
            let sent = write(&mut self.stream, &self.unsent)?;
            self.unsent.drain(..sent);
        }
        // Who does not read is not read from.
        while self.unsent.is_empty() {
            let len = match self.stream.read(read) {
                Ok(0) => return Ok(false),
                Ok(len) => len,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error.into()),
            };
            let go_on = self.receive(&mut read[..len], message, output)?;
            let sent = write(&mut self.stream, output)?;
            self.unsent.extend_from_slice(&output[sent..]);
            output.clear();
            // A read that leaves room was the last.
            if !go_on || len < read.len() {
                return Ok(go_on);
            }
        }
        Ok(true)
    }

    fn receive(
        &mut self,
        input: &mut [u8],
        message: &mut MessageBuffer,
        output: &mut Vec<u8>,
    ) -> Result<bool, Failure> {
        match &mut self.phase {
            Phase::Open(protocol) => protocol.receive(input, message, output),
            Phase::Handshake(handshake) => {
                // The client sends nothing more before it has the response.
                if let Some(request) = handshake.receive(&mut &input[..])? {
                    request.accept(&Acceptance::default())?.append_to(output);
                    self.phase = Phase::Open(P::default());
                }
                Ok(true)
            }
        }
    }
}

/// Writes what the socket takes. Returns how many bytes it did.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    if bytes.is_empty() {
        return Ok(0);
    }
    match stream.write(bytes) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
        sent => sent,
    }
}
