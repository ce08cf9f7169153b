//! HTTP/1.1 heads, parsed by httparse.

use alloc::vec;
use core::mem::MaybeUninit;

use super::head::{Head, HeadError};
use super::headers::Field;

/// How many header fields are parsed without allocating.
const FIELDS_ON_STACK: usize = 100;

type Storage<'a> = MaybeUninit<httparse::Header<'a>>;

/// A request line (RFC 9112 3).
pub(super) struct RequestLine<'a> {
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    /// The digit after `HTTP/1.`.
    pub(super) minor_version: u8,
}

/// A status line (RFC 9112 4).
pub(super) struct StatusLine<'a> {
    /// The digit after `HTTP/1.`.
    pub(super) minor_version: u8,
    pub(super) code: u16,
    pub(super) reason: &'a str,
}

/// Parses the head of a request and gives its line and fields to `then`.
pub(super) fn request<'a, T>(
    head: &Head<'a>,
    then: impl FnOnce(RequestLine<'a>, &[httparse::Header<'a>]) -> T,
) -> Result<T, HeadError> {
    with_storage(head.fields(), |storage| {
        let mut request = httparse::Request::new(&mut []);
        let status = request.parse_with_uninit_headers(head.bytes(), storage);
        whole(head, status)?;
        let line = RequestLine {
            method: request.method.unwrap_or_default(),
            target: request.path.unwrap_or_default(),
            minor_version: request.version.unwrap_or_default(),
        };
        Ok(then(line, request.headers))
    })
}

/// Parses the head of a response and gives its line and fields to `then`.
pub(super) fn response<'a, T>(
    head: &Head<'a>,
    then: impl FnOnce(StatusLine<'a>, &[httparse::Header<'a>]) -> T,
) -> Result<T, HeadError> {
    with_storage(head.fields(), |storage| {
        let mut response = httparse::Response::new(&mut []);
        let config = httparse::ParserConfig::default();
        let status = config.parse_response_with_uninit_headers(&mut response, head.bytes(), storage);
        whole(head, status)?;
        let line = StatusLine {
            minor_version: response.version.unwrap_or_default(),
            code: response.code.unwrap_or_default(),
            reason: response.reason.unwrap_or_default(),
        };
        Ok(then(line, response.headers))
    })
}

fn with_storage<'a, T>(fields: usize, parse: impl FnOnce(&mut [Storage<'a>]) -> T) -> T {
    if fields <= FIELDS_ON_STACK {
        parse(&mut [const { Storage::uninit() }; FIELDS_ON_STACK])
    } else {
        parse(&mut vec![Storage::uninit(); fields])
    }
}

/// Maps httparse's verdict on a head that the scanner has found to be complete.
fn whole(head: &Head<'_>, status: httparse::Result<usize>) -> Result<(), HeadError> {
    use httparse::{Error, Status};
    match status {
        Ok(Status::Complete(len)) if len == head.bytes().len() => Ok(()),
        Err(Error::Version) => Err(HeadError::Version),
        // The scanner has checked all line ends: what is left of `NewLine` is bytes after the version.
        Err(Error::Token | Error::Status | Error::NewLine) => Err(HeadError::FirstLine),
        Ok(_) | Err(_) => Err(HeadError::FieldLine),
    }
}

/// A parsed field, in this crate's terms.
pub(super) fn field<'a>(header: &httparse::Header<'a>) -> Field<'a> {
    Field { name: header.name, value: header.value }
}
