//! The grammars of header field values (RFC 9110 5.6), in nom.
//!
//! Everything here parses a whole value that is at hand; nothing is copied.

use nom::branch::alt;
use nom::bytes::complete::take_while1;
use nom::character::complete::{char, satisfy};
use nom::combinator::{opt, recognize, verify};
use nom::error::{Error, ErrorKind};
use nom::multi::many0_count;
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

/// A parser of one element of a list.
pub(super) type Element<'a, T> = fn(&'a str) -> IResult<&'a str, T>;

/// A field value that does not conform to its grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// `#element`: the elements of a comma-separated list, where empty elements are skipped (RFC 9110 5.6.1.2).
///
/// After [`Malformed`] the iterator ends.
#[derive(Clone, Debug)]
pub(super) struct List<'a, T> {
    rest: &'a str,
    element: Element<'a, T>,
}

impl<'a, T> List<'a, T> {
    pub(super) const fn new(value: &'a str, element: Element<'a, T>) -> Self {
        Self { rest: value, element }
    }

    fn parse_next(&mut self) -> Result<Option<T>, Malformed> {
        let rest = skip(self.rest, |b| b == b',' || is_ws(b));
        if rest.is_empty() {
            return Ok(None);
        }
        let (rest, item) = (self.element)(rest).map_err(|_| Malformed)?;
        let rest = skip(rest, is_ws);
        if !rest.is_empty() && !rest.starts_with(',') {
            return Err(Malformed);
        }
        self.rest = rest;
        Ok(Some(item))
    }
}

impl<T> Iterator for List<'_, T> {
    type Item = Result<T, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.parse_next().transpose();
        if !matches!(item, Some(Ok(_))) {
            self.rest = "";
        }
        item
    }
}

/// `token = 1*tchar` (RFC 9110 5.6.2).
pub(super) fn token(input: &str) -> IResult<&str, &str> {
    // Bytes will do: a tchar is ASCII, so what is after the token begins a character.
    match input.bytes().position(|b| !is_tchar(b)).unwrap_or(input.len()) {
        0 => Err(nom::Err::Error(Error::new(input, ErrorKind::TakeWhile1))),
        len => Ok((&input[len..], &input[..len])),
    }
}

/// Whether the whole of `text` is a token.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_tchar)
}

/// What lies between the quotes of a `quoted-string` (RFC 9110 5.6.4), its backslashes still in place.
pub(super) fn quoted_string(input: &str) -> IResult<&str, &str> {
    let quoted_pair = preceded(char('\\'), satisfy(|c| c == '\t' || c == ' ' || c.is_ascii_graphic() || !c.is_ascii()));
    let content = recognize(many0_count(alt((take_while1(is_qdtext), recognize(quoted_pair)))));
    delimited(char('"'), content, char('"')).parse(input)
}

/// `protocol = token ["/" token]`: an element of `Upgrade` (RFC 9110 7.8).
pub(super) fn protocol(input: &str) -> IResult<&str, &str> {
    recognize((token, opt((char('/'), token)))).parse(input)
}

/// `version`: a number from 0 to 255 without leading zeros (RFC 6455 4.3).
pub(super) fn version(value: &[u8]) -> Option<u8> {
    let text = str::from_utf8(value).ok()?;
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if digits && !leading_zero { text.parse().ok() } else { None }
}

/// The name and the raw parameters of an `extension` (RFC 6455 9.1).
pub(super) fn extension(input: &str) -> IResult<&str, (&str, &str)> {
    (token, recognize(many0_count(param))).parse(input)
}

/// `";" extension-param`, with the optional white space that RFC 6455 4.3 implies between its parts: the name and the
/// raw value.
pub(super) fn param(input: &str) -> IResult<&str, (&str, Option<RawValue<'_>>)> {
    let (rest, _) = char(';').parse(skip(input, is_ws))?;
    let (rest, name) = token(skip(rest, is_ws))?;
    match skip(rest, is_ws).strip_prefix('=') {
        Some(value) => {
            let mut raw_value = alt((token.map(RawValue::Token), quoted_token.map(RawValue::Quoted)));
            let (rest, value) = raw_value.parse(skip(value, is_ws))?;
            Ok((rest, (name, Some(value))))
        }
        None => Ok((rest, (name, None))),
    }
}

/// The value of an extension parameter as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RawValue<'a> {
    Token(&'a str),
    /// What lies between the quotes, backslashes included.
    Quoted(&'a str),
}

/// A quoted string whose content, unescaped, is a token, as RFC 6455 9.1 demands of a parameter's value.
fn quoted_token(input: &str) -> IResult<&str, &str> {
    verify(quoted_string, |raw: &str| !raw.is_empty() && unescape(raw).all(|c| u8::try_from(c).is_ok_and(is_tchar)))
        .parse(input)
}

/// The characters of a quoted string's content without the backslashes that escape them.
pub(super) fn unescape(raw: &str) -> impl Iterator<Item = char> {
    let mut chars = raw.chars();
    core::iter::from_fn(move || match chars.next() {
        Some('\\') => chars.next(),
        other => other,
    })
}

/// The input after the bytes that are to be skipped, which must be ASCII.
fn skip(input: &str, skipped: impl Fn(u8) -> bool) -> &str {
    &input[input.bytes().position(|b| !skipped(b)).unwrap_or(input.len())..]
}

/// What `OWS` is made of (RFC 9110 5.6.3).
fn is_ws(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Which bytes are `tchar` (RFC 9110 5.6.2).
static TCHARS: [bool; 256] = {
    let mut table = [false; 256];
    let mut c = 0_u8;
    while c < 128 {
        table[c as usize] = c.is_ascii_alphanumeric()
            || matches!(c, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~');
        c += 1;
    }
    table
};

#[inline]
fn is_tchar(byte: u8) -> bool {
    TCHARS[usize::from(byte)]
}

fn is_qdtext(c: char) -> bool {
    matches!(c, '\t' | ' ' | '!' | '#'..='[' | ']'..='~') || !c.is_ascii()
}
