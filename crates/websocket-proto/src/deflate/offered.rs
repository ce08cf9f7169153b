//! The parameters of permessage-deflate as they stand in an offer or in an answer (RFC 7692 7.1).

use super::{NegotiationError, WindowBits};
use crate::handshake::Extension;

pub(super) const SERVER_NO_CONTEXT_TAKEOVER: &str = "server_no_context_takeover";
pub(super) const CLIENT_NO_CONTEXT_TAKEOVER: &str = "client_no_context_takeover";
pub(super) const SERVER_MAX_WINDOW_BITS: &str = "server_max_window_bits";
pub(super) const CLIENT_MAX_WINDOW_BITS: &str = "client_max_window_bits";

/// What one element of `Sec-WebSocket-Extensions` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Offered {
    pub(super) server_no_context_takeover: bool,
    pub(super) client_no_context_takeover: bool,
    pub(super) server_max_window_bits: Option<WindowBits>,
    pub(super) client_max_window_bits: Option<ClientWindow>,
}

/// The value of `client_max_window_bits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientWindow {
    /// There is none: the client lets the server choose one (RFC 7692 7.1.2.2). In an offer only.
    Any,
    UpTo(WindowBits),
}

impl Offered {
    /// Reads the parameters, each of which may appear once, by the rules that hold for offers and answers alike.
    pub(super) fn parse(extension: &Extension<'_>) -> Result<Self, NegotiationError> {
        let mut this = Self::default();
        for param in extension.params() {
            let value = param.value.as_deref();
            match param.name {
                SERVER_NO_CONTEXT_TAKEOVER => {
                    set_flag(&mut this.server_no_context_takeover, SERVER_NO_CONTEXT_TAKEOVER, value)?;
                }
                CLIENT_NO_CONTEXT_TAKEOVER => {
                    set_flag(&mut this.client_no_context_takeover, CLIENT_NO_CONTEXT_TAKEOVER, value)?;
                }
                SERVER_MAX_WINDOW_BITS => {
                    let bits = value.and_then(WindowBits::parse);
                    set(&mut this.server_max_window_bits, SERVER_MAX_WINDOW_BITS, bits)?;
                }
                CLIENT_MAX_WINDOW_BITS => {
                    let window = match value {
                        None => Some(ClientWindow::Any),
                        Some(value) => WindowBits::parse(value).map(ClientWindow::UpTo),
                    };
                    set(&mut this.client_max_window_bits, CLIENT_MAX_WINDOW_BITS, window)?;
                }
                _ => return Err(NegotiationError::UnknownParameter),
            }
        }
        Ok(this)
    }
}

fn set_flag(slot: &mut bool, name: &'static str, value: Option<&str>) -> Result<(), NegotiationError> {
    if value.is_some() {
        return Err(NegotiationError::InvalidValue(name));
    }
    if core::mem::replace(slot, true) { Err(NegotiationError::DuplicateParameter(name)) } else { Ok(()) }
}

fn set<T>(slot: &mut Option<T>, name: &'static str, value: Option<T>) -> Result<(), NegotiationError> {
    let value = value.ok_or(NegotiationError::InvalidValue(name))?;
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(NegotiationError::DuplicateParameter(name)),
    }
}
