use core::time::Duration;

use super::http_date;
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
    /// The value of the `Retry-After` field, if there is one: a number of seconds or a date.
    pub retry_after: Option<&'a [u8]>,
    /// The value of the `Date` field, if there is one. A date in `Retry-After` is counted from there, so that it does not
    /// matter whether the client's clock and the server's agree.
    pub date: Option<&'a [u8]>,
    /// When the response came, as the time since 1970-01-01 00:00 UTC, if the caller has a calendar. A date in
    /// `Retry-After` is counted from there if there is no `Date`, and with neither it is not heeded.
    pub unix_time: Option<Duration>,
}

impl Response<'_> {
    /// Whether a later attempt may have more success: after 429 Too Many Requests and the 5xx.
    pub(crate) fn may_be_mended(&self) -> bool {
        self.status == 429 || (500..600).contains(&self.status)
    }

    /// How long to wait by `Retry-After` (RFC 9110 10.2.3).
    pub(crate) fn retry_after_time(&self) -> Option<Duration> {
        let value = self.retry_after?.trim_ascii();
        delay_seconds(value).or_else(|| self.time_until(value))
    }

    fn time_until(&self, date: &[u8]) -> Option<Duration> {
        // A Date of two digits is no older than the formats that replaced it; any time of use will do.
        let about_now = self.unix_time.unwrap_or(IN_2020);
        let now = self.date.and_then(|date| http_date::parse(date, about_now)).or(self.unix_time)?;
        Some(http_date::parse(date, now)?.saturating_sub(now))
    }
}

const IN_2020: Duration = Duration::from_secs(1_600_000_000);

fn delay_seconds(digits: &[u8]) -> Option<Duration> {
    let add = |seconds: u64, digit: &u8| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some(seconds.saturating_mul(10).saturating_add(digit))
    };
    let seconds = digits.iter().try_fold(0, add)?;
    (!digits.is_empty()).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::Response;

    const DATE: &[u8] = b"Sun, 06 Nov 1994 08:49:37 GMT";

    fn seconds(retry_after: &[u8], date: Option<&[u8]>, unix_time: Option<u64>) -> Option<u64> {
        let unix_time = unix_time.map(Duration::from_secs);
        let response = Response { retry_after: Some(retry_after), date, unix_time, ..Response::default() };
        response.retry_after_time().map(|time| time.as_secs())
    }

    #[test]
    fn seconds_need_no_clock() {
        for (value, expected) in
            [(&b"0"[..], Some(0)), (b" 120 ", Some(120)), (b"1.5", None), (b"-1", None), (b"", None)]
        {
            assert_eq!(seconds(value, None, None), expected);
            assert_eq!(seconds(value, Some(DATE), Some(5)), expected);
        }
        assert_eq!(seconds(b"99999999999999999999999", None, None), Some(u64::MAX));
    }

    #[test]
    fn a_date_is_counted_from_the_date_of_the_response() {
        for later in
            [&b"Sun, 06 Nov 1994 08:50:00 GMT"[..], b"Sunday, 06-Nov-94 08:50:00 GMT", b"Sun Nov  6 08:50:00 1994"]
        {
            for date in [DATE, b"Sunday, 06-Nov-94 08:49:37 GMT", b"Sun Nov  6 08:49:37 1994"] {
                assert_eq!(seconds(later, Some(date), None), Some(23));
                assert_eq!(
                    seconds(later, Some(date), Some(1_732_180_000)),
                    Some(23),
                    "whatever the client's clock says"
                );
            }
        }
    }

    #[test]
    fn or_from_the_time_told() {
        assert_eq!(seconds(DATE, None, Some(784_111_770)), Some(7));
        assert_eq!(seconds(DATE, Some(b"yesterday"), Some(784_111_770)), Some(7));
    }

    #[test]
    fn a_date_that_is_over_is_no_wait_and_one_that_cannot_be_told_is_none() {
        assert_eq!(seconds(DATE, None, Some(784_111_778)), Some(0));
        assert_eq!(seconds(DATE, None, None), None);
        assert_eq!(seconds(b"tomorrow", Some(DATE), Some(0)), None);
    }
}
