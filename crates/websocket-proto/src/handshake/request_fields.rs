//! The rules on the header fields of a request (RFC 6455 4.2.1), wherever the fields come from.

use super::fields::{
    CONNECTION, CONTENT_LENGTH, FieldError, HOST, ORIGIN, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE, ascii, each_element, is, lists, once,
};
use super::grammar;
use super::headers::Field;
use super::key::Key;
use super::rejection::Rejection;
use super::target::is_authority;

/// What the header fields of a request say to the opening handshake.
#[derive(Debug, Default)]
pub(super) struct RequestFields<'a> {
    host: Option<&'a [u8]>,
    origin: Option<&'a [u8]>,
    key: Option<&'a [u8]>,
    version: Option<&'a [u8]>,
    /// Whether the token is listed, if there is such a field.
    upgrade: Option<bool>,
    connection: Option<bool>,
    content: bool,
}

impl<'a> RequestFields<'a> {
    /// Goes through the fields once.
    pub(super) fn collect(fields: impl Iterator<Item = Field<'a>>) -> Result<Self, FieldError> {
        let mut this = Self::default();
        for Field { name, value } in fields {
            this.add(name, value)?;
        }
        Ok(this)
    }

    fn add(&mut self, name: &str, value: &'a [u8]) -> Result<(), FieldError> {
        if is(name, HOST) {
            once(&mut self.host, HOST, value)
        } else if is(name, ORIGIN) {
            once(&mut self.origin, ORIGIN, value)
        } else if is(name, SEC_WEBSOCKET_KEY) {
            once(&mut self.key, SEC_WEBSOCKET_KEY, value)
        } else if is(name, SEC_WEBSOCKET_VERSION) {
            once(&mut self.version, SEC_WEBSOCKET_VERSION, value)
        } else if is(name, UPGRADE) {
            let listed = lists(UPGRADE, value, grammar::protocol, "websocket")?;
            *self.upgrade.get_or_insert_default() |= listed;
            Ok(())
        } else if is(name, CONNECTION) {
            let listed = lists(CONNECTION, value, grammar::token, "Upgrade")?;
            *self.connection.get_or_insert_default() |= listed;
            Ok(())
        } else if is(name, SEC_WEBSOCKET_PROTOCOL) {
            each_element(SEC_WEBSOCKET_PROTOCOL, value, grammar::token, |_| {})
        } else if is(name, SEC_WEBSOCKET_EXTENSIONS) {
            each_element(SEC_WEBSOCKET_EXTENSIONS, value, grammar::extension, |_| {})
        } else {
            self.content |= is(name, TRANSFER_ENCODING) || (is(name, CONTENT_LENGTH) && value != b"0");
            Ok(())
        }
    }

    /// The rules for a request of HTTP/1.1: its key.
    pub(super) fn check_upgrade(&self) -> Result<Key, Rejection> {
        if !self.upgrade.ok_or(Rejection::NoUpgrade)? {
            return Err(FieldError::NoToken { name: UPGRADE, token: "websocket" }.into());
        }
        if !self.connection.ok_or(FieldError::Missing(CONNECTION))? {
            return Err(FieldError::NoToken { name: CONNECTION, token: "Upgrade" }.into());
        }
        self.check_version()?;
        let key = self.key.ok_or(FieldError::Missing(SEC_WEBSOCKET_KEY))?;
        let key = Key::from_value(key).ok_or(Rejection::Key)?;
        self.check_content()?;
        Ok(key)
    }

    /// The rules for an extended CONNECT, which has no key and no fields about a connection (RFC 8441 5, RFC 9113 8.2.2).
    pub(super) fn check_connect(&self) -> Result<(), Rejection> {
        for (name, field) in [(UPGRADE, self.upgrade), (CONNECTION, self.connection)] {
            if field.is_some() {
                return Err(FieldError::Forbidden(name).into());
            }
        }
        self.check_version()?;
        self.check_content()
    }

    pub(super) fn has_host(&self) -> bool {
        self.host.is_some()
    }

    /// The authority that `Host` names.
    pub(super) fn host(&self) -> Result<&'a str, FieldError> {
        authority(HOST, self.host.ok_or(FieldError::Missing(HOST))?)
    }

    /// The origin, if the request names one.
    pub(super) fn origin(&self) -> Result<Option<&'a str>, FieldError> {
        self.origin.map(|origin| ascii(ORIGIN, origin)).transpose()
    }

    /// What follows the head is frames: content before them would be taken for some.
    fn check_content(&self) -> Result<(), Rejection> {
        if self.content { Err(Rejection::Content) } else { Ok(()) }
    }

    fn check_version(&self) -> Result<(), Rejection> {
        match self.version.ok_or(FieldError::Missing(SEC_WEBSOCKET_VERSION))? {
            b"13" => Ok(()),
            other => Err(Rejection::Version { met: grammar::version(other) }),
        }
    }
}

/// The value of a field that holds an authority.
pub(super) fn authority<'a>(name: &'static str, value: &'a [u8]) -> Result<&'a str, FieldError> {
    // An authority is ASCII.
    str::from_utf8(value).ok().filter(|value| is_authority(value)).ok_or(FieldError::Malformed(name))
}
