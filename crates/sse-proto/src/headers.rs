//! Header fields of the exchange, as lower-case name and value.
//!
//! ```
//! use sse_proto::headers;
//!
//! let mut head = String::from("HTTP/1.1 200 OK\r\n");
//! for (name, value) in headers::RESPONSE {
//!     head += &format!("{name}: {value}\r\n");
//! }
//! assert_eq!(head, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n");
//! ```

/// The media type of an event stream (HTML 9.2.5). It is always UTF-8; a `charset` parameter says nothing.
pub const EVENT_STREAM: &str = "text/event-stream";

/// The request's field that tells the last event ID, in UTF-8; sent only if the ID is not empty (HTML 9.2.4).
pub const LAST_EVENT_ID: &str = "last-event-id";

/// What a request for an event stream has to carry (HTML 9.2.2 and 9.2.3), besides [`LAST_EVENT_ID`].
///
/// HTML's cache mode `no-store` goes over the wire as `Cache-Control: no-cache`: no cache may answer in the server's place
/// (Fetch, "HTTP-network-or-cache fetch").
pub const REQUEST: [(&str, &str); 2] = [("accept", EVENT_STREAM), ("cache-control", "no-cache")];

/// What a response with an event stream has to carry: its type, and that no cache may answer in the server's place.
pub const RESPONSE: [(&str, &str); 2] = [("content-type", EVENT_STREAM), ("cache-control", "no-cache")];

/// Asks an nginx on the way not to collect the response in its buffers. For the response, where it is wanted.
pub const NO_BUFFERING: (&str, &str) = ("x-accel-buffering", "no");

/// Whether a `Content-Type` is that of an event stream: its essence is, whatever the parameters (WHATWG MIME Sniffing
/// 4.4).
///
/// ```
/// use sse_proto::headers::is_event_stream;
///
/// assert!(is_event_stream(b"Text/Event-Stream; charset=utf-8"));
/// assert!(!is_event_stream(b"text/event-streams"));
/// ```
#[must_use]
pub fn is_event_stream(content_type: &[u8]) -> bool {
    let mut essence = content_type.split(|&byte| byte == b';').next().unwrap_or_default();
    // HTTP whitespace may stand around it.
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = essence {
        essence = rest;
    }
    essence.eq_ignore_ascii_case(EVENT_STREAM.as_bytes())
}
