//! A server that holds ten thousand connections, and what each of them costs, to copy from and to measure with: tokio
//! carries the bytes, `websocket-proto` does the rest.
//!
//! ```text
//! many [--connections N] [--messages N]
//! many --serve
//! ```
//!
//! The first form starts the second as a process of its own, and is its clients: it opens N connections, has one message
//! echoed on each, and prints what the server's resident memory grew by for each of them; then it has messages of 125 bytes
//! echoed over 200 of them, 16 in flight on each, and prints the server's CPU time for a million. Memory of the kernel, such
//! as the sockets', is not counted. Both figures are read from `/proc`, as Linux has it. Each process needs an open file for
//! each connection: both raise their limit as far as they may, and if it stays too low, there are fewer connections.
//!
//! The server is all in `server.rs`.

mod options;

use std::process::{Command, ExitCode};

use many::measure::{Figures, IN_FLIGHT, measure};
use many::process::ServerProcess;
use many::{Failure, client, open_files, server};
use options::Options;
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("many: {problem}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("many: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Failure> {
    let limit = open_files::raise_limit()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    if options.serve {
        return runtime.block_on(server::serve());
    }
    println!("open files: limit {limit}");
    let connections = options.connections.min(usize::try_from(limit)?.saturating_sub(open_files::SPARE));
    if connections < options.connections {
        println!("{} connections were asked for, {connections} fit", options.connections);
    }
    let server = ServerProcess::start(Command::new(std::env::current_exe()?).arg("--serve"))?;
    let figures = runtime.block_on(measure(server, connections, options.messages))?;
    let Figures { idle_bytes, messages, echoing, elapsed, .. } = figures;
    println!("idle: {connections} connections, {idle_bytes} resident bytes each");
    println!(
        "echo: {messages} messages of {} bytes, {echoing} connections, {IN_FLIGHT} in flight: \
         {:.2} server CPU seconds per million messages, {:.2} s in all",
        client::MESSAGE_LEN,
        figures.cpu_per_million(),
        elapsed.as_secs_f64(),
    );
    Ok(())
}
