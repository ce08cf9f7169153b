use core::time::Duration;

use crate::headers::{LAST_EVENT_ID, REQUEST};

/// The request for an event stream (HTML 9.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The URL, as it was given to the [`EventSource`](crate::EventSource).
    pub url: &'a str,
    /// The last event ID, if it is not empty. It holds no CR, LF or NUL.
    pub last_event_id: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// The header fields that the request has to carry. The last event ID is sent in UTF-8 (HTML 9.2.4), so a value is
    /// not always ASCII.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'a [u8])> + use<'a> {
        let id = self.last_event_id.map(|id| (LAST_EVENT_ID, id.as_bytes()));
        REQUEST.into_iter().map(|(name, value)| (name, value.as_bytes())).chain(id)
    }
}

/// What an [`EventSource`](crate::EventSource) wants to know of a response's head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Response<'a> {
    /// The status code.
    pub status: u16,
    /// The value of the `Content-Type` field, if there is one.
    pub content_type: Option<&'a [u8]>,
    /// The value of the `Retry-After` field, if there is one. Heeded only as a number of seconds: a date can't be told
    /// without a calendar.
    pub retry_after: Option<&'a [u8]>,
}

impl Response<'_> {
    /// `Retry-After` as delay-seconds (RFC 9110 10.2.3).
    pub(crate) fn retry_after_time(&self) -> Option<Duration> {
        let digits = self.retry_after?.trim_ascii();
        let add = |seconds: u64, digit: &u8| {
            let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
            Some(seconds.saturating_mul(10).saturating_add(digit))
        };
        let seconds = digits.iter().try_fold(0, add)?;
        (!digits.is_empty()).then(|| Duration::from_secs(seconds))
    }
}
