//! Requests and responses of the `http` crate.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::event_source::{Request, Response};
use crate::headers::{NO_BUFFERING, REQUEST, RESPONSE};

/// The header fields of a response with an event stream: [`RESPONSE`], and [`NO_BUFFERING`] if asked for.
///
/// ```
/// let headers = sse_proto::http::response_headers(true);
/// assert_eq!(headers["content-type"], "text/event-stream");
/// assert_eq!(headers["cache-control"], "no-cache");
/// assert_eq!(headers["x-accel-buffering"], "no");
/// ```
#[must_use]
pub fn response_headers(no_buffering: bool) -> HeaderMap {
    let field = |(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    RESPONSE.into_iter().chain(no_buffering.then_some(NO_BUFFERING)).map(field).collect()
}

impl Request<'_> {
    /// The header fields that the request has to carry.
    ///
    /// # Errors
    ///
    /// [`http::header::InvalidHeaderValue`] if the last event ID holds a control character other than a tab, which HTTP
    /// does not allow in a field.
    ///
    /// ```
    /// use sse_proto::Request;
    ///
    /// let request = Request { url: "https://example.org/", last_event_id: Some("é") };
    /// let headers = request.header_map()?;
    /// assert_eq!(headers["accept"], "text/event-stream");
    /// assert_eq!(headers["last-event-id"].as_bytes(), "é".as_bytes());
    /// # Ok::<(), http::header::InvalidHeaderValue>(())
    /// ```
    pub fn header_map(&self) -> Result<HeaderMap, header::InvalidHeaderValue> {
        let mut headers: HeaderMap = REQUEST
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        if let Some(id) = self.last_event_id {
            headers.insert("last-event-id", HeaderValue::from_bytes(id.as_bytes())?);
        }
        Ok(headers)
    }
}

impl<'a> Response<'a> {
    /// What there is to know of a response's status and header fields. [`unix_time`](Self::unix_time) is left `None`, for
    /// the caller to set: without it a date in `Retry-After` is heeded only if there is a `Date` too.
    ///
    /// ```
    /// use sse_proto::Response;
    ///
    /// let response = http::Response::builder().header("Content-Type", "text/event-stream").body(()).unwrap();
    /// let response = Response::from_parts(response.status(), response.headers());
    /// assert_eq!((response.status, response.content_type), (200, Some(&b"text/event-stream"[..])));
    /// ```
    #[must_use]
    pub fn from_parts(status: http::StatusCode, headers: &'a HeaderMap) -> Self {
        let field = |name| headers.get(name).map(HeaderValue::as_bytes);
        Self {
            status: status.as_u16(),
            content_type: field(header::CONTENT_TYPE),
            retry_after: field(header::RETRY_AFTER),
            date: field(header::DATE),
            unix_time: None,
        }
    }
}
