use super::fields::SEC_WEBSOCKET_PROTOCOL;
use super::grammar::token;
use super::headers::{Elements, Headers};

/// The subprotocols that the client offers, in its order of preference (RFC 6455 4.1, item 10): see
/// [`Request::subprotocols`](super::Request::subprotocols).
///
/// Names are compared with regard to case. One that the client offers twice comes twice.
#[derive(Clone, Debug)]
pub struct Subprotocols<'a>(Elements<'a, &'a str>);

impl<'a> Subprotocols<'a> {
    pub(super) fn new(headers: &Headers<'a>) -> Self {
        Self(Elements::new(headers, SEC_WEBSOCKET_PROTOCOL, token))
    }

    /// The subprotocols that a client's own list names.
    pub(super) fn of(list: &'a str) -> Self {
        Self(Elements::of(list, token))
    }
}

impl<'a> Iterator for Subprotocols<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        // The lists were checked before: there is no malformed one to stop at.
        self.0.next()?.ok()
    }
}
