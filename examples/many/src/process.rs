//! The server as a process of its own, and what it uses.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Failure;

/// A running server, ended when it is dropped.
pub(crate) struct ServerProcess {
    process: Child,
    pub(crate) host: String,
}

impl ServerProcess {
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("--serve")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = process.stdout.take().ok_or("the server has no standard output")?;
        let mut this = Self { process, host: String::new() };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let host = line.trim_end().strip_prefix("listening on ws://").ok_or("the server does not start")?;
        host.clone_into(&mut this.host);
        Ok(this)
    }

    /// The memory that the process has in RAM.
    pub(crate) fn resident_bytes(&self) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS in /proc")?;
        let kibibytes: u64 = line.trim().trim_end_matches("kB").trim_end().parse()?;
        Ok(kibibytes * 1024)
    }

    /// The time that the process has had a processor, in its own code and in the kernel's.
    pub(crate) fn cpu_time(&self) -> Result<Duration, Failure> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        // The name of the program, in parentheses, is the second field; user and system time are the 14th and 15th.
        let (_, fields) = stat.rsplit_once(") ").ok_or("no fields in /proc")?;
        let times: Vec<u64> = fields.split(' ').skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
        let ticks: u64 = times.iter().sum();
        let per_second = rustix::param::clock_ticks_per_second();
        Ok(Duration::from_millis(ticks * 1000 / per_second))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
