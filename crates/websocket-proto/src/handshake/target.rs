use core::net::Ipv6Addr;

/// What is wrong with a request target (RFC 9112 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// It holds a `#`: a WebSocket URI has no fragment (RFC 6455 3).
    #[error("the request target has a fragment")]
    Fragment,
    /// It holds something other than visible ASCII characters.
    #[error("the request target holds a character that is not visible ASCII")]
    Character,
    /// It is neither an absolute path nor an absolute `http` or `https` URI (RFC 6455 4.2.1).
    #[error("the request target is neither an absolute path nor an absolute http or https URI")]
    Form,
    /// The authority of an absolute URI is not `host [":" port]`.
    #[error("the authority in the request target is not a host with an optional port")]
    Authority,
}

/// A request target in origin form or absolute form (RFC 9112 3.2.1, 3.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// The authority of the absolute form.
    pub(super) authority: Option<&'a str>,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
}

impl<'a> Target<'a> {
    pub(super) fn parse(target: &'a str) -> Result<Self, TargetError> {
        check_characters(target)?;
        if target.starts_with('/') {
            return Ok(Self::split(None, target));
        }
        let rest = strip_scheme(target).ok_or(TargetError::Form)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path_and_query) = rest.split_at(end);
        if !is_authority(authority) {
            return Err(TargetError::Authority);
        }
        Ok(Self::split(Some(authority), path_and_query))
    }

    /// Parses what a client sends: the origin form alone.
    pub(super) fn parse_origin_form(target: &'a str) -> Result<Self, TargetError> {
        check_characters(target)?;
        if target.starts_with('/') { Ok(Self::split(None, target)) } else { Err(TargetError::Form) }
    }

    fn split(authority: Option<&'a str>, path_and_query: &'a str) -> Self {
        let (path, query) = match memchr::memchr(b'?', path_and_query.as_bytes()) {
            Some(end) => (&path_and_query[..end], Some(&path_and_query[end + 1..])),
            None => (path_and_query, None),
        };
        // An empty path stands for "/" (RFC 6455 3).
        Self { authority, path: if path.is_empty() { "/" } else { path }, query }
    }
}

fn check_characters(target: &str) -> Result<(), TargetError> {
    let is_misplaced = |b: u8| (b == b'#') | !b.is_ascii_graphic();
    // The first one is looked for only where there is one.
    if !target.bytes().fold(false, |found, b| found | is_misplaced(b)) {
        return Ok(());
    }
    match target.bytes().find(|&b| is_misplaced(b)) {
        Some(b'#') => Err(TargetError::Fragment),
        _ => Err(TargetError::Character),
    }
}

fn strip_scheme(target: &str) -> Option<&str> {
    let (scheme, rest) = target.split_once("://")?;
    (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")).then_some(rest)
}

/// Whether `text` is `uri-host [":" port]` with a host that is not empty: what `Host` holds (RFC 9110 7.2).
pub(super) fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) => (address.parse::<Ipv6Addr>().is_ok(), port),
            None => return false,
        },
        None => {
            let end = text.bytes().position(|b| !REG_NAME[usize::from(b)]).unwrap_or(text.len());
            (end > 0, &text[end..])
        }
    };
    host && is_port(port)
}

/// Which bytes a `reg-name` or an IPv4 address is made of (RFC 3986 3.2.2).
static REG_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0_u8;
    while b < 128 {
        table[b as usize] = b.is_ascii_alphanumeric()
            || matches!(b, b'-' | b'.' | b'_' | b'~' | b'%' | b'!' | b'$' | b'&'..=b',' | b';' | b'=');
        b += 1;
    }
    table
};

/// Nothing, or a colon and a port number, which may be left out (RFC 3986 3.2.3).
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        Some("") => true,
        Some(digits) => digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
        None => text.is_empty(),
    }
}
