use alloc::vec::Vec;

use super::build_error::BuildError;
use super::expected::Expected;
use super::extensions::Extensions;
use super::fields::{
    CONNECTION, HOST, ORIGIN, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use super::grammar::is_token;
use super::key::Key;
use super::offered::Offered;
use super::target::{Target, is_authority};
use super::write::{append_field, check_extra_fields};

/// What a client asks for in its opening handshake (RFC 6455 4.1).
///
/// ```
/// use websocket_proto::handshake::Offer;
///
/// let offer = Offer { subprotocols: &["chat", "superchat"], ..Offer::new("[::1]:9001", "/chat?room=1") };
/// assert_eq!(offer.origin, None);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The server's host, with `":"` and the port unless it is the scheme's default (80 for `ws`, 443 for `wss`). An IPv6
    /// address stands in brackets.
    pub host: &'a str,
    /// The resource name (RFC 6455 3): the path, which begins with `/`, and the query, percent-encoded.
    pub target: &'a str,
    /// The origin, which a browser must send.
    pub origin: Option<&'a str>,
    /// The subprotocols that the client would speak, in order of preference, each once.
    pub subprotocols: &'a [&'a str],
    /// The extensions that the client would use, as the value of `Sec-WebSocket-Extensions` (RFC 6455 9.1); empty for none.
    pub extensions: &'a str,
    /// Extra header fields, such as `Authorization` and `Cookie`, as pairs of name and value.
    pub headers: &'a [(&'a str, &'a str)],
}

impl<'a> Offer<'a> {
    /// An offer with neither origin, subprotocols, extensions nor extra header fields.
    #[must_use]
    pub const fn new(host: &'a str, target: &'a str) -> Self {
        Self { host, target, origin: None, subprotocols: &[], extensions: "", headers: &[] }
    }

    /// Appends the request to `out`, and keeps what the response must be compared with.
    pub(super) fn append_to(&self, key: &Key, out: &mut Vec<u8>) -> Result<Expected, BuildError> {
        let offered = self.check()?;
        for part in ["GET ", self.target, " HTTP/1.1\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        self.each_upgrade_field(key, |name, value| append_field(out, name, value));
        self.each_field(&offered, |name, value| append_field(out, name, value));
        out.extend_from_slice(b"\r\n");
        Ok(Expected::upgrade(key, offered))
    }

    /// Gives the fields of a request of HTTP/1.1 that come before the others to `visit`, in order.
    pub(super) fn each_upgrade_field(&self, key: &Key, mut visit: impl FnMut(&str, &str)) {
        visit(HOST, self.host);
        visit(UPGRADE, "websocket");
        visit(CONNECTION, "Upgrade");
        visit(SEC_WEBSOCKET_KEY, key.as_str());
    }

    /// Gives the fields that do not depend on what carries the handshake to `visit`, in order.
    pub(super) fn each_field(&self, offered: &Offered, mut visit: impl FnMut(&str, &str)) {
        visit(SEC_WEBSOCKET_VERSION, "13");
        if let Some(origin) = self.origin {
            visit(ORIGIN, origin);
        }
        if !offered.subprotocols().is_empty() {
            visit(SEC_WEBSOCKET_PROTOCOL, offered.subprotocols());
        }
        if !offered.extensions().is_empty() {
            visit(SEC_WEBSOCKET_EXTENSIONS, offered.extensions());
        }
        for (name, value) in self.headers {
            visit(name, value);
        }
    }

    /// Checks all parts, and keeps the lists.
    pub(super) fn check(&self) -> Result<Offered, BuildError> {
        if !is_authority(self.host) {
            return Err(BuildError::Host);
        }
        Target::parse_origin_form(self.target).map_err(|_| BuildError::Target)?;
        if !self.origin.unwrap_or_default().bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BuildError::Origin);
        }
        for (index, subprotocol) in self.subprotocols.iter().enumerate() {
            if !is_token(subprotocol) {
                return Err(BuildError::Subprotocol);
            }
            if self.subprotocols[..index].contains(subprotocol) {
                return Err(BuildError::DuplicateSubprotocol);
            }
        }
        check_extra_fields(self.headers)?;
        let extensions = Extensions::parse(self.extensions).ok_or(BuildError::Extensions)?;
        // A list without an element must not be sent: its grammar is 1#extension.
        let extensions = if extensions.count() == 0 { "" } else { self.extensions };
        Ok(Offered::new(self.subprotocols, extensions))
    }
}
