//! The implementations, each behind the same few calls.

mod fastwebsockets;
mod nexus;
mod ours;
mod sans_io;
mod sockudo;
mod soketto;
mod tokio_websockets;
mod tungstenite;
mod wtx;
mod yawc;

pub use self::fastwebsockets::FastWebSockets;
pub use nexus::Nexus;
pub use ours::{OurClient, OurServer};
pub use sans_io::{SansIoClient, SansIoServer};
pub use sockudo::Sockudo;
pub use soketto::Soketto;
pub use tokio_websockets::TokioWebSockets;
pub use tungstenite::Tungstenite;
pub use wtx::{WtxClient, WtxServer};
pub use yawc::Yawc;

use super::pipe::Pipe;
use super::sink::Sink;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Server,
    Client,
}

/// A connection right after the opening handshake.
pub trait Peer: Sized {
    const NAME: &'static str;

    /// The size of what is kept for each connection, with a transport of one pointer.
    const STRUCT: usize = size_of::<Self>();

    /// A text message in the form in which this implementation sends it without a copy of its own.
    type Text;

    /// `read_len` is the size of the read buffer, where it can be chosen; `None` leaves it as it is by default.
    fn new(role: Role, pipe: Pipe, read_len: Option<usize>) -> Self;

    fn text(text: &str) -> Self::Text;

    /// Receives `count` messages; `None` if one is refused, or does not come.
    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()>;

    /// Sends the text `count` times and flushes; `None` if that fails.
    fn send(&mut self, text: &Self::Text, count: usize) -> Option<()>;
}
