//! Compares the crates with their peers.
//!
//! ```text
//! cargo run --release -p benches --bin compare -- [SUBJECT…] [--quick]
//! cargo run --release -p benches --bin compare -- live [SERVER…] [OPTION…]
//! ```
//!
//! The first form compares in memory: it is the program `benches/peers`. The second compares servers on real connections:
//! `benches/live`. Both are workspaces of their own; `--help` tells the subjects, and after `live` the servers.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.next_if(|argument| argument == "live").is_some() {
        benches::workspace::run("live", arguments)
    } else {
        benches::workspace::run("peers", arguments)
    }
}
