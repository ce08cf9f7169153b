//! Heads that lie whole in the first input, as they mostly do: parsed there, without a scan before.
//!
//! What is taken here is what the scanner and the parser together take, and no more. All else is left to them, untouched:
//! they find what is wrong with it, or that it is not whole.

use super::head::HeadLimits;
use super::headers::Headers;
use super::parse::{FIELDS_ON_STACK, Parsed, RequestLine, StatusLine, Storage};

/// Takes the head of a request out of `input`, and gives it to `then`.
pub(super) fn request<'i, T>(
    input: &mut &'i [u8],
    limits: &HeadLimits,
    then: impl FnOnce(Parsed<'_, 'i, RequestLine<'i>>) -> T,
) -> Option<T> {
    let mut storage = [const { Storage::uninit() }; FIELDS_ON_STACK];
    let storage = &mut storage[..limits.max_fields.min(FIELDS_ON_STACK)];
    let window = &input[..input.len().min(limits.max_bytes)];
    let mut request = httparse::Request::new(&mut []);
    let Ok(httparse::Status::Complete(len)) = request.parse_with_uninit_headers(window, storage) else { return None };
    let headers = headers(&window[..len], request.headers)?;
    *input = &input[len..];
    Some(then(Parsed { line: RequestLine::new(&request), fields: request.headers, headers }))
}

/// Takes the head of a final response out of `input`, and gives it to `then`.
pub(super) fn response<'i, T>(
    input: &mut &'i [u8],
    limits: &HeadLimits,
    then: impl FnOnce(Parsed<'_, 'i, StatusLine<'i>>) -> T,
) -> Option<T> {
    let mut storage = [const { Storage::uninit() }; FIELDS_ON_STACK];
    let storage = &mut storage[..limits.max_fields.min(FIELDS_ON_STACK)];
    let window = &input[..input.len().min(limits.max_bytes)];
    let mut response = httparse::Response::new(&mut []);
    let config = httparse::ParserConfig::default();
    let status = config.parse_response_with_uninit_headers(&mut response, window, storage);
    let Ok(httparse::Status::Complete(len)) = status else { return None };
    let line = StatusLine::new(&response);
    if line.is_interim() {
        return None;
    }
    let headers = headers(&window[..len], response.headers)?;
    *input = &input[len..];
    Some(then(Parsed { line, fields: response.headers, headers }))
}

/// The header fields of a head that httparse has taken, unless the scanner would not: a line ends with a lone LF, or an empty
/// one comes first. Other control characters httparse takes nowhere, nor a CR without its LF.
fn headers<'a>(head: &'a [u8], fields: &[httparse::Header<'a>]) -> Option<Headers<'a>> {
    let lines = head.strip_suffix(b"\r\n").filter(|lines| lines.ends_with(b"\r\n"))?;
    if let [b'\r' | b'\n', ..] = lines {
        return None;
    }
    let mut start = lines.len();
    for field in fields.iter().rev() {
        // Where the field's line begins, and so the one before it ends.
        start = field.name.as_ptr().addr().checked_sub(head.as_ptr().addr())?;
        if !lines.get(..start)?.ends_with(b"\r\n") {
            return None;
        }
    }
    Some(Headers::from_lines(&lines[start..]))
}
