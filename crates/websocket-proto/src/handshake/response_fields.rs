//! The rules on the header fields of a response that accepts (RFC 6455 4.1), wherever the fields come from.

use super::fields::{
    CONNECTION, FieldError, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_PROTOCOL, UPGRADE, ascii,
    each_element, is, lists, once,
};
use super::grammar;
use super::headers::Field;
use super::key::AcceptValue;
use super::offered::Offered;
use super::response_error::ResponseError;

/// What the header fields of a response say to the opening handshake.
#[derive(Debug, Default)]
pub(super) struct ResponseFields<'a> {
    accept_value: Option<&'a [u8]>,
    subprotocol: Option<&'a [u8]>,
    /// Whether `websocket` is listed, if there is such a field, and whether anything else is.
    upgrade: Option<bool>,
    other_upgrade: bool,
    connection: Option<bool>,
    unknown_extension: bool,
}

impl<'a> ResponseFields<'a> {
    /// Goes through the fields once.
    pub(super) fn collect(fields: impl Iterator<Item = Field<'a>>, offered: &Offered) -> Result<Self, FieldError> {
        let mut this = Self::default();
        for Field { name, value } in fields {
            this.add(name, value, offered)?;
        }
        Ok(this)
    }

    fn add(&mut self, name: &str, value: &'a [u8], offered: &Offered) -> Result<(), FieldError> {
        if is(name, SEC_WEBSOCKET_ACCEPT) {
            once(&mut self.accept_value, SEC_WEBSOCKET_ACCEPT, value)
        } else if is(name, SEC_WEBSOCKET_PROTOCOL) {
            once(&mut self.subprotocol, SEC_WEBSOCKET_PROTOCOL, value)
        } else if is(name, UPGRADE) {
            let listed = self.upgrade.get_or_insert_default();
            let other = &mut self.other_upgrade;
            each_element(UPGRADE, value, grammar::protocol, |name| {
                let again = core::mem::replace(listed, *listed | name.eq_ignore_ascii_case("websocket"));
                *other |= again || !*listed;
            })
        } else if is(name, CONNECTION) {
            let listed = lists(CONNECTION, value, grammar::token, "Upgrade")?;
            *self.connection.get_or_insert_default() |= listed;
            Ok(())
        } else if is(name, SEC_WEBSOCKET_EXTENSIONS) {
            let unknown = &mut self.unknown_extension;
            each_element(SEC_WEBSOCKET_EXTENSIONS, value, grammar::extension, |(name, _)| {
                *unknown |= !offered.has_extension(name);
            })
        } else {
            Ok(())
        }
    }

    /// The rules for a response of HTTP/1.1 with status 101.
    pub(super) fn check_upgrade(&self, expected: &AcceptValue) -> Result<(), ResponseError> {
        // The whole value must be "websocket" (RFC 6455 4.1): another protocol beside it would be in use as well.
        if !self.upgrade.ok_or(FieldError::Missing(UPGRADE))? || self.other_upgrade {
            return Err(ResponseError::Upgrade);
        }
        if !self.connection.ok_or(FieldError::Missing(CONNECTION))? {
            return Err(FieldError::NoToken { name: CONNECTION, token: "Upgrade" }.into());
        }
        let accept_value = self.accept_value.ok_or(FieldError::Missing(SEC_WEBSOCKET_ACCEPT))?;
        if accept_value == expected.as_str().as_bytes() { Ok(()) } else { Err(ResponseError::AcceptValue) }
    }

    /// The rules on what was offered: the subprotocol in use.
    pub(super) fn check_offered(&self, offered: &Offered) -> Result<Option<&'a str>, ResponseError> {
        if self.unknown_extension {
            return Err(ResponseError::ExtensionNotOffered);
        }
        let Some(value) = self.subprotocol else {
            return Ok(None);
        };
        let subprotocol = ascii(SEC_WEBSOCKET_PROTOCOL, value)?;
        if !grammar::is_token(subprotocol) {
            return Err(FieldError::Malformed(SEC_WEBSOCKET_PROTOCOL).into());
        }
        if offered.has_subprotocol(subprotocol) {
            Ok(Some(subprotocol))
        } else {
            Err(ResponseError::SubprotocolNotOffered)
        }
    }
}
