//! The command line.

pub(crate) const USAGE: &str = "usage: proxy --upstream HOST:PORT [--port PORT]

  --upstream HOST:PORT  the server to connect to
  --port PORT           listen on 127.0.0.1:PORT; 0 takes any free port (default: 9003)";

pub(crate) struct Options {
    pub(crate) upstream: String,
    pub(crate) port: u16,
}

impl Options {
    /// `None` asks for help.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut upstream = None;
        let mut port = 9003;
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{name} needs a value"));
            match name.as_str() {
                "--help" | "-h" => return Ok(None),
                "--upstream" => upstream = Some(value()?),
                "--port" => port = value()?.parse().map_err(|_| "--port: expected 0 to 65535")?,
                _ => return Err(format!("unknown argument {name:?}")),
            }
        }
        let upstream = upstream.ok_or("--upstream is missing")?;
        Ok(Some(Self { upstream, port }))
    }
}
