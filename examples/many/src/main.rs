//! A server that holds ten thousand connections, and what each of them costs, to copy from and to measure with: tokio carries
//! the bytes, `websocket-proto` does the rest.
//!
//! ```text
//! many [--connections N] [--messages N]
//! many --serve
//! ```
//!
//! The first form starts the second as a process of its own, and is its clients: it opens N idle connections and prints
//! what the server's resident memory grew by for each of them, then has messages of 125 bytes echoed over 200 connections,
//! 16 in flight on each, and prints the server's CPU time for a million of them. Memory of the kernel, such as the sockets',
//! is not counted. Both figures are read from `/proc`, as Linux has it. Each process needs an open file for each connection:
//! both raise their limit as far as they may.
//!
//! The idea, all of which is in `server.rs`: an idle connection holds its socket and the state of the protocol, nothing
//! else. What it reads into, what it puts messages together in and what it writes from belongs to the thread; it is lent
//! for one turn, in which nothing waits. What is needed for a while only, as in the opening handshake, is a future in
//! a box, freed when it is done.

mod client;
mod open_files;
mod options;
mod process;
mod server;

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use options::Options;
use process::ServerProcess;
use tokio::time::sleep;

type Failure = Box<dyn Error + Send + Sync>;

/// How many connections echo, and how many messages are on their way on each.
const ECHO_CONNECTIONS: usize = 200;
const IN_FLIGHT: u64 = 16;

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
    if options.serve {
        return tokio::runtime::Runtime::new()?.block_on(server::serve());
    }
    println!("open files: limit {limit}");
    let connections = options.connections.min(usize::try_from(limit)?.saturating_sub(open_files::SPARE));
    if connections < options.connections {
        println!("{} connections were asked for, {connections} fit", options.connections);
    }
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(measure(connections, options.messages))
}

async fn measure(connections: usize, messages: u64) -> Result<(), Failure> {
    let server = ServerProcess::start()?;
    // What the first connection brings about is no other connection's cost.
    let first = client::connect(&server.host).await?;
    let before = server.resident_bytes()?;
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(client::connect(&server.host).await?);
    }
    // For the server to put away what it needed for the last of them.
    sleep(Duration::from_millis(200)).await;
    let grown = server.resident_bytes()?.saturating_sub(before);
    println!("idle: {connections} connections, {} resident bytes each", grown / (connections.max(1) as u64));

    // The others stay, as idle as they are.
    let idle = clients.split_off(clients.len().min(ECHO_CONNECTIONS));
    let each = messages / (clients.len().max(1) as u64);
    let count = each * clients.len() as u64;
    let (cpu, start) = (server.cpu_time()?, Instant::now());
    let tasks: Vec<_> = clients.into_iter().map(|client| tokio::spawn(client.echo(each, IN_FLIGHT))).collect();
    let echoing = tasks.len();
    for task in tasks {
        task.await??;
    }
    let (cpu, elapsed) = (server.cpu_time()?.saturating_sub(cpu), start.elapsed());
    println!(
        "echo: {count} messages of {} bytes, {echoing} connections, {IN_FLIGHT} in flight: \
         {:.2} server CPU seconds per million messages, {:.2} s in all",
        client::MESSAGE_LEN,
        cpu.as_secs_f64() * 1e6 / (count.max(1) as f64),
        elapsed.as_secs_f64(),
    );
    // Before its clients, that it need not tell of each that it went without a word.
    drop(server);
    drop((first, idle));
    Ok(())
}
