//! HTTP/1.1 heads, parsed by httparse.

use alloc::vec;
use core::mem::MaybeUninit;

use super::head::{Head, HeadError};
use super::headers::{Field, Headers};

/// How many header fields are parsed without allocating.
pub(super) const FIELDS_ON_STACK: usize = 100;

pub(super) type Storage<'a> = MaybeUninit<httparse::Header<'a>>;

/// A head that was parsed.
pub(super) struct Parsed<'p, 'a, L> {
    /// Its first line.
    pub(super) line: L,
    pub(super) fields: &'p [httparse::Header<'a>],
    /// The same fields, for whoever asks for them later.
    pub(super) headers: Headers<'a>,
}

impl<'a, L> Parsed<'_, 'a, L> {
    /// The fields, in this crate's terms.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field<'a>> {
        self.fields.iter().map(|field| Field { name: field.name, value: field.value })
    }
}

/// A request line (RFC 9112 3).
pub(super) struct RequestLine<'a> {
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    /// The digit after `HTTP/1.`.
    pub(super) minor_version: u8,
}

impl<'a> RequestLine<'a> {
    /// The line of a request that was parsed to its end.
    pub(super) fn new(request: &httparse::Request<'_, 'a>) -> Self {
        Self {
            method: request.method.unwrap_or_default(),
            target: request.path.unwrap_or_default(),
            minor_version: request.version.unwrap_or_default(),
        }
    }
}

/// A status line (RFC 9112 4).
pub(super) struct StatusLine<'a> {
    /// The digit after `HTTP/1.`.
    pub(super) minor_version: u8,
    pub(super) code: u16,
    pub(super) reason: &'a str,
}

impl<'a> StatusLine<'a> {
    /// The line of a response that was parsed to its end.
    pub(super) fn new(response: &httparse::Response<'_, 'a>) -> Self {
        Self {
            minor_version: response.version.unwrap_or_default(),
            code: response.code.unwrap_or_default(),
            reason: response.reason.unwrap_or_default(),
        }
    }

    /// Whether it is that of an interim response: another one follows (RFC 9110 15.2).
    pub(super) fn is_interim(&self) -> bool {
        // HTTP/1.0 has none.
        self.minor_version == 1 && matches!(self.code, 100 | 102..=199)
    }
}

/// Parses the head of a request and gives it to `then`.
pub(super) fn request<'a, T>(
    head: &Head<'a>,
    then: impl FnOnce(Parsed<'_, 'a, RequestLine<'a>>) -> T,
) -> Result<T, HeadError> {
    with_storage(head.fields(), |storage| {
        let mut request = httparse::Request::new(&mut []);
        let status = request.parse_with_uninit_headers(head.bytes(), storage);
        whole(head, status)?;
        let line = RequestLine::new(&request);
        Ok(then(Parsed { line, fields: request.headers, headers: head.headers() }))
    })
}

/// Parses the head of a response and gives it to `then`.
pub(super) fn response<'a, T>(
    head: &Head<'a>,
    then: impl FnOnce(Parsed<'_, 'a, StatusLine<'a>>) -> T,
) -> Result<T, HeadError> {
    with_storage(head.fields(), |storage| {
        let mut response = httparse::Response::new(&mut []);
        let config = httparse::ParserConfig::default();
        let status = config.parse_response_with_uninit_headers(&mut response, head.bytes(), storage);
        whole(head, status)?;
        let line = StatusLine::new(&response);
        Ok(then(Parsed { line, fields: response.headers, headers: head.headers() }))
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
