//! Programs in workspaces of their own, beside this package: what they depend on is built when it is wanted, and not with
//! every test of this workspace.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Builds the program in the folder `name`, and runs it. Returns its exit code.
pub fn run(name: &str, arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(cargo);
    command.args(["run", "--release", "--quiet", "--manifest-path"]).arg(package.join(name).join("Cargo.toml"));
    command.arg("--target-dir").arg(package.join("../target").join(name));
    command.arg("--").args(arguments);
    eprintln!("building the peers (about a minute the first time)");
    match command.status() {
        Ok(status) => status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            eprintln!("{name}: cargo did not start: {error}");
            ExitCode::FAILURE
        }
    }
}
