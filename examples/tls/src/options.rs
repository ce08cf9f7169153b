//! The command line.

use std::path::PathBuf;

use http::Uri;

pub(crate) const USAGE: &str = "usage: tls_client wss://HOST[:PORT][/PATH] [--roots FILE]

  --roots FILE  trust the certificates in this PEM file, and no others (default: Mozilla's roots)

Each line of standard input is sent, each message is printed; the end of the input closes the connection.";

pub(crate) struct Options {
    /// With the scheme `wss` and a host.
    pub(crate) uri: Uri,
    pub(crate) roots: Option<PathBuf>,
}

impl Options {
    /// `None` asks for help.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let (mut uri, mut roots) = (None, None);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--roots" => roots = Some(arguments.next().ok_or("--roots needs a file")?.into()),
                text if uri.is_none() => uri = Some(parse_uri(text)?),
                _ => return Err(format!("unknown argument {argument:?}")),
            }
        }
        Ok(Some(Self { uri: uri.ok_or("no URI")?, roots }))
    }

    /// The host as a name or an address, without the brackets that an IPv6 address has in a URI.
    pub(crate) fn host(&self) -> &str {
        let host = self.uri.host().unwrap_or_default();
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    pub(crate) fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(443)
    }
}

fn parse_uri(text: &str) -> Result<Uri, String> {
    let uri: Uri = text.parse().map_err(|error| format!("{text}: {error}"))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("wss"), Some(_)) => Ok(uri),
        _ => Err(format!("{text}: expected wss://HOST")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        for (uri, host, port) in [
            ("wss://example.com", "example.com", 443),
            ("wss://example.com:8443/chat?room=1", "example.com", 8443),
            ("wss://192.0.2.1/", "192.0.2.1", 443),
            ("wss://[2001:db8::1]", "2001:db8::1", 443),
            ("wss://[::1]:9001/", "::1", 9001),
        ] {
            let options = Options::parse([uri.to_owned()].into_iter()).expect("a URI").expect("no demand for help");
            assert_eq!((options.host(), options.port()), (host, port), "{uri}");
        }
    }
}
