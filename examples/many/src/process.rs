//! The server as a process of its own, and what it uses.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Failure;

/// A running server, ended when it is dropped.
pub struct ServerProcess {
    process: Child,
    /// The host and port that it listens on.
    pub host: String,
}

impl ServerProcess {
    /// Starts the command, and waits for its first line: `listening on ws://HOST:PORT`.
    ///
    /// # Errors
    ///
    /// If it does not start, or prints something else.
    pub fn start(command: &mut Command) -> Result<Self, Failure> {
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = process.stdout.take().ok_or("the server has no standard output")?;
        let mut this = Self { process, host: String::new() };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let host = line.trim_end().strip_prefix("listening on ws://").ok_or("the server does not start")?;
        host.clone_into(&mut this.host);
        Ok(this)
    }

    /// The memory that the process has in RAM.
    ///
    /// # Errors
    ///
    /// As for [`resident_bytes`].
    pub fn resident_bytes(&self) -> Result<u64, Failure> {
        resident_bytes(self.process.id())
    }

    /// The time that the process's threads have had a processor, in its own code and in the kernel's.
    ///
    /// # Errors
    ///
    /// If `/proc` can't be read: elsewhere than on Linux, or when the process has ended.
    pub fn cpu_time(&self) -> Result<Duration, Failure> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            // In nanoseconds, where the file `stat` counts hundredths of a second.
            let times = fs::read_to_string(thread?.path().join("schedstat"))?;
            let (run_time, _) = times.split_once(' ').ok_or("no run time in /proc")?;
            nanoseconds += run_time.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The memory that a process has in RAM.
///
/// # Errors
///
/// If `/proc` can't be read: elsewhere than on Linux, or when the process has ended.
pub fn resident_bytes(process: u32) -> Result<u64, Failure> {
    // Exact, unlike the counters of the files `status` and `statm`.
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).ok_or("no Rss in /proc")?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim_end().parse()?;
    Ok(kibibytes * 1024)
}
