//! Idle server connections as protocol state alone, in this process: no sockets, no tasks.

use std::io::{self, Read, Write};

use many::Failure;
use many::process::resident_bytes;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, WebSocket};
use websocket_proto::mask::MaskingKey;
use websocket_proto::{Config, Connection, Event, MessageBuffer, Server};

const TEXT: &str = match str::from_utf8(&[b'm'; many::client::MESSAGE_LEN]) {
    Ok(text) => text,
    Err(_) => "",
};
const KIB: usize = 1024;

/// Prints what each connection adds to the resident memory, after an echo. Of tungstenite's there are a thousandth.
pub fn compare(connections: usize) -> Result<(), Failure> {
    let fewer = (connections / 1000).max(1);
    let small = WebSocketConfig::default().read_buffer_size(4 * KIB).write_buffer_size(4 * KIB);
    println!("| idle server connections, as protocol state | connections | resident bytes each | in all, MB |");
    println!("|---|---|---|---|");
    // All stay until the last are measured, as memory that is given back would be taken again unseen.
    let ours = print_row("websocket-proto", connections, ours)?;
    let default = print_row("tungstenite, default", fewer, || tungstenite(None))?;
    let small = print_row("tungstenite, 4 KiB buffers", fewer, || tungstenite(Some(small)))?;
    drop((ours, default, small));
    Ok(())
}

/// Makes as many connections, and returns them.
fn print_row<C>(name: &str, count: usize, mut idle: impl FnMut() -> Result<C, Failure>) -> Result<Vec<C>, Failure> {
    // What the first connection brings about is no other connection's cost.
    let first = idle()?;
    let mut connections = Vec::with_capacity(count + 1);
    let before = resident_bytes(std::process::id())?;
    for _ in 0..count {
        connections.push(idle()?);
    }
    let grown = resident_bytes(std::process::id())?.saturating_sub(before);
    println!("| {name} | {count} | {} | {:.1} |", grown / count as u64, grown as f64 / 1e6);
    connections.push(first);
    Ok(connections)
}

/// A masked text message.
fn message() -> Vec<u8> {
    let key = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![0x81, 0x80 | TEXT.len() as u8];
    frame.extend_from_slice(&key);
    let header = frame.len();
    frame.extend_from_slice(TEXT.as_bytes());
    MaskingKey(key).mask().apply(&mut frame[header..]);
    frame
}

fn ours() -> Result<Connection<Server>, Failure> {
    let (mut received, mut message_buffer, mut output) = (message(), MessageBuffer::new(), Vec::new());
    let mut connection = Connection::server(Config::default());
    let mut input = &mut received[..];
    while let Some(event) = connection.receive(&mut input, &mut message_buffer)? {
        let Event::Text(text) = event else { return Err("not the message".into()) };
        connection.send_text(text, &mut output)?;
    }
    if output[2..] != *TEXT.as_bytes() {
        return Err("websocket-proto echoes something else".into());
    }
    Ok(connection)
}

/// A transport on which bytes have come, and which keeps how many were written.
struct Wire {
    received: Vec<u8>,
    written: usize,
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.received.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let len = self.received.as_slice().read(buffer)?;
        self.received.drain(..len);
        // An idle transport keeps nothing.
        self.received.shrink_to_fit();
        Ok(len)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn tungstenite(config: Option<WebSocketConfig>) -> Result<WebSocket<Wire>, Failure> {
    let wire = Wire { received: message(), written: 0 };
    let mut connection = WebSocket::from_raw_socket(wire, Role::Server, config);
    let received = connection.read()?;
    connection.send(received)?;
    if !matches!(connection.read(), Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock)
        || connection.get_ref().written != 2 + TEXT.len()
    {
        return Err("tungstenite does something else".into());
    }
    Ok(connection)
}
