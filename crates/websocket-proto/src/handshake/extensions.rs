use alloc::borrow::Cow;

use super::fields::SEC_WEBSOCKET_EXTENSIONS;
use super::grammar::{self, RawValue};
use super::headers::{Elements, Headers};

/// A list of extensions with their parameters, in order of preference (RFC 6455 9.1).
///
/// Nothing is allocated; the values are parsed as the iterator is advanced.
///
/// ```
/// use websocket_proto::handshake::Extensions;
///
/// let offers = Extensions::parse("permessage-deflate; client_max_window_bits, x-trace; id=\"a1\"").unwrap();
/// let names: Vec<_> = offers.clone().map(|extension| extension.name()).collect();
/// assert_eq!(names, ["permessage-deflate", "x-trace"]);
///
/// let param = offers.last().unwrap().params().next().unwrap();
/// assert_eq!((param.name, param.value.as_deref()), ("id", Some("a1")));
/// ```
#[derive(Clone, Debug)]
pub struct Extensions<'a>(Elements<'a, (&'a str, &'a str)>);

impl<'a> Extensions<'a> {
    /// The extensions that one value of `Sec-WebSocket-Extensions` lists, or `None` if it does not conform to the grammar
    /// of RFC 6455 9.1 (where, other than in the standard's, the list may be empty).
    #[must_use]
    pub fn parse(value: &'a str) -> Option<Self> {
        let this = Self::of(value);
        this.0.clone().all(|element| element.is_ok()).then_some(this)
    }

    /// The extensions of a list that has been checked.
    pub(super) fn of(list: &'a str) -> Self {
        Self(Elements::of(list, grammar::extension))
    }

    /// The extensions that the fields list, which have been checked.
    pub(super) fn new(headers: &Headers<'a>) -> Self {
        Self(Elements::new(headers, SEC_WEBSOCKET_EXTENSIONS, grammar::extension))
    }
}

impl<'a> Iterator for Extensions<'a> {
    type Item = Extension<'a>;

    fn next(&mut self) -> Option<Extension<'a>> {
        // The lists were checked before: there is no malformed one to stop at.
        let (name, params) = self.0.next()?.ok()?;
        Some(Extension { name, params })
    }
}

/// One extension and its parameters: an offer of the client's, or what the server answers (RFC 6455 9.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    name: &'a str,
    /// The parameters as they were sent, each with the semicolon before it.
    params: &'a str,
}

impl<'a> Extension<'a> {
    /// The extension's name, such as `permessage-deflate`.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The parameters in the order in which they were sent; one that was sent twice comes twice.
    #[must_use]
    pub fn params(&self) -> Params<'a> {
        Params(self.params)
    }
}

/// The parameters of an extension: see [`Extension::params`].
#[derive(Clone, Debug)]
pub struct Params<'a>(&'a str);

impl<'a> Iterator for Params<'a> {
    type Item = Param<'a>;

    fn next(&mut self) -> Option<Param<'a>> {
        let (rest, (name, value)) = grammar::param(self.0).ok()?;
        self.0 = rest;
        Some(Param { name, value: value.map(decode) })
    }
}

/// A parameter of an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param<'a> {
    /// The parameter's name.
    pub name: &'a str,
    /// Its value, if it has one: a token. A quoted one comes without its quotes and backslashes (allocated only if it
    /// holds a backslash).
    pub value: Option<Cow<'a, str>>,
}

fn decode(value: RawValue<'_>) -> Cow<'_, str> {
    match value {
        RawValue::Quoted(raw) if raw.contains('\\') => grammar::unescape(raw).collect(),
        RawValue::Quoted(text) | RawValue::Token(text) => Cow::Borrowed(text),
    }
}
