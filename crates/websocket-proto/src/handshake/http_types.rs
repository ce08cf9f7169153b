//! The opening handshake with the types of the `http` crate, for servers and clients whose HTTP another crate does.

use alloc::format;
use alloc::string::String;

use http::header::{HeaderName, HeaderValue};
use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode, Uri, Version};

use super::accepted::Accepted;
use super::build_error::BuildError;
use super::carrier::Connect;
use super::connect::{ConnectRejection, Pseudo};
use super::expected::Expected;
use super::fields::{CONNECTION, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use super::head::HeadError;
use super::headers::{Field, Headers};
use super::key::Key;
use super::offer::Offer;
use super::refusal::Refusal;
use super::rejection::Rejection;
use super::request::Request;
use super::request_fields::RequestFields;
use super::status::Status;
use super::target::{Target, TargetError, is_authority};
use super::write::RefusalHead;

impl<'a> Request<'a> {
    /// Checks a request of HTTP/1.1, as [`ServerHandshake`](super::ServerHandshake) does.
    ///
    /// ```
    /// use websocket_proto::handshake::{Acceptance, Request};
    ///
    /// let request = http::Request::get("/chat")
    ///     .header("Host", "server.example.com")
    ///     .header("Upgrade", "websocket")
    ///     .header("Connection", "Upgrade")
    ///     .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    ///     .header("Sec-WebSocket-Version", "13")
    ///     .body(())?;
    /// let response = match Request::from_http(&request) {
    ///     Ok(request) => request.accept(&Acceptance::default())?.to_http()?.map(|()| String::new()),
    ///     Err(rejection) => rejection.to_http(),
    /// };
    /// assert_eq!(response.status(), 101);
    /// assert_eq!(response.headers()["Sec-WebSocket-Accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Rejection`], to be sent as the response.
    pub fn from_http<B>(request: &'a http::Request<B>) -> Result<Self, Rejection> {
        if request.method() != Method::GET {
            return Err(Rejection::Method);
        }
        if request.version() != Version::HTTP_11 {
            return Err(HeadError::Version.into());
        }
        let target = target(request.uri())?;
        let headers = Headers::from(request.headers());
        Self::upgrade(target, &RequestFields::collect(headers.iter())?, headers)
    }
}

impl<'a> Request<'a, Connect> {
    /// Checks an extended CONNECT over HTTP/2 or HTTP/3, as [`from_fields`](Self::from_fields) does.
    ///
    /// `protocol` is the pseudo-header field `:protocol`, which the `http` crate has no place for: `h2` puts it into the
    /// request's extensions as `h2::ext::Protocol`.
    ///
    /// # Errors
    ///
    /// [`ConnectRejection`], to be sent as the response.
    pub fn from_http_connect<B>(request: &'a http::Request<B>, protocol: &'a str) -> Result<Self, ConnectRejection> {
        let uri = request.uri();
        let pseudo = Pseudo {
            method: Some(request.method().as_str().as_bytes()),
            protocol: Some(protocol.as_bytes()),
            scheme: uri.scheme_str().map(str::as_bytes),
            path: uri.path_and_query().map(|path| path.as_str().as_bytes()),
            authority: uri.authority().map(|authority| authority.as_str().as_bytes()),
        };
        let headers = Headers::from(request.headers());
        let fields = RequestFields::collect(headers.iter()).map_err(Rejection::from)?;
        Ok(Self::connect(&pseudo, &fields, headers)?)
    }
}

impl Accepted<'_> {
    /// The response, with status 101.
    ///
    /// # Errors
    ///
    /// [`BuildError::TooLong`] if an extra header field is longer than the `http` crate allows.
    pub fn to_http(&self) -> Result<http::Response<()>, BuildError> {
        let mut headers = HeaderMap::new();
        append(&mut headers, UPGRADE, "websocket")?;
        append(&mut headers, CONNECTION, "Upgrade")?;
        append(&mut headers, SEC_WEBSOCKET_ACCEPT, self.accept_value())?;
        append_each(&mut headers, |visit| self.each_field(visit))?;
        Ok(response(StatusCode::SWITCHING_PROTOCOLS, headers, ()))
    }
}

impl Accepted<'_, Connect> {
    /// The response, with status 200.
    ///
    /// # Errors
    ///
    /// [`BuildError::TooLong`] if an extra header field is longer than the `http` crate allows.
    pub fn to_http(&self) -> Result<http::Response<()>, BuildError> {
        let mut headers = HeaderMap::new();
        append_each(&mut headers, |visit| self.each_field(visit))?;
        Ok(response(StatusCode::OK, headers, ()))
    }
}

impl Rejection {
    /// The whole response, as [`append_to`](Self::append_to) writes it.
    #[must_use]
    pub fn to_http(&self) -> http::Response<String> {
        let body = format!("{self}\n");
        let head = RefusalHead { status: self.status(), headers: &[], content_length: body.len() };
        let mut headers = HeaderMap::new();
        // All fields are short ones of this crate's own: none is refused.
        let _ = append_each(&mut headers, |visit| head.each_field(visit));
        response(self.status().into(), headers, body)
    }
}

impl ConnectRejection {
    /// The whole response.
    #[must_use]
    pub fn to_http(&self) -> http::Response<String> {
        let mut headers = HeaderMap::new();
        // All fields are short ones of this crate's own: none is refused.
        let _ = append_each(&mut headers, |visit| self.each_field(visit));
        response(self.status().into(), headers, self.body())
    }
}

impl Refusal<'_> {
    /// The whole response of HTTP/1.1, as [`append_to`](Self::append_to) writes it.
    ///
    /// # Errors
    ///
    /// As for [`append_to`](Self::append_to), and [`BuildError::TooLong`] if an extra header field is longer than the `http`
    /// crate allows.
    pub fn to_http(&self) -> Result<http::Response<String>, BuildError> {
        let mut headers = HeaderMap::new();
        let head = self.head()?;
        append_each(&mut headers, |visit| head.each_field(visit))?;
        Ok(response(self.status.into(), headers, self.body.into()))
    }
}

impl<'a> Offer<'a> {
    /// An offer to the server of a `ws` or `wss` URI (RFC 6455 3), with neither origin, subprotocols, extensions nor extra
    /// header fields. `http` and `https` will do as well.
    ///
    /// ```
    /// use websocket_proto::handshake::Offer;
    ///
    /// let uri = "wss://server.example.com:443/chat?room=1".parse()?;
    /// let offer = Offer::from_uri(&uri)?;
    /// assert_eq!((offer.host, offer.target), ("server.example.com", "/chat?room=1"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`BuildError::Host`] if the URI has another scheme, or no host, or user information; [`BuildError::Target`] if its
    /// path begins with anything but `/`.
    pub fn from_uri(uri: &'a Uri) -> Result<Self, BuildError> {
        let default_port = match uri.scheme_str() {
            Some("ws" | "http") => ":80",
            Some("wss" | "https") => ":443",
            _ => return Err(BuildError::Host),
        };
        let authority = uri.authority().map(Authority::as_str).unwrap_or_default();
        let host = authority.strip_suffix(default_port).unwrap_or(authority);
        let target = uri.path_and_query().map_or("/", |path| path.as_str());
        if !is_authority(host) {
            return Err(BuildError::Host);
        }
        Target::parse_origin_form(target).map_err(|_| BuildError::Target)?;
        Ok(Self::new(host, target))
    }

    /// The request of HTTP/1.1 that makes this offer, and what the response is to be compared with.
    ///
    /// Its URI is the target in origin form, and it has a field `Host`, as it is sent.
    ///
    /// ```
    /// use websocket_proto::handshake::{Headers, Key, Offer, Outcome, Status};
    ///
    /// let offer = Offer::new("server.example.com", "/chat");
    /// let (request, expected) = offer.to_http(&Key::from_nonce(*b"the sample nonce"))?;
    /// assert_eq!(request.headers()["Host"], "server.example.com");
    ///
    /// let response = http::Response::builder()
    ///     .status(101)
    ///     .header("Upgrade", "websocket")
    ///     .header("Connection", "Upgrade")
    ///     .header("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    ///     .body(())?;
    /// let outcome = expected.check(response.status().into(), response.headers().into())?;
    /// assert!(matches!(outcome, Outcome::Established { .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`BuildError`] if the offer can't be sent, or holds more than the `http` crate allows.
    pub fn to_http(&self, key: &Key) -> Result<(http::Request<()>, Expected), BuildError> {
        let offered = self.check()?;
        let mut request = http::Request::new(());
        *request.uri_mut() = Uri::try_from(self.target).map_err(|_| BuildError::Target)?;
        append_each(request.headers_mut(), |visit| {
            self.each_upgrade_field(key, &mut *visit);
            self.each_field(&offered, visit);
        })?;
        Ok((request, Expected::upgrade(key, offered)))
    }

    /// The extended CONNECT that makes this offer, and what the response is to be compared with.
    ///
    /// The pseudo-header field `:protocol`, which the `http` crate has no place for, must be `websocket`: for `h2`, put
    /// `h2::ext::Protocol::from_static("websocket")` into the request's extensions. `secure` is the flag of RFC 6455 3: true
    /// for `wss`.
    ///
    /// # Errors
    ///
    /// [`BuildError`] if the offer can't be sent, or holds more than the `http` crate allows.
    pub fn to_http_connect(&self, secure: bool) -> Result<(http::Request<()>, Expected<Connect>), BuildError> {
        let offered = self.check()?;
        let mut request = http::Request::new(());
        *request.method_mut() = Method::CONNECT;
        *request.version_mut() = Version::HTTP_2;
        let uri = Uri::builder().scheme(if secure { "https" } else { "http" }).authority(self.host);
        *request.uri_mut() = uri.path_and_query(self.target).build().map_err(|_| BuildError::Target)?;
        append_each(request.headers_mut(), |visit| self.each_field(&offered, visit))?;
        Ok((request, Expected::connect(offered)))
    }
}

impl From<StatusCode> for Status {
    fn from(status: StatusCode) -> Self {
        Self::from_three_digits(status.as_u16())
    }
}

impl From<Status> for StatusCode {
    fn from(status: Status) -> Self {
        // Both hold the codes from 100 to 999.
        Self::from_u16(status.code()).unwrap_or(Self::INTERNAL_SERVER_ERROR)
    }
}

/// The fields of a map. Unlike the map's own iterator this one can be cloned, as an iterator over parts of its fields must.
#[derive(Debug)]
pub(super) struct MapFields<'a> {
    map: &'a HeaderMap,
    rest: http::header::Iter<'a, HeaderValue>,
    /// How many fields have come.
    taken: usize,
}

impl<'a> MapFields<'a> {
    pub(super) fn new(map: &'a HeaderMap) -> Self {
        Self { map, rest: map.iter(), taken: 0 }
    }
}

impl Clone for MapFields<'_> {
    fn clone(&self) -> Self {
        let mut this = Self::new(self.map);
        while this.taken < self.taken && this.next().is_some() {}
        this
    }
}

impl<'a> Iterator for MapFields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        self.taken += 1;
        self.rest.next().map(|(name, value)| Field { name: name.as_str(), value: value.as_bytes() })
    }
}

/// The target of a request whose URI has been parsed.
fn target(uri: &Uri) -> Result<Target<'_>, TargetError> {
    let path_and_query = uri.path_and_query().ok_or(TargetError::Form)?;
    let target = Target::parse_origin_form(path_and_query.as_str())?;
    match (uri.scheme_str(), uri.authority().map(Authority::as_str)) {
        (None, None) => Ok(target),
        (Some("http" | "https"), Some(authority)) if is_authority(authority) => {
            Ok(Target { authority: Some(authority), ..target })
        }
        (Some("http" | "https"), Some(_)) => Err(TargetError::Authority),
        _ => Err(TargetError::Form),
    }
}

/// Appends the fields that `each_field` gives to its visitor.
fn append_each(headers: &mut HeaderMap, each_field: impl FnOnce(&mut dyn FnMut(&str, &str))) -> Result<(), BuildError> {
    let mut result = Ok(());
    each_field(&mut |name, value| {
        if result.is_ok() {
            result = append(headers, name, value);
        }
    });
    result
}

/// Appends a field that has been checked: all that can be wrong with it is its length.
fn append(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), BuildError> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| BuildError::TooLong)?;
    let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| BuildError::TooLong)?;
    headers.try_append(name, value).map_err(|_| BuildError::TooLong)?;
    Ok(())
}

fn response<B>(status: StatusCode, headers: HeaderMap, body: B) -> http::Response<B> {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
