use core::fmt;

/// An HTTP status code (RFC 9110 15).
///
/// Codes that are not named here are kept as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(u16);

impl Status {
    /// 101: the opening handshake over HTTP/1.1 succeeded (RFC 6455 4.2.2).
    pub const SWITCHING_PROTOCOLS: Self = Self(101);
    /// 200: an extended CONNECT succeeded (RFC 8441 4).
    pub const OK: Self = Self(200);
    /// 301: the service has moved for good (RFC 9110 15.4.2). A client need not follow it (RFC 6455 4.1).
    pub const MOVED_PERMANENTLY: Self = Self(301);
    /// 302: the service is elsewhere for now (RFC 9110 15.4.3).
    pub const FOUND: Self = Self(302);
    /// 303: another resource answers (RFC 9110 15.4.4).
    pub const SEE_OTHER: Self = Self(303);
    /// 307: the service is elsewhere for now (RFC 9110 15.4.8).
    pub const TEMPORARY_REDIRECT: Self = Self(307);
    /// 308: the service has moved for good (RFC 9110 15.4.9).
    pub const PERMANENT_REDIRECT: Self = Self(308);
    /// 400: the request is not a valid opening handshake (RFC 6455 4.2.1).
    pub const BAD_REQUEST: Self = Self(400);
    /// 401: the client must authenticate first (RFC 6455 4.2.2).
    pub const UNAUTHORIZED: Self = Self(401);
    /// 403: the server does not serve this origin (RFC 6455 4.2.2).
    pub const FORBIDDEN: Self = Self(403);
    /// 404: there is no service at this resource name (RFC 6455 4.2.2).
    pub const NOT_FOUND: Self = Self(404);
    /// 405: the method is not GET (RFC 6455 4.2.1).
    pub const METHOD_NOT_ALLOWED: Self = Self(405);
    /// 407: the client must authenticate to a proxy first (RFC 9110 15.5.8).
    pub const PROXY_AUTHENTICATION_REQUIRED: Self = Self(407);
    /// 408: the request did not arrive in time (RFC 9110 15.5.9).
    pub const REQUEST_TIMEOUT: Self = Self(408);
    /// 410: there is no service at this resource name any more (RFC 9110 15.5.11).
    pub const GONE: Self = Self(410);
    /// 414: the request line is longer than the server reads (RFC 9110 15.5.15).
    pub const URI_TOO_LONG: Self = Self(414);
    /// 421: the server does not serve this host (RFC 9110 15.5.20).
    pub const MISDIRECTED_REQUEST: Self = Self(421);
    /// 426: the request asks for no WebSocket, or for another version of it (RFC 6455 4.2.2).
    pub const UPGRADE_REQUIRED: Self = Self(426);
    /// 429: the client has sent too many requests (RFC 6585 4).
    pub const TOO_MANY_REQUESTS: Self = Self(429);
    /// 431: the head has more bytes or more header fields than the server reads (RFC 6585 5).
    pub const REQUEST_HEADER_FIELDS_TOO_LARGE: Self = Self(431);
    /// 500: the server failed.
    pub const INTERNAL_SERVER_ERROR: Self = Self(500);
    /// 501: the protocol that an extended CONNECT names is not served (RFC 9220 3).
    pub const NOT_IMPLEMENTED: Self = Self(501);
    /// 502: a gateway got an invalid response from the server behind it (RFC 9110 15.6.3).
    pub const BAD_GATEWAY: Self = Self(502);
    /// 503: the server takes no connections now.
    pub const SERVICE_UNAVAILABLE: Self = Self(503);
    /// 504: a gateway got no response in time from the server behind it (RFC 9110 15.6.5).
    pub const GATEWAY_TIMEOUT: Self = Self(504);
    /// 505: the HTTP version is not served (RFC 6455 4.2.1).
    pub const HTTP_VERSION_NOT_SUPPORTED: Self = Self(505);

    /// The status with this code, or `None` if it is not one of three digits (100 to 999).
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            100..=999 => Some(Self(code)),
            _ => None,
        }
    }

    /// The status with a code that another type has found to have three digits.
    #[cfg(feature = "http")]
    pub(super) const fn from_three_digits(code: u16) -> Self {
        Self(code)
    }

    /// The code.
    #[must_use]
    pub const fn code(self) -> u16 {
        self.0
    }

    /// The reason phrase registered for the code; empty for a code that this crate does not know.
    #[must_use]
    pub const fn reason_phrase(self) -> &'static str {
        match self.0 {
            101 => "Switching Protocols",
            200 => "OK",
            301 => "Moved Permanently",
            302 => "Found",
            303 => "See Other",
            307 => "Temporary Redirect",
            308 => "Permanent Redirect",
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            407 => "Proxy Authentication Required",
            408 => "Request Timeout",
            410 => "Gone",
            414 => "URI Too Long",
            421 => "Misdirected Request",
            426 => "Upgrade Required",
            429 => "Too Many Requests",
            431 => "Request Header Fields Too Large",
            500 => "Internal Server Error",
            501 => "Not Implemented",
            502 => "Bad Gateway",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            505 => "HTTP Version Not Supported",
            _ => "",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
