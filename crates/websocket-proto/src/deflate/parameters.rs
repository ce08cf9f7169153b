use core::fmt;

use super::offered::{
    CLIENT_MAX_WINDOW_BITS, CLIENT_NO_CONTEXT_TAKEOVER, SERVER_MAX_WINDOW_BITS, SERVER_NO_CONTEXT_TAKEOVER,
};
use super::{NAME, WindowBits};

/// What a sender of compressed messages keeps to. By default: context takeover, a window of 32 KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Whether a message may be compressed with reference to those before it (RFC 7692 7.1.1).
    ///
    /// Small messages that resemble each other become much smaller by it; the price is that sender and receiver keep the
    /// window between messages.
    pub context_takeover: bool,
    /// The largest LZ77 window (RFC 7692 7.1.2).
    pub max_window_bits: WindowBits,
}

impl Default for Limits {
    fn default() -> Self {
        Self { context_takeover: true, max_window_bits: WindowBits::MAX }
    }
}

/// What both sides have agreed on.
///
/// Is displayed as a server's answer, the value of `Sec-WebSocket-Extensions` in its response. Comes from
/// [`Policy::accept`](super::Policy::accept) or [`Offers::confirm`](super::Offers::confirm).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parameters {
    pub(super) client: Limits,
    pub(super) server: Limits,
    /// Whether the server's window is named even if it is of 15 bits, because the client named it.
    pub(super) server_window_is_named: bool,
}

impl Parameters {
    /// What the client keeps to.
    #[must_use]
    pub const fn client(&self) -> Limits {
        self.client
    }

    /// What the server keeps to.
    #[must_use]
    pub const fn server(&self) -> Limits {
        self.server
    }
}

impl fmt::Display for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, server, server_window_is_named } = self;
        f.write_str(NAME)?;
        for (limits, name) in [(server, SERVER_NO_CONTEXT_TAKEOVER), (client, CLIENT_NO_CONTEXT_TAKEOVER)] {
            if !limits.context_takeover {
                write!(f, "; {name}")?;
            }
        }
        if server.max_window_bits < WindowBits::MAX || *server_window_is_named {
            write!(f, "; {SERVER_MAX_WINDOW_BITS}={}", server.max_window_bits.get())?;
        }
        if client.max_window_bits < WindowBits::MAX {
            write!(f, "; {CLIENT_MAX_WINDOW_BITS}={}", client.max_window_bits.get())?;
        }
        Ok(())
    }
}
