//! The implementations that have permessage-deflate, each behind the same few calls.

mod ours;
mod sockudo;
#[cfg(feature = "soketto-deflate")]
mod soketto;
mod wtx;
mod yawc;

pub use self::wtx::Wtx;
pub use self::yawc::Yawc;
pub use ours::Ours;
pub use sockudo::Sockudo;
#[cfg(feature = "soketto-deflate")]
pub use soketto::Soketto;

use crate::websocket::pipe::Pipe;
use crate::websocket::sink::Sink;

/// What was negotiated and configured.
#[derive(Clone, Copy)]
pub struct Setting {
    pub level: u8,
    /// Whether both ends have context takeover.
    pub takeover: bool,
    /// The size of the read buffer, where it can be chosen; `None` leaves it as it is by default.
    pub read_len: Option<usize>,
}

/// The longest message, in bytes.
const MAX_LEN: usize = 1 << 20;

/// The value of `Sec-WebSocket-Extensions` in the server's response.
fn answer(takeover: bool) -> &'static str {
    if takeover {
        "permessage-deflate"
    } else {
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    }
}

/// A server's connection right after the opening handshake.
pub trait Peer: Sized {
    const NAME: &'static str;

    /// A text message in the form in which this implementation sends it without a copy of its own.
    type Text;

    fn new(pipe: Pipe, setting: Setting) -> Self;

    fn text(text: &str) -> Self::Text;

    /// Receives `count` messages; `None` if one is refused, or does not come.
    fn receive(&mut self, count: usize, sink: &mut impl Sink) -> Option<()>;

    /// Sends the texts and flushes; `None` if that fails.
    fn send(&mut self, texts: &[Self::Text]) -> Option<()>;

    /// Gives back what an idle connection need not hold, if it can.
    fn fall_idle(&mut self) {}
}
