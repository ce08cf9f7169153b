//! The part of URLs that a plain HTTP client needs.

/// An `http` URL, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// The host's name or address, without the brackets of an IPv6 address.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What the `Host` header field has to be.
    pub(crate) authority: String,
    /// The path and the query; starts with `/`.
    pub(crate) target: String,
}

impl Url {
    /// Takes `http://host[:port][/path][?query][#fragment]` apart.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("http://").ok_or_else(|| format!("{text:?} does not start with http://"))?;
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("{text:?} has characters that must be percent-encoded"));
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                let port = port.parse().map_err(|_| format!("{port:?} is not a port"))?;
                (host, port)
            }
            _ => (authority, 80),
        };
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        if host.is_empty() || authority.contains('@') {
            return Err(format!("{authority:?} is not host or host:port"));
        }
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self { host: host.to_owned(), port, authority: authority.to_owned(), target: format!("{slash}{path}") })
    }
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn urls_are_taken_apart() {
        for (text, host, port, authority, target) in [
            ("http://example.org", "example.org", 80, "example.org", "/"),
            ("http://example.org:8080/a/b?c=d#e", "example.org", 8080, "example.org:8080", "/a/b?c=d"),
            ("http://127.0.0.1?a:b/c", "127.0.0.1", 80, "127.0.0.1", "/?a:b/c"),
            ("http://[::1]:81/", "::1", 81, "[::1]:81", "/"),
            ("http://[::1]/x", "::1", 80, "[::1]", "/x"),
        ] {
            let url = Url::parse(text).unwrap();
            assert_eq!((&*url.host, url.port, &*url.authority, &*url.target), (host, port, authority, target));
        }
    }

    #[test]
    fn other_urls_are_refused() {
        for text in [
            "https://a",
            "a",
            "http://",
            "http://:80",
            "http://a:b",
            "http://a:70000",
            "http://u@a",
            "http://a/ b",
            "http://a/\r\nx",
        ] {
            assert!(Url::parse(text).is_err(), "{text:?}");
        }
    }
}
