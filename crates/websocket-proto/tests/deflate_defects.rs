//! Defects that implementations of permessage-deflate are known to have had, each as a test that it is not one here.

#![cfg(feature = "deflate")]

mod support;

use support::{hex, masked};
use websocket_proto::deflate::{DeflateConfig, Level, Policy, Pool, WindowBits};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Config, Connection, MessageBuffer, ProtocolError, Server};

fn deflating(offer: &str, config: DeflateConfig) -> Connection<Server> {
    let parameters = Policy::default().accept(Extensions::parse(offer).unwrap()).unwrap();
    Connection::server(Config::default()).with_deflate(&parameters, config, &Pool::default())
}

/// A few bytes that inflate to more than there is memory for.
#[test]
fn an_inflate_bomb_is_refused() {
    let smallest = DeflateConfig { level: Level::SMALLEST, ..DeflateConfig::default() };
    let mut frames = Vec::new();
    deflating("permessage-deflate", smallest).send_binary(&vec![0; 16 << 20], &mut frames).unwrap();
    assert_eq!(frames[1], 126, "a length of 16 bits");
    let mut bomb = masked(0xc2, &frames[4..]);
    let mut buffer = MessageBuffer::new();
    let error = deflating("permessage-deflate", DeflateConfig::default()).receive(&mut &mut bomb[..], &mut buffer);
    assert_eq!(error, Err(ProtocolError::MessageTooBig { len: (1 << 20) + 1, limit: 1 << 20 }));
    assert!(buffer.capacity() <= 2 << 20, "{} bytes", buffer.capacity());
}

/// Window bits out of range that reach the inflating library.
#[test]
fn window_bits_out_of_range_are_declined() {
    for bits in ["0", "7", "16", "99999999999999999999", "-9", "09", "1 5", "", "\"\""] {
        for name in ["client_max_window_bits", "server_max_window_bits"] {
            if let Some(offer) = Extensions::parse(&format!("permessage-deflate; {name}={bits}")) {
                assert_eq!(Policy::default().accept(offer), None, "{name}={bits}");
            }
        }
    }
    assert_eq!((WindowBits::new(7), WindowBits::new(16)), (None, None));
}

/// What is left of a message that fails is inflated all the same, or taken for the start of the next one.
#[test]
fn a_failed_inflation_is_final() {
    let mut connection = deflating("permessage-deflate", DeflateConfig::default());
    let mut buffer = MessageBuffer::new();
    // A block of the reserved type 3 (RFC 1951 section 3.2.3).
    let mut wrong = masked(0xc1, &hex("0700"));
    let error = connection.receive(&mut &mut wrong[..], &mut buffer).unwrap_err();
    // "Hello" as in RFC 7692 section 7.2.3.1.
    let mut good = masked(0xc1, &hex("f248cdc9c90700"));
    assert_eq!(connection.receive(&mut &mut good[..], &mut buffer), Err(error));
}
