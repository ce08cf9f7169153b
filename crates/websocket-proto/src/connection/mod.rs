//! One end of an established WebSocket (RFC 6455 sections 5.4 to 7).
//!
//! The loop that drives a connection:
//!
//! 1. Read some bytes and hand them to [`Connection::receive`] until it returns `None`; act on each [`Event`]. An event
//!    borrows the bytes just read or the lent [`MessageBuffer`], never the connection, so it can be answered on the spot.
//! 2. Call [`Connection::poll_transmit`], also after an error: it adds the replies that the protocol demands (Pong, Close)
//!    to the output. Write the output.
//! 3. Do with the transport what [`Connection::transport`] says.
//!
//! Where large messages are common, [`Connection::payload_room`] spares a copy of what is read.

mod assembly;
mod budget;
mod chunks;
#[cfg(feature = "deflate")]
mod compressed_message;
#[cfg(feature = "deflate")]
mod compression;
mod config;
#[cfg(feature = "deflate")]
mod deflate;
mod error;
mod event;
mod incoming;
#[cfg(feature = "deflate")]
mod inflate;
mod machine;
mod message_buffer;
mod output;
mod payload_room;
mod receive;
mod send;
mod server_send;
#[cfg(feature = "deflate")]
mod shared_deflate;
mod state;
mod timers;

pub use config::Config;
pub use error::{AbnormalClosure, ProtocolError, SendError};
pub use event::Event;
pub use machine::Connection;
pub use message_buffer::MessageBuffer;
pub use output::Output;
pub use payload_room::PayloadRoom;
pub use server_send::SharedMessage;
pub use state::{State, TransportAction};
pub use timers::Timeout;
