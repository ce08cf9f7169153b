//! The server's side of the opening handshake with the types of the `http` crate, for servers whose HTTP another crate does.

use alloc::format;
use alloc::string::String;

use http::uri::Authority;
use http::{HeaderMap, Method, StatusCode, Uri, Version};

use super::accepted::Accepted;
use super::build_error::BuildError;
use super::carrier::Connect;
use super::connect::{ConnectRejection, Pseudo};
use super::fields::{CONNECTION, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use super::head::HeadError;
use super::headers::Headers;
use super::http_types::{append, append_each};
use super::refusal::Refusal;
use super::rejection::Rejection;
use super::request::Request;
use super::request_fields::RequestFields;
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

fn response<B>(status: StatusCode, headers: HeaderMap, body: B) -> http::Response<B> {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
