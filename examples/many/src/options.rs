//! The command line.

pub(crate) const USAGE: &str = "usage: many [--connections N] [--messages N]
       many --serve

  --connections N  how many idle connections to open (default: 10000)
  --messages N     how many messages to have echoed (default: 1000000)
  --serve          be the server alone, on 127.0.0.1 and a free port, until killed";

pub(crate) struct Options {
    pub(crate) connections: usize,
    pub(crate) messages: u64,
    pub(crate) serve: bool,
}

impl Options {
    /// `None` asks for help.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self { connections: 10_000, messages: 1_000_000, serve: false };
        while let Some(name) = arguments.next() {
            let mut number = || {
                let value = arguments.next().ok_or(format!("{name} needs a value"))?;
                value.parse::<u32>().map_err(|_| format!("{name} {value}: expected a number"))
            };
            match name.as_str() {
                "--help" | "-h" => return Ok(None),
                "--connections" => options.connections = number()? as usize,
                "--messages" => options.messages = number()?.into(),
                "--serve" => options.serve = true,
                _ => return Err(format!("unknown argument {name:?}")),
            }
        }
        Ok(Some(options))
    }
}
