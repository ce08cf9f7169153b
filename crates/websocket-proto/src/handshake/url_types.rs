//! The opening handshake with the `url` crate's URLs.

use url::{Position, Url};

use super::build_error::BuildError;
use super::offer::Offer;
use super::target::{Target, is_authority};

impl<'a> Offer<'a> {
    /// An offer to the server of a `ws` or `wss` URL (RFC 6455 3), with neither origin, subprotocols, extensions nor extra
    /// header fields. `http` and `https` will do as well. A fragment is not sent.
    ///
    /// ```
    /// use url::Url;
    /// use websocket_proto::handshake::Offer;
    ///
    /// let url = Url::parse("wss://server.example.com:443/chat room?name=Zo\u{eb}#top")?;
    /// let offer = Offer::from_url(&url)?;
    /// assert_eq!((offer.host, offer.target), ("server.example.com", "/chat%20room?name=Zo%C3%AB"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`BuildError::Host`] if the URL has another scheme, or user information; [`BuildError::Target`] if its path or its
    /// query holds what RFC 3986 does not allow there.
    pub fn from_url(url: &'a Url) -> Result<Self, BuildError> {
        let has_user = !url.username().is_empty() || url.password().is_some();
        // With its default port, a URL of these schemes has none.
        let host = &url[Position::BeforeHost..Position::AfterPort];
        if !matches!(url.scheme(), "ws" | "wss" | "http" | "https") || has_user || !is_authority(host) {
            return Err(BuildError::Host);
        }
        let target = &url[Position::BeforePath..Position::AfterQuery];
        Target::parse_origin_form(target).map_err(|_| BuildError::Target)?;
        Ok(Self::new(host, target))
    }
}
