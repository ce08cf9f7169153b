//! WebSocket (RFC 6455) without I/O.
//!
//! Bytes in, items out: the crate reads no socket, no clock and no random number generator. It owns the protocol and
//! nothing else, so it fits any runtime, any transport and any buffer policy.
//!
//! - [`Connection`]: one end of an established WebSocket. Received bytes become [`Event`]s; Pong and Close replies are
//!   made by the machine; what is to be sent goes into a buffer of the caller's.
//! - [`handshake`]: the opening handshake (section 4), for clients and servers.
//! - [`frame`]: the framing layer by itself (section 5), without buffers and without allocation: for proxies, embedded
//!   devices and tools.
//! - `deflate`, on the feature of that name: compression of messages, permessage-deflate (RFC 7692).
//! - [`close`], [`mask`]: Close codes (section 7.4) and masking (section 5.3).
//!
#![cfg_attr(feature = "alloc", doc = "```")]
#![cfg_attr(not(feature = "alloc"), doc = "```ignore")]
//! use websocket_proto::{Config, Connection, Event, MessageBuffer};
//!
//! // What a client sent after the opening handshake: the text "Hello", masked.
//! let mut received = *b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
//!
//! let mut connection = Connection::server(Config::default());
//! let mut buffer = MessageBuffer::new();
//! let mut output = Vec::new();
//!
//! let mut input = &mut received[..];
//! while let Some(event) = connection.receive(&mut input, &mut buffer)? {
//!     match event {
//!         Event::Text(text) => connection.send_text(text, &mut output)?,
//!         Event::Binary(bytes) => connection.send_binary(bytes, &mut output)?,
//!         _ => {}
//!     }
//! }
//! connection.poll_transmit(&mut output);
//! assert_eq!(output, b"\x81\x05Hello");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "deflate", feature = "tokio-util"))]
extern crate std;

mod adapters;
#[cfg(feature = "alloc")]
mod bytes_builder;
pub mod close;
#[cfg(feature = "alloc")]
pub mod connection;
#[cfg(feature = "deflate")]
pub mod deflate;
pub mod frame;
#[cfg(feature = "alloc")]
pub mod handshake;
pub mod mask;
pub mod role;

#[cfg(feature = "bytes")]
pub use adapters::Message;
#[cfg(feature = "tokio-util")]
pub use adapters::codec;
pub use close::CloseCode;
#[cfg(feature = "alloc")]
pub use connection::{Config, Connection, Event, MessageBuffer, ProtocolError, SendError, State};
pub use role::{Client, Role, Server};

#[cfg(all(doctest, feature = "alloc"))]
#[doc = include_str!("../README.md")]
struct Readme;
