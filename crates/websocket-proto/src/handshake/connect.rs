//! The opening handshake by extended CONNECT, over HTTP/2 (RFC 8441) and HTTP/3 (RFC 9220).

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::accepted::Accepted;
use super::build_error::BuildError;
use super::carrier::Connect;
use super::expected::Expected;
use super::fields::{FieldError, HOST, SEC_WEBSOCKET_VERSION, ascii, once};
use super::headers::{Field, Headers};
use super::offer::Offer;
use super::rejection::Rejection;
use super::request::Request;
use super::request_fields::{RequestFields, authority};
use super::status::Status;
use super::target::Target;

const METHOD: &str = ":method";
const PROTOCOL: &str = ":protocol";
const SCHEME: &str = ":scheme";
const PATH: &str = ":path";
const AUTHORITY: &str = ":authority";

/// Header fields to be encoded by a layer of HTTP/2 or HTTP/3, as pairs of name and value.
pub type ConnectFields = Vec<(String, String)>;

/// The pseudo-header fields of an extended CONNECT (RFC 8441 4).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pseudo<'a> {
    pub(super) method: Option<&'a [u8]>,
    pub(super) protocol: Option<&'a [u8]>,
    pub(super) scheme: Option<&'a [u8]>,
    pub(super) path: Option<&'a [u8]>,
    pub(super) authority: Option<&'a [u8]>,
}

impl<'a> Request<'a, Connect> {
    /// Checks the fields of an extended CONNECT, as the layer of HTTP/2 or HTTP/3 decoded them: the pseudo-header fields
    /// first (RFC 8441 5, RFC 9220 3).
    ///
    /// The server must have sent the setting `SETTINGS_ENABLE_CONNECT_PROTOCOL` (0x8) with the value 1.
    ///
    /// ```
    /// use websocket_proto::handshake::{Acceptance, Connect, Field, Request};
    ///
    /// let fields = [
    ///     (":method", "CONNECT"),
    ///     (":protocol", "websocket"),
    ///     (":scheme", "https"),
    ///     (":path", "/chat"),
    ///     (":authority", "server.example.com"),
    ///     ("sec-websocket-protocol", "chat, superchat"),
    ///     ("sec-websocket-version", "13"),
    ///     ("origin", "http://www.example.com"),
    /// ]
    /// .map(|(name, value)| Field::new(name, value));
    ///
    /// let request = Request::<Connect>::from_fields(&fields)?;
    /// assert_eq!((request.path(), request.host()), ("/chat", "server.example.com"));
    /// let subprotocol = request.choose_subprotocol(&["superchat"]);
    /// let accepted = request.accept(&Acceptance { subprotocol, ..Acceptance::default() })?;
    /// let response = accepted.fields();
    /// assert_eq!(response[0], (":status".into(), "200".into()));
    /// assert_eq!(response[1], ("sec-websocket-protocol".into(), "superchat".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConnectRejection`], to be sent as the response; the stream is then to be ended.
    pub fn from_fields(fields: &'a [Field<'a>]) -> Result<Self, ConnectRejection> {
        let (pseudo, regular) = Pseudo::split(fields).map_err(Rejection::from)?;
        let collected = RequestFields::collect(regular.iter().copied()).map_err(Rejection::from)?;
        Ok(Self::connect(&pseudo, &collected, Headers::new(regular))?)
    }

    /// The rules on all fields of an extended CONNECT.
    pub(super) fn connect(
        pseudo: &Pseudo<'a>,
        fields: &RequestFields<'a>,
        headers: Headers<'a>,
    ) -> Result<Self, Rejection> {
        let path = pseudo.check()?;
        let target = Target::parse_origin_form(path)?;
        let host = match (pseudo.authority, fields.has_host()) {
            (Some(authority), false) => self::authority(AUTHORITY, authority)?,
            (None, _) => fields.host()?,
            (Some(authority), true) => {
                let authority = self::authority(AUTHORITY, authority)?;
                // Both would name the same server (RFC 9113 8.3.1).
                let same = authority.eq_ignore_ascii_case(fields.host()?);
                if same { authority } else { return Err(FieldError::Malformed(HOST).into()) }
            }
        };
        fields.check_connect()?;
        Ok(Self { target, host, origin: fields.origin()?, headers, carrier: Connect { _private: () } })
    }
}

impl<'a> Pseudo<'a> {
    /// Takes the pseudo-header fields from the beginning of the fields (RFC 9113 8.3).
    fn split(fields: &'a [Field<'a>]) -> Result<(Self, &'a [Field<'a>]), FieldError> {
        let is_pseudo = |field: &Field<'_>| field.name.starts_with(':');
        let (leading, regular) = fields.split_at(fields.iter().position(|f| !is_pseudo(f)).unwrap_or(fields.len()));
        if regular.iter().any(is_pseudo) {
            return Err(FieldError::PseudoHeader);
        }
        let mut this = Self::default();
        for Field { name, value } in leading {
            match *name {
                METHOD => once(&mut this.method, METHOD, value),
                PROTOCOL => once(&mut this.protocol, PROTOCOL, value),
                SCHEME => once(&mut this.scheme, SCHEME, value),
                PATH => once(&mut this.path, PATH, value),
                AUTHORITY => once(&mut this.authority, AUTHORITY, value),
                _ => Err(FieldError::PseudoHeader),
            }?;
        }
        Ok((this, regular))
    }

    /// The rules on all but the authority: the path.
    fn check(&self) -> Result<&'a str, Rejection> {
        if self.method != Some(b"CONNECT") {
            return Err(Rejection::NotConnect);
        }
        if self.protocol.ok_or(Rejection::NotConnect)? != b"websocket" {
            return Err(Rejection::Protocol);
        }
        match self.scheme.ok_or(FieldError::Missing(SCHEME))? {
            b"https" | b"http" => {}
            _ => return Err(FieldError::Malformed(SCHEME).into()),
        }
        Ok(ascii(PATH, self.path.ok_or(FieldError::Missing(PATH))?)?)
    }
}

impl Accepted<'_, Connect> {
    /// The fields of the response: `:status` with 200, and then the others with their names in lower case.
    #[must_use]
    pub fn fields(&self) -> ConnectFields {
        let mut fields = vec_with_status(Status::OK);
        self.each_field(|name, value| push_field(&mut fields, name, value));
        fields
    }
}

/// Why a request over HTTP/2 or HTTP/3 is not an opening handshake that can be accepted, and the response that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error(transparent)]
#[must_use = "the client waits for the response that the rejection is"]
pub struct ConnectRejection(#[from] Rejection);

impl ConnectRejection {
    /// What is wrong with the request.
    pub fn reason(&self) -> Rejection {
        self.0
    }

    /// The status that the response carries.
    #[must_use]
    pub fn status(&self) -> Status {
        match self.0.status() {
            // Status 426 needs the field Upgrade, which these versions of HTTP do not have (RFC 9110 15.5.22).
            Status::UPGRADE_REQUIRED => Status::BAD_REQUEST,
            status => status,
        }
    }

    /// The fields of the response: `:status`, and then the others with their names in lower case.
    #[must_use]
    pub fn fields(&self) -> ConnectFields {
        let mut fields = vec_with_status(self.status());
        self.each_field(|name, value| push_field(&mut fields, name, value));
        fields
    }

    /// The body of the response: a line of plain text that tells a person what is wrong.
    #[must_use]
    pub fn body(&self) -> String {
        format!("{self}\n")
    }

    pub(super) fn each_field(&self, mut visit: impl FnMut(&str, &str)) {
        if let Rejection::Version { .. } = self.0 {
            visit(SEC_WEBSOCKET_VERSION, "13");
        }
        visit("content-type", "text/plain; charset=utf-8");
    }
}

impl Offer<'_> {
    /// The fields of an extended CONNECT that makes this offer, the pseudo-header fields first, and what the response is to
    /// be compared with (RFC 8441 5, RFC 9220 3).
    ///
    /// `secure` is the flag of RFC 6455 3: true for `wss`. The server must have sent the setting
    /// `SETTINGS_ENABLE_CONNECT_PROTOCOL` (0x8) with the value 1.
    ///
    /// ```
    /// use websocket_proto::handshake::{Field, Headers, Offer, Outcome, Status};
    ///
    /// let offer = Offer { subprotocols: &["chat"], ..Offer::new("server.example.com", "/chat") };
    /// let (request, expected) = offer.connect_fields(true)?;
    /// assert_eq!(request[0], (":method".into(), "CONNECT".into()));
    ///
    /// let fields = [Field::new("sec-websocket-protocol", "chat")];
    /// match expected.check(Status::OK, Headers::new(&fields))? {
    ///     Outcome::Established { negotiated, .. } => assert_eq!(negotiated.subprotocol, Some("chat")),
    ///     Outcome::Refused { status, .. } => panic!("refused with status {status}"),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`BuildError`] if the offer can't be sent.
    pub fn connect_fields(&self, secure: bool) -> Result<(ConnectFields, Expected<Connect>), BuildError> {
        let offered = self.check()?;
        let scheme = if secure { "https" } else { "http" };
        let pseudo = [
            (METHOD, "CONNECT"),
            (PROTOCOL, "websocket"),
            (SCHEME, scheme),
            (PATH, self.target),
            (AUTHORITY, self.host),
        ];
        let mut fields: ConnectFields = pseudo.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        self.each_field(&offered, |name, value| push_field(&mut fields, name, value));
        Ok((fields, Expected::connect(offered)))
    }
}

fn vec_with_status(status: Status) -> ConnectFields {
    Vec::from([(":status".to_owned(), status.to_string())])
}

/// Adds a field as HTTP/2 and HTTP/3 have it: with its name in lower case.
fn push_field(fields: &mut ConnectFields, name: &str, value: &str) {
    fields.push((name.to_ascii_lowercase(), value.to_owned()));
}
