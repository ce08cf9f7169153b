//! The command line.

use crate::servers::{SERVERS, Server};

pub enum Task {
    Help,
    Serve(&'static Server),
    Measure(Options),
    Idle(usize),
}

pub struct Options {
    pub servers: Vec<&'static Server>,
    pub connections: usize,
    pub messages: u64,
    pub rounds: usize,
}

pub fn usage() -> String {
    let mut usage = String::from(
        "usage: compare live [SERVER…] [--connections N] [--messages N] [--rounds N]
       compare live --idle N
       compare live --serve SERVER

  --connections N  how many idle connections to open (default: 5000)
  --messages N     how many messages to have echoed in a round (default: 2000000)
  --rounds N       how often each server is measured; the medians count (default: 5)
  --idle N         measure the protocol state of N idle connections, and of N/1000 of tungstenite's, without sockets
  --serve SERVER   be that server, on 127.0.0.1 and a free port, until killed

All servers are measured if none is named:
",
    );
    for Server { name, what, .. } in &SERVERS {
        usage += &format!("\n  {name:24} {what}");
    }
    usage
}

impl Task {
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Options { servers: Vec::new(), connections: 5000, messages: 2_000_000, rounds: 5 };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            let number = |value: String| {
                value.parse::<u32>().ok().filter(|&n| n > 0).ok_or(format!("{value}: expected a number above 0"))
            };
            match argument.as_str() {
                "--help" | "-h" => return Ok(Self::Help),
                "--serve" => return Ok(Self::Serve(server(&value()?)?)),
                "--idle" => return Ok(Self::Idle(number(value()?)? as usize)),
                "--connections" => options.connections = number(value()?)? as usize,
                "--messages" => options.messages = number(value()?)?.into(),
                "--rounds" => options.rounds = number(value()?)? as usize,
                name => options.servers.push(server(name)?),
            }
        }
        if options.servers.is_empty() {
            options.servers.extend(&SERVERS);
        }
        Ok(Self::Measure(options))
    }
}

fn server(name: &str) -> Result<&'static Server, String> {
    SERVERS.iter().find(|server| server.name == name).ok_or(format!("there is no server {name:?}"))
}
