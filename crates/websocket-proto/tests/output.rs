//! Outputs of every kind hold the same bytes, whatever is sent.

use websocket_proto::connection::{Output, SharedMessage};
use websocket_proto::{CloseCode, Config, Connection, Role, SendError};

/// The least that an output can be.
#[derive(Default)]
struct Least(Vec<u8>);

impl Output for Least {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn append(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }
}

/// One of everything, with payloads about the limits of the header's lengths and of what is copied at once.
fn send_all<R: Role>(connection: &mut Connection<R>, output: &mut dyn Output) {
    let mut buffer = websocket_proto::MessageBuffer::new();
    for len in [0, 1, 15, 16, 17, 125, 126, 191, 192, 193, 1023, 1024, 1025, 65_535, 65_536, 70_000] {
        connection.send_text(&"t".repeat(len), output).unwrap();
        connection.send_binary(&vec![0xA5; len], output).unwrap();
    }
    connection.send_text_fragment("a", false, output).unwrap();
    connection.send_ping(b"ping", output).unwrap();
    connection.send_text_fragment("b", true, output).unwrap();
    connection.send_pong(b"", output).unwrap();
    // A Ping of the peer, whose Pong goes out first.
    let mut ping = if R::MASKS { b"\x89\x01p".to_vec() } else { b"\x89\x81\0\0\0\0p".to_vec() };
    connection.receive(&mut &mut ping[..], &mut buffer).unwrap();
    connection.send_binary_fragment(b"c", true, output).unwrap();
    connection.close(CloseCode::NORMAL, "bye", output).unwrap();
    connection.poll_transmit(output);
}

fn check<R: Role>(connect: impl Fn() -> Connection<R>) {
    let mut vec = Vec::new();
    send_all(&mut connect(), &mut vec);
    let mut roomy = Vec::with_capacity(1 << 20);
    send_all(&mut connect(), &mut roomy);
    assert!(vec == roomy);
    let mut least = Least::default();
    send_all(&mut connect(), &mut least);
    assert!(vec == least.0);
    #[cfg(feature = "bytes")]
    {
        let mut bytes = bytes::BytesMut::new();
        send_all(&mut connect(), &mut bytes);
        assert!(vec == bytes);
    }
}

#[test]
fn a_server_fills_each_alike() {
    check(|| Connection::server(Config::default()));
}

#[test]
fn a_client_fills_each_alike() {
    check(|| {
        let mut key = 0_u32;
        Connection::client(Config::default(), move || {
            key = key.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            key.to_be_bytes()
        })
    });
}

#[test]
fn the_limit_holds_for_each() {
    let config = Config { max_output: 100, ..Config::default() };
    let mut server = Connection::server(config);
    let mut output = Least::default();
    server.send_text("t", &mut output).unwrap();
    let full = SendError::OutputFull { len: 3 + 90 + 14, limit: 100 };
    assert_eq!(server.send_text(&"t".repeat(90), &mut output), Err(full));
    assert_eq!(output.0, b"\x81\x01t");
    // The frame itself counts too.
    let shared = SharedMessage::text(&"t".repeat(90));
    assert_eq!(server.send_shared(&shared, &mut output), Err(SendError::OutputFull { len: 3 + 92 + 14, limit: 100 }));
}

#[cfg(feature = "deflate")]
#[test]
fn compressed_messages_fill_each_alike() {
    use websocket_proto::deflate::{DeflateConfig, Policy, Pool};
    use websocket_proto::handshake::Extensions;

    let pool = Pool::default();
    let offers = Extensions::parse("permessage-deflate").unwrap();
    let parameters = Policy::default().accept(offers).unwrap();
    check(|| Connection::server(Config::default()).with_deflate(&parameters, DeflateConfig::default(), &pool));
}

/// A vector whose front is written already.
#[cfg(feature = "deflate")]
#[derive(Default)]
struct Written {
    vec: Vec<u8>,
    written: usize,
}

#[cfg(feature = "deflate")]
impl Output for Written {
    fn len(&self) -> usize {
        self.vec.len() - self.written
    }

    fn append(&mut self, bytes: &[u8]) {
        self.vec.extend_from_slice(bytes);
    }

    fn as_vec(&mut self) -> Option<&mut Vec<u8>> {
        Some(&mut self.vec)
    }
}

#[cfg(feature = "deflate")]
#[test]
fn what_is_written_does_not_count_for_compressed_messages() {
    use websocket_proto::Server;
    use websocket_proto::deflate::{DeflateConfig, Policy, Pool};
    use websocket_proto::handshake::Extensions;

    type Send = fn(&mut Connection<Server>, &str, &[u8], &mut dyn Output) -> Result<(), SendError>;

    let parameters = Policy::default().accept(Extensions::parse("permessage-deflate").unwrap()).unwrap();
    let connect = || {
        let config = Config { max_output: 5000, ..Config::default() };
        Connection::server(config).with_deflate(&parameters, DeflateConfig::default(), &Pool::default())
    };
    let text = "t".repeat(4986);
    let random: Vec<u8> = (0..4986_u32).map(|at| (at.wrapping_mul(0x9E37_79B9) >> 13).to_le_bytes()[0]).collect();
    let sends: [Send; 4] = [
        |connection, text, _, output| connection.send_text(text, output),
        |connection, _, random, output| connection.send_binary(random, output),
        |connection, text, _, output| connection.send_text_fragment(text, true, output),
        |connection, _, random, output| connection.send_binary_fragment(random, true, output),
    ];
    for send in sends {
        let mut expected = Vec::new();
        send(&mut connect(), &text, &random, &mut expected).unwrap();

        let mut output = Written { vec: vec![b'w'; 6000], written: 6000 };
        send(&mut connect(), &text, &random, &mut output).unwrap();
        assert_eq!(output.vec[..6000], [b'w'; 6000]);
        assert!(output.vec[6000..] == expected);

        // What waits counts, and what is refused leaves all as it was.
        output.written = 5999;
        output.vec.truncate(6000);
        let full = SendError::OutputFull { len: 1 + 4986 + 14, limit: 5000 };
        let mut connection = connect();
        assert_eq!(send(&mut connection, &text, &random, &mut output), Err(full));
        assert_eq!(output.vec, [b'w'; 6000]);
        output.written = 6000;
        send(&mut connection, &text, &random, &mut output).unwrap();
        assert!(output.vec[6000..] == expected);
    }
}
