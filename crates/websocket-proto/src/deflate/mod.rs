//! permessage-deflate: compression of messages (RFC 7692), on the feature `deflate`.
//!
//! - Negotiation: a server's [`Policy`] answers a client's offers, a client's [`Offers`] judge the answer. Both work on the
//!   [extensions](crate::handshake::Extensions) of the opening handshake, whatever carried it, and come to [`Parameters`].
//! - [`Connection::with_deflate`](crate::Connection::with_deflate) puts the parameters to use: what is sent is compressed
//!   where that makes it smaller, what is received is inflated as it arrives, within the limits of [`DeflateConfig`] and
//!   [`Config::max_message_len`](crate::Config::max_message_len).
//! - A [`Pool`] lends compressors and decompressors to connections. A connection owns one only while it needs it: for a
//!   message at a time without context takeover, and until it falls idle with it.
//!
//! # 256-byte windows
//!
//! The compressor cannot keep to a window of 8 bits. Where that is agreed for what this end sends, only messages that fit
//! into the window are compressed, each by itself; longer ones are sent as they are.
//!
//! ```
//! use websocket_proto::deflate::{DeflateConfig, Offers, Policy, Pool};
//! use websocket_proto::handshake::Extensions;
//! use websocket_proto::{Config, Connection, Event, MessageBuffer};
//!
//! // The client's offer is the value of Sec-WebSocket-Extensions in its request,
//! let policies = [Policy::default()];
//! let offers = Offers(&policies);
//! let offer = offers.to_string();
//! assert_eq!(offer, "permessage-deflate; client_max_window_bits");
//!
//! // the server's answer the one in its response.
//! let accepted = Policy::default().accept(Extensions::parse(&offer).unwrap()).unwrap();
//! let answer = accepted.to_string();
//! assert_eq!(answer, "permessage-deflate");
//! let confirmed = offers.confirm(Extensions::parse(&answer).unwrap())?.unwrap();
//!
//! let (config, pool) = (DeflateConfig::default(), Pool::default());
//! let mut server = Connection::server(Config::default()).with_deflate(&accepted, config, &pool);
//! let mut client = Connection::client(Config::default(), || [1, 2, 3, 4]).with_deflate(&confirmed, config, &pool);
//!
//! let text = "what is said again and again ".repeat(100);
//! let mut to_client = Vec::new();
//! server.send_text(&text, &mut to_client)?;
//! assert!(to_client.len() < 100);
//! let mut buffer = MessageBuffer::new();
//! assert_eq!(client.receive(&mut &mut to_client[..], &mut buffer)?, Some(Event::Text(&text)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod config;
mod deflater;
mod error;
mod history;
mod inflater;
mod offered;
mod parameters;
mod policy;
mod pool;
mod window_bits;

pub use config::{DeflateConfig, Level, MemoryLevel};
pub(crate) use deflater::{Context, Deflater, Shape};
pub use error::{InflateError, NegotiationError};
pub(crate) use history::History;
pub(crate) use inflater::Inflater;
pub use parameters::{Limits, Parameters};
pub use policy::{Offers, Policy};
pub use pool::Pool;
pub use window_bits::WindowBits;

/// The extension's name (RFC 7692 9.1).
pub const NAME: &str = "permessage-deflate";

/// What ends the compressed form of a message and is not sent (RFC 7692 7.2.1): the end of an empty block that is not
/// compressed.
pub(crate) const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];
