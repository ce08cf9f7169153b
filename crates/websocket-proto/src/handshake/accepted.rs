use alloc::vec::Vec;

use super::build_error::BuildError;
use super::extensions::Extensions;
use super::fields::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use super::key::AcceptValue;
use super::negotiated::Negotiated;
use super::request::Request;
use super::status::Status;
use super::write::{ExtraFields, append_field, append_status_line, check_extra_fields};

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
#[derive(Clone, Debug)]
#[must_use = "the client waits for the response"]
pub struct Accepted<'s> {
    accept_value: AcceptValue,
    subprotocol: Option<&'s str>,
    /// A list that has been checked, as text and parsed.
    extensions: (&'s str, Extensions<'s>),
    /// Checked to be free of line ends.
    headers: ExtraFields<'s>,
}

impl<'s> Accepted<'s> {
    pub(super) fn new(request: &Request<'_>, acceptance: &Acceptance<'s>) -> Result<Self, BuildError> {
        let Acceptance { subprotocol, extensions, headers } = *acceptance;
        if subprotocol.is_some_and(|chosen| request.subprotocols().all(|offered| offered != chosen)) {
            return Err(BuildError::SubprotocolNotOffered);
        }
        let parsed = Extensions::parse(extensions).ok_or(BuildError::Extensions)?;
        for chosen in parsed.clone() {
            if request.extensions().all(|offered| offered.name() != chosen.name()) {
                return Err(BuildError::ExtensionNotOffered);
            }
        }
        check_extra_fields(headers)?;
        let accept_value = request.accept_value();
        Ok(Self { accept_value, subprotocol, extensions: (extensions, parsed), headers })
    }

    /// What both sides have agreed on.
    #[must_use]
    pub fn negotiated(&self) -> Negotiated<'s> {
        Negotiated { subprotocol: self.subprotocol, extensions: self.extensions.1.clone() }
    }

    /// Appends the response to `out`. The frames of the server follow it.
    ///
    /// Nothing is allocated if `out` has the room.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        append_status_line(out, Status::SWITCHING_PROTOCOLS);
        append_field(out, UPGRADE, "websocket");
        append_field(out, CONNECTION, "Upgrade");
        append_field(out, SEC_WEBSOCKET_ACCEPT, self.accept_value.as_str());
        if let Some(subprotocol) = self.subprotocol {
            append_field(out, SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
        let (extensions, mut parsed) = self.extensions.clone();
        // A list without an element must not be sent: its grammar is 1#extension.
        if parsed.next().is_some() {
            append_field(out, SEC_WEBSOCKET_EXTENSIONS, extensions);
        }
        for (name, value) in self.headers {
            append_field(out, name, value);
        }
        out.extend_from_slice(b"\r\n");
    }
}
