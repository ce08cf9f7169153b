//! Compares the crates with their peers: `cargo run --release -p benches --bin compare -- [SUBJECT…] [--quick]`.
//!
//! The comparison itself is the program `benches/peers`, a workspace of its own: what the peers depend on is built when
//! it is wanted, and not with every test of this workspace. This program builds and runs it; `--help` tells the subjects.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--release", "--quiet"]);
    command.args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/peers/Cargo.toml")]);
    command.args(["--target-dir", concat!(env!("CARGO_MANIFEST_DIR"), "/../target/peers")]);
    command.arg("--").args(std::env::args_os().skip(1));
    eprintln!("building the peers (about a minute the first time)");
    match command.status() {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("compare: cargo did not start: {error}");
            ExitCode::FAILURE
        }
    }
}
