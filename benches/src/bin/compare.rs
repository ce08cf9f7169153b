//! Compares the crates with their peers.
//!
//! ```text
//! cargo run --release -p benches --bin compare -- [SUBJECT…] [--quick]
//! cargo run --release -p benches --bin compare -- live [SERVER…] [OPTION…]
//! cargo run --release -p benches --bin compare -- live --idle 1000000
//! ```
//!
//! The first form compares in memory: it is the program `benches/peers`. The second compares servers on real connections,
//! the third idle ones that are nothing but the state of the protocol: both are the program `benches/live`. The two programs
//! are workspaces of their own; `--help` tells the subjects, and after `live` the servers.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.next_if(|argument| argument == "live").is_some() {
        benches::workspace::run("live", arguments)
    } else {
        benches::workspace::run("peers", arguments)
    }
}
