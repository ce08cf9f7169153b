use super::carrier::{Connect, Upgrade};
use super::extensions::Extensions;
use super::headers::{Field, Headers};
use super::key::Key;
use super::negotiated::Negotiated;
use super::offered::Offered;
use super::response_error::ResponseError;
use super::response_fields::ResponseFields;
use super::status::Status;

/// What the server's response means (RFC 6455 4.1).
#[derive(Clone, Debug)]
pub enum Outcome<'a> {
    /// The connection is established: frames follow.
    #[non_exhaustive]
    Established {
        /// What both sides have agreed on.
        negotiated: Negotiated<'a>,
        /// All header fields of the response, such as `Set-Cookie`.
        headers: Headers<'a>,
    },
    /// The server answered with another status than 101, for the caller to act upon as HTTP has it: a redirect, a demand
    /// for authentication, a server that has no capacity. The response's body follows.
    #[non_exhaustive]
    Refused {
        /// The status.
        status: Status,
        /// The reason phrase, which may be empty.
        reason: &'a str,
        /// All header fields of the response, such as `Location`, `WWW-Authenticate` and `Retry-After`.
        headers: Headers<'a>,
    },
}

/// What the response to an [`Offer`](super::Offer) must be like, for a response that another layer has read.
///
/// `C` is what carries the handshake. [`ClientHandshake`](super::ClientHandshake) has it built in.
#[derive(Debug)]
pub struct Expected<C = Upgrade> {
    carrier: C,
    offered: Offered,
}

impl Expected {
    pub(super) fn upgrade(key: &Key, offered: Offered) -> Self {
        Self { carrier: Upgrade { accept_value: key.accept() }, offered }
    }

    /// What a response of HTTP/1.1 with this status and these fields means.
    ///
    /// # Errors
    ///
    /// [`ResponseError`] if the status is 101 and the fields are not those that RFC 6455 4.1 demands.
    pub fn check<'a>(&self, status: Status, headers: Headers<'a>) -> Result<Outcome<'a>, ResponseError> {
        self.judge(status, "", headers.iter(), headers)
    }

    pub(super) fn judge<'a>(
        &self,
        status: Status,
        reason: &'a str,
        fields: impl Iterator<Item = Field<'a>>,
        headers: Headers<'a>,
    ) -> Result<Outcome<'a>, ResponseError> {
        if status != Status::SWITCHING_PROTOCOLS {
            return Ok(Outcome::Refused { status, reason, headers });
        }
        let fields = ResponseFields::collect(fields, &self.offered)?;
        fields.check_upgrade(&self.carrier.accept_value)?;
        self.established(&fields, headers)
    }
}

impl Expected<Connect> {
    pub(super) fn connect(offered: Offered) -> Self {
        Self { carrier: Connect { _private: () }, offered }
    }

    /// What a response of HTTP/2 or HTTP/3 with this status and these fields means (RFC 8441 5, RFC 9220 3).
    ///
    /// The fields are those without `:status`.
    ///
    /// # Errors
    ///
    /// [`ResponseError`] if the status is 101, which these versions of HTTP do not have, or it is 2xx and the fields are not
    /// those that RFC 6455 4.1 demands.
    pub fn check<'a>(&self, status: Status, headers: Headers<'a>) -> Result<Outcome<'a>, ResponseError> {
        match status.code() {
            101 => Err(ResponseError::SwitchingProtocols),
            200..=299 => self.established(&ResponseFields::collect(headers.iter(), &self.offered)?, headers),
            _ => Ok(Outcome::Refused { status, reason: "", headers }),
        }
    }
}

impl<C> Expected<C> {
    /// The outcome of a response that accepts, whose fields about the carrier have been checked.
    fn established<'a>(&self, fields: &ResponseFields<'a>, headers: Headers<'a>) -> Result<Outcome<'a>, ResponseError> {
        let subprotocol = fields.check_offered(&self.offered)?;
        let negotiated = Negotiated { subprotocol, extensions: Extensions::new(&headers) };
        Ok(Outcome::Established { negotiated, headers })
    }
}
