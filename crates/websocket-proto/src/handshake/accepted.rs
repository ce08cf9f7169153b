use alloc::vec::Vec;

use super::build_error::BuildError;
use super::carrier::Upgrade;
use super::extensions::Extensions;
use super::fields::{SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_PROTOCOL};
use super::negotiated::Negotiated;
use super::request::Request;
use super::write::{append_field, check_extra_fields};

/// What every response that accepts begins with (RFC 6455 4.2.2).
const SWITCHING_PROTOCOLS: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ";

/// What the server answers to a request that it accepts (RFC 6455 4.2.2). By default: no subprotocol, no extension.
#[derive(Clone, Copy, Debug, Default)]
pub struct Acceptance<'s> {
    /// The subprotocol to speak: one that the client offers, or none.
    pub subprotocol: Option<&'s str>,
    /// The extensions in use, as the value of `Sec-WebSocket-Extensions` (RFC 6455 9.1); empty for none. Each must be one
    /// that the client offers.
    pub extensions: &'s str,
    /// Extra header fields, such as `Set-Cookie`, as pairs of name and value.
    pub headers: &'s [(&'s str, &'s str)],
}

/// The response that accepts a request: see [`Request::accept`].
#[derive(Clone, Copy, Debug)]
#[must_use = "the client waits for the response"]
pub struct Accepted<'s, C = Upgrade> {
    carrier: C,
    /// Checked against what the client offers, and to be free of line ends. `extensions` is empty if it lists none.
    acceptance: Acceptance<'s>,
}

impl<'s, C: Copy> Accepted<'s, C> {
    pub(super) fn new(request: &Request<'_, C>, acceptance: &Acceptance<'s>) -> Result<Self, BuildError> {
        let mut acceptance = *acceptance;
        if acceptance.subprotocol.is_some_and(|chosen| request.subprotocols().all(|offered| offered != chosen)) {
            return Err(BuildError::SubprotocolNotOffered);
        }
        if !has_extensions(request, acceptance.extensions)? {
            acceptance.extensions = "";
        }
        check_extra_fields(acceptance.headers)?;
        Ok(Self { carrier: request.carrier(), acceptance })
    }

    /// What both sides have agreed on.
    #[must_use]
    pub fn negotiated(&self) -> Negotiated<'s> {
        let Acceptance { subprotocol, extensions, .. } = self.acceptance;
        Negotiated { subprotocol, extensions: Extensions::of(extensions) }
    }

    /// Gives the fields that do not depend on what carries the handshake to `visit`, in order.
    pub(super) fn each_field(&self, mut visit: impl FnMut(&str, &str)) {
        let Acceptance { subprotocol, extensions, headers } = self.acceptance;
        if let Some(subprotocol) = subprotocol {
            visit(SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
        if !extensions.is_empty() {
            visit(SEC_WEBSOCKET_EXTENSIONS, extensions);
        }
        for (name, value) in headers {
            visit(name, value);
        }
    }
}

impl Accepted<'_> {
    /// Appends the response to `out`. The frames of the server follow it.
    ///
    /// Nothing is allocated if `out` has the room.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(SWITCHING_PROTOCOLS);
        out.extend_from_slice(self.carrier.accept_value.as_bytes());
        out.extend_from_slice(b"\r\n");
        self.each_field(|name, value| append_field(out, name, value));
        out.extend_from_slice(b"\r\n");
    }

    #[cfg(feature = "http")]
    pub(super) fn accept_value(&self) -> &str {
        self.carrier.accept_value.as_str()
    }
}

/// Checks a list of extensions against what the client offers: whether it lists any.
fn has_extensions<C: Copy>(request: &Request<'_, C>, extensions: &str) -> Result<bool, BuildError> {
    if extensions.is_empty() {
        return Ok(false);
    }
    let mut any = false;
    for chosen in Extensions::parse(extensions).ok_or(BuildError::Extensions)? {
        any = true;
        if request.extensions().all(|offered| offered.name() != chosen.name()) {
            return Err(BuildError::ExtensionNotOffered);
        }
    }
    Ok(any)
}
