//! A relay between a client and the server that keeps the bytes, so that a test can look at what was on the wire.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use websocket_proto::deflate::{DeflateConfig, Policy, Pool};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Config, Connection, Event, MessageBuffer, Role};

pub(crate) struct Relay {
    address: SocketAddr,
    connections: Arc<Mutex<Vec<Bytes>>>,
}

/// What a connection has carried so far: to the server, and to the client.
type Bytes = [Vec<u8>; 2];

/// A WebSocket as the relay has seen it.
#[derive(Debug)]
pub(crate) struct WebSocketTraffic {
    /// The `Sec-WebSocket-Extensions` of the request, and of the response.
    pub(crate) offered: Option<String>,
    pub(crate) agreed: Option<String>,
    pub(crate) to_server: Traffic,
    pub(crate) to_client: Traffic,
}

/// What has gone one way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Frames of messages, and how many of them have the RSV1 bit, which says that the message is compressed.
    pub(crate) data_frames: usize,
    pub(crate) compressed_frames: usize,
    /// The length of those frames, headers included.
    pub(crate) frame_bytes: usize,
    /// The messages, inflated.
    pub(crate) messages: usize,
    pub(crate) message_bytes: usize,
}

impl Relay {
    pub(crate) fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("the listener has an address");
        let connections: Arc<Mutex<Vec<Bytes>>> = Arc::default();
        let kept = Arc::clone(&connections);
        // Ends with the test's process.
        thread::spawn(move || {
            for client in listener.incoming().filter_map(Result::ok) {
                let Ok(server) = TcpStream::connect(server) else { continue };
                let index = {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.push(Bytes::default());
                    kept.len() - 1
                };
                for (way, from, to) in [(0, &client, &server), (1, &server, &client)] {
                    let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else { break };
                    let kept = Arc::clone(&kept);
                    thread::spawn(move || {
                        copy(&from, &to, |bytes| {
                            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                            kept[index][way].extend_from_slice(bytes);
                        });
                    });
                }
            }
        });
        Self { address, connections }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// What the first WebSocket with this target has carried.
    pub(crate) fn websocket(&self, target: &str) -> WebSocketTraffic {
        let start = format!("GET {target} ");
        let connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut found = connections.into_iter().filter(|[request, _]| request.starts_with(start.as_bytes()));
        let [to_server, to_client] = found.next().expect("a connection with this target");
        let (request, from_client) = split_head(&to_server);
        let (response, from_server) = split_head(&to_client);
        let (offered, agreed) = (extensions(request), extensions(response));
        let offers = Extensions::parse(agreed.as_deref().unwrap_or_default()).expect("a list");
        // A server that has no wishes of its own agrees on what it is offered.
        let parameters = Policy::default().accept(offers).expect("compression");
        let (config, pool) = (DeflateConfig::default(), Pool::default());
        let server = Connection::server(Config::default()).with_deflate(&parameters, config, &pool);
        let client = Connection::client(Config::default(), || [0; 4]).with_deflate(&parameters, config, &pool);
        WebSocketTraffic {
            offered,
            agreed,
            to_server: traffic(from_client, server),
            to_client: traffic(from_server, client),
        }
    }
}

/// Copies until one side ends, and ends the other.
fn copy(mut from: &TcpStream, mut to: &TcpStream, mut keep: impl FnMut(&[u8])) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(len @ 1..) = from.read(&mut buffer) {
        keep(&buffer[..len]);
        if to.write_all(&buffer[..len]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// The head of a request or response, and what follows it.
fn split_head(bytes: &[u8]) -> (&str, &[u8]) {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head") + 4;
    let (head, rest) = bytes.split_at(end);
    (std::str::from_utf8(head).expect("a head in UTF-8"), rest)
}

fn extensions(head: &str) -> Option<String> {
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    let (_, value) = fields.find(|(name, _)| name.eq_ignore_ascii_case("Sec-WebSocket-Extensions"))?;
    Some(value.to_owned())
}

/// Reads the frames in the plainest way, and the messages by a connection.
fn traffic<R: Role>(bytes: &[u8], mut receiver: Connection<R>) -> Traffic {
    let mut traffic = Traffic::default();
    let mut rest = bytes;
    while let [first, second, after @ ..] = rest {
        let (len, len_bytes) = match (second & 0x7f, after) {
            (126, [a, b, ..]) => (usize::from(u16::from_be_bytes([*a, *b])), 2),
            (126 | 127, _) => panic!("the chat's messages are short"),
            (len, _) => (usize::from(len), 0),
        };
        let frame_len = 2 + len_bytes + if second & 0x80 == 0 { 0 } else { 4 } + len;
        if rest.len() < frame_len {
            break;
        }
        if matches!(first & 0x0f, 0..=2) {
            traffic.data_frames += 1;
            traffic.compressed_frames += usize::from(first & 0x40 != 0);
            traffic.frame_bytes += frame_len;
        }
        rest = &rest[frame_len..];
    }
    let mut whole = bytes[..bytes.len() - rest.len()].to_vec();
    let mut input = &mut whole[..];
    let mut buffer = MessageBuffer::new();
    while let Some(event) = receiver.receive(&mut input, &mut buffer).expect("both keep to the protocol") {
        let len = match event {
            Event::Text(text) => text.len(),
            Event::Binary(bytes) => bytes.len(),
            _ => continue,
        };
        traffic.messages += 1;
        traffic.message_bytes += len;
    }
    traffic
}
