//! The grammars of header field values (RFC 9110 5.6), in nom.
//!
//! Everything here parses a whole value that is at hand; nothing is copied.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, satisfy};
use nom::combinator::{opt, recognize, verify};
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
        let rest = self.rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Ok(None);
        }
        let (rest, item) = (self.element)(rest).map_err(|_| Malformed)?;
        let rest = rest.trim_start_matches([' ', '\t']);
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
    take_while1(is_tchar)(input)
}

/// Whether the whole of `text` is a token.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_tchar)
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
    let (rest, _) = (ows, tag(";"), ows).parse(input)?;
    let (rest, name) = token(rest)?;
    match (ows, char('='), ows).parse(rest) {
        Ok((rest, _)) => {
            let (rest, value) = alt((token.map(RawValue::Token), quoted_token.map(RawValue::Quoted))).parse(rest)?;
            Ok((rest, (name, Some(value))))
        }
        Err(nom::Err::Error(_)) => Ok((rest, (name, None))),
        Err(error) => Err(error),
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
    verify(quoted_string, |raw: &str| !raw.is_empty() && unescape(raw).all(is_tchar)).parse(input)
}

/// The characters of a quoted string's content without the backslashes that escape them.
pub(super) fn unescape(raw: &str) -> impl Iterator<Item = char> {
    let mut chars = raw.chars();
    core::iter::from_fn(move || match chars.next() {
        Some('\\') => chars.next(),
        other => other,
    })
}

fn ows(input: &str) -> IResult<&str, &str> {
    take_while(|c| c == ' ' || c == '\t')(input)
}

fn is_tchar(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '.' | '^' | '_' | '`' | '|' | '~')
}

fn is_qdtext(c: char) -> bool {
    matches!(c, '\t' | ' ' | '!' | '#'..='[' | ']'..='~') || !c.is_ascii()
}
