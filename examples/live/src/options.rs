//! The command line.

/// What `--help` prints.
pub(crate) const HELP: &str = "\
A page that shows Server-Sent Events and WebSocket side by side, served on this machine alone.

Usage: live [--port PORT]

  --port PORT  listen on 127.0.0.1:PORT; 0 takes any free port
               (without it: 7878, or any free port if that one is taken)
  --help       print this";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Run(Options),
    Help,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// The port to listen on; `None` leaves it to the program.
    pub(crate) port: Option<u16>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OptionsError {
    #[error("unknown argument {0:?}")]
    Unknown(String),
    #[error("--port needs a number from 0 to 65535")]
    PortMissing,
    #[error("--port {0:?} is not a number from 0 to 65535")]
    Port(String),
}

impl Options {
    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Command, OptionsError> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => return Ok(Command::Help),
                "--port" => {
                    let value = arguments.next().ok_or(OptionsError::PortMissing)?;
                    options.port = Some(value.parse().map_err(|_| OptionsError::Port(value))?);
                }
                _ => return Err(OptionsError::Unknown(argument)),
            }
        }
        Ok(Command::Run(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Command, OptionsError> {
        Options::from_arguments(arguments.iter().map(ToString::to_string))
    }

    #[test]
    fn what_is_accepted() {
        assert_eq!(parse(&[]), Ok(Command::Run(Options { port: None })));
        assert_eq!(parse(&["--port", "8080"]), Ok(Command::Run(Options { port: Some(8080) })));
        assert_eq!(parse(&["--port", "1", "--help"]), Ok(Command::Help));
    }

    #[test]
    fn what_is_refused() {
        assert_eq!(parse(&["--prot"]), Err(OptionsError::Unknown("--prot".into())));
        assert_eq!(parse(&["--port"]), Err(OptionsError::PortMissing));
        assert_eq!(parse(&["--port", "65536"]), Err(OptionsError::Port("65536".into())));
    }
}
