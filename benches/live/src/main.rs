//! Servers on real connections, each a process of its own: what an idle connection takes, and what an echo costs.
//!
//! ```text
//! usage: compare live [SERVER…] [--connections N] [--messages N] [--rounds N]
//!        compare live --idle N
//! ```
//!
//! Started by `cargo run --release -p benches --bin compare -- live` in the workspace above this one; `--help` tells the
//! servers. `--idle` measures connections that are nothing but the state of the protocol: a million fit.
//!
//! The servers take turns, round after round, so that whatever else the machine does meets them alike, and have the same
//! client, which compares every echo with what it sent. Each server has one thread. Where there are two processors, the
//! client is bound to the first and the server to the second.

mod idle;
mod options;
mod processors;
mod report;
mod servers;

use std::process::{Command, ExitCode};

use many::measure::{Figures, measure};
use many::process::ServerProcess;
use many::{Failure, open_files};
use tokio::runtime::Builder;

use self::options::{Options, Task};
use self::processors::Processors;
use self::servers::Server;

fn main() -> ExitCode {
    let task = match Task::parse(std::env::args().skip(1)) {
        Ok(task) => task,
        Err(problem) => {
            eprintln!("live: {problem}\n\n{}", options::usage());
            return ExitCode::from(2);
        }
    };
    let result = match task {
        Task::Help => {
            println!("{}", options::usage());
            Ok(())
        }
        Task::Serve(server) => serve(server),
        Task::Idle(connections) => idle::compare(connections),
        Task::Measure(options) => compare(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("live: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Is a server, until it is killed.
fn serve(server: &Server) -> Result<(), Failure> {
    open_files::raise_limit()?;
    (server.serve)()
}

/// Measures the servers, and prints the table.
fn compare(options: &Options) -> Result<(), Failure> {
    let limit = usize::try_from(open_files::raise_limit()?)?;
    let connections = options.connections.min(limit.saturating_sub(open_files::SPARE));
    let processors = Processors::new()?;
    report::head(options, connections, limit, &processors);
    let mut figures: Vec<Vec<Figures>> = options.servers.iter().map(|_| Vec::new()).collect();
    for round in 1..=options.rounds {
        for (server, figures) in options.servers.iter().zip(&mut figures) {
            eprintln!("round {round} of {}: {}", options.rounds, server.name);
            processors.for_server()?;
            let process = ServerProcess::start(Command::new(std::env::current_exe()?).args(["--serve", server.name]))?;
            processors.for_client()?;
            let runtime = Builder::new_current_thread().enable_all().build()?;
            figures.push(runtime.block_on(measure(process, connections, options.messages))?);
        }
    }
    report::table(&options.servers, &figures);
    Ok(())
}
