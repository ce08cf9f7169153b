//! The client's side of the opening handshake with the types of the `http` crate, for clients whose HTTP another crate does.

use http::uri::Authority;
use http::{Method, Uri, Version};

use super::build_error::BuildError;
use super::carrier::Connect;
use super::expected::Expected;
use super::http_types::append_each;
use super::key::Key;
use super::offer::Offer;
use super::target::{Target, is_authority};

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
