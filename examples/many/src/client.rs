//! The clients.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use websocket_proto::handshake::{ClientHandshake, Key, Offer, Outcome};
use websocket_proto::{CloseCode, Config, Connection, Event, MessageBuffer};

use crate::Failure;

/// The length of a message, in bytes.
pub(crate) const MESSAGE_LEN: usize = 125;
const READ_BUFFER: usize = 16 * 1024;

/// A connection after the opening handshake.
pub(crate) struct Client {
    stream: TcpStream,
}

pub(crate) async fn connect(host: &str) -> Result<Client, Failure> {
    let mut stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce)?;
    let mut request = Vec::new();
    let mut handshake = ClientHandshake::new(&Offer::new(host, "/"), &Key::from_nonce(nonce), &mut request)?;
    stream.write_all(&request).await?;
    // The server sends no frame before it got one, so nothing follows the response.
    let mut buffer = [0; 512];
    loop {
        let len = stream.read(&mut buffer).await?;
        if len == 0 {
            handshake.receive_eof()?;
        }
        match handshake.receive(&mut &buffer[..len])? {
            None => {}
            Some(Outcome::Established { .. }) => return Ok(Client { stream }),
            Some(Outcome::Refused { status, .. }) => return Err(format!("the server refused: {status}").into()),
        }
    }
}

impl Client {
    /// Sends `count` messages, never more than `in_flight` before their echoes are back, and closes the connection.
    pub(crate) async fn echo(mut self, count: u64, in_flight: u64) -> Result<(), Failure> {
        let message = "m".repeat(MESSAGE_LEN);
        let mut connection = Connection::client(Config::default(), masking_key);
        let mut read_buffer = vec![0; READ_BUFFER];
        let mut message_buffer = MessageBuffer::new();
        let mut output = Vec::new();
        let (mut sent, mut received) = (0, 0);
        while received < count {
            while sent < count.min(received + in_flight) {
                connection.send_text(&message, &mut output)?;
                sent += 1;
            }
            self.stream.write_all(&output).await?;
            output.clear();
            let len = self.stream.read(&mut read_buffer).await?;
            if len == 0 {
                connection.receive_eof()?;
            }
            let mut input = &mut read_buffer[..len];
            while let Some(event) = connection.receive(&mut input, &mut message_buffer)? {
                if event != Event::Text(&message) {
                    return Err("what came back is not what was sent".into());
                }
                received += 1;
            }
        }
        connection.close(CloseCode::NORMAL, "", &mut output)?;
        self.stream.write_all(&output).await?;
        // The server answers, and closes the transport.
        while self.stream.read(&mut read_buffer).await? > 0 {}
        Ok(())
    }
}

/// A masking key must be unpredictable (RFC 6455 10.3).
fn masking_key() -> [u8; 4] {
    let mut key = [0; 4];
    getrandom::fill(&mut key).expect("without randomness nothing can be sent");
    key
}
