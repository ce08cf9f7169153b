use super::accepted::{Acceptance, Accepted};
use super::build_error::BuildError;
use super::carrier::Upgrade;
use super::extensions::Extensions;
use super::head::HeadError;
use super::headers::Headers;
use super::parse::{Parsed, RequestLine};
use super::rejection::Rejection;
use super::request_fields::RequestFields;
use super::subprotocol::Subprotocols;
use super::target::Target;

/// A valid opening handshake of a client's, for the server to accept or to refuse (RFC 6455 4.2.1).
///
/// It borrows from what was received and allocates nothing. `C` is what carries the handshake: [`Upgrade`] of HTTP/1.1, or
/// [`Connect`](super::Connect) of HTTP/2 and HTTP/3.
///
/// To accept it, call [`accept`](Self::accept); to refuse it, send a [`Refusal`](super::Refusal).
#[derive(Clone, Debug)]
#[must_use = "the client waits for a response"]
pub struct Request<'a, C = Upgrade> {
    pub(super) target: Target<'a>,
    pub(super) host: &'a str,
    pub(super) origin: Option<&'a str>,
    pub(super) headers: Headers<'a>,
    pub(super) carrier: C,
}

impl<'a> Request<'a> {
    pub(super) fn from_parsed(parsed: Parsed<'_, 'a, RequestLine<'a>>) -> Result<Self, Rejection> {
        let target = check_line(&parsed.line)?;
        let fields = RequestFields::collect(parsed.fields())?;
        Self::upgrade(target, &fields, parsed.headers)
    }

    /// Checks the fields of a request whose line has been checked.
    pub(super) fn upgrade(
        target: Target<'a>,
        fields: &RequestFields<'a>,
        headers: Headers<'a>,
    ) -> Result<Self, Rejection> {
        let host = fields.host()?;
        let key = fields.check_upgrade()?;
        Ok(Self {
            target,
            // The authority of an absolute target counts, whatever Host says (RFC 9112 3.2.2).
            host: target.authority.unwrap_or(host),
            origin: fields.origin()?,
            headers,
            carrier: Upgrade { accept_value: key.accept() },
        })
    }
}

impl<'a, C: Copy> Request<'a, C> {
    /// The path of the resource name (RFC 6455 3), percent-encoded as it was sent. It begins with `/`.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.target.path
    }

    /// The query of the resource name, without its `?`.
    #[must_use]
    pub fn query(&self) -> Option<&'a str> {
        self.target.query
    }

    /// The server's authority as the client names it: `host [":" port]`.
    #[must_use]
    pub fn host(&self) -> &'a str {
        self.host
    }

    /// The origin of the script that asks for the connection (RFC 6455 10.2). Browsers always send one.
    #[must_use]
    pub fn origin(&self) -> Option<&'a str> {
        self.origin
    }

    /// All header fields.
    #[must_use]
    pub fn headers(&self) -> Headers<'a> {
        self.headers
    }

    /// The subprotocols that the client offers, in its order of preference.
    #[must_use]
    pub fn subprotocols(&self) -> Subprotocols<'a> {
        Subprotocols::new(&self.headers)
    }

    /// The extensions that the client offers, in its order of preference.
    #[must_use]
    pub fn extensions(&self) -> Extensions<'a> {
        Extensions::new(&self.headers)
    }

    /// The first of the server's subprotocols, which stand in its order of preference, that the client offers.
    ///
    /// To let the client's order decide, or any other rule, search [`subprotocols`](Self::subprotocols):
    ///
    /// ```
    /// # use websocket_proto::handshake::Request;
    /// fn newest<'a>(request: &Request<'a>) -> Option<&'a str> {
    ///     request.subprotocols().filter(|name| name.starts_with("chat.v")).max()
    /// }
    /// ```
    #[must_use]
    pub fn choose_subprotocol<'s>(&self, served: &[&'s str]) -> Option<&'s str> {
        served.iter().copied().find(|&name| self.subprotocols().any(|offered| offered == name))
    }

    /// Rejects the request unless `allowed` says that its origin may connect (RFC 6455 10.2).
    ///
    /// `allowed` gets `None` if the request has no origin, as is usual for clients other than browsers.
    ///
    /// # Errors
    ///
    /// [`Rejection::Origin`], to be answered with 403.
    pub fn check_origin(&self, allowed: impl FnOnce(Option<&str>) -> bool) -> Result<(), Rejection> {
        if allowed(self.origin) { Ok(()) } else { Err(Rejection::Origin) }
    }

    /// Accepts the request: the response to send, and what has been negotiated.
    ///
    /// # Errors
    ///
    /// [`BuildError`] if the subprotocol or an extension is none that the client offers, or an extra header field can't be
    /// sent.
    pub fn accept<'s>(&self, acceptance: &Acceptance<'s>) -> Result<Accepted<'s, C>, BuildError> {
        Accepted::new(self, acceptance)
    }

    pub(super) fn carrier(&self) -> C {
        self.carrier
    }
}

/// The rules on the request line (RFC 6455 4.2.1, item 1).
fn check_line<'a>(line: &RequestLine<'a>) -> Result<Target<'a>, Rejection> {
    if line.method != "GET" {
        return Err(Rejection::Method);
    }
    if line.minor_version != 1 {
        return Err(HeadError::Version.into());
    }
    Ok(Target::parse(line.target)?)
}
