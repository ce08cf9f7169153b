use alloc::string::String;

use super::extensions::Extensions;
use super::subprotocol::Subprotocols;

/// What a client has offered, for the response to be compared with.
///
/// Nothing is allocated where nothing was offered.
#[derive(Debug)]
pub(super) struct Offered {
    /// The value of `Sec-WebSocket-Protocol`, empty if there is none.
    subprotocols: String,
    /// The value of `Sec-WebSocket-Extensions`, empty if there is none.
    extensions: String,
}

impl Offered {
    /// Keeps lists that have been checked.
    pub(super) fn new(subprotocols: &[&str], extensions: &str) -> Self {
        Self { subprotocols: subprotocols.join(", "), extensions: extensions.into() }
    }

    pub(super) fn subprotocols(&self) -> &str {
        &self.subprotocols
    }

    pub(super) fn extensions(&self) -> &str {
        &self.extensions
    }

    pub(super) fn has_subprotocol(&self, name: &str) -> bool {
        Subprotocols::of(&self.subprotocols).any(|offered| offered == name)
    }

    pub(super) fn has_extension(&self, name: &str) -> bool {
        Extensions::of(&self.extensions).any(|offered| offered.name() == name)
    }
}
