//! The program under test.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::PATIENCE;

/// A running `live`, ended when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    // Kept, so that the program can write to it.
    _stdout: BufReader<ChildStdout>,
    stderr: ChildStderr,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts the program on a free port.
    pub(crate) fn start() -> Self {
        Self::start_on(0)
    }

    /// Starts the program on this port.
    pub(crate) fn start_on(port: u16) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_live"))
            .args(["--port", &port.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("live starts");
        let mut stdout = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let stderr = process.stderr.take().expect("stderr is piped");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the program prints");
        let url = line.strip_prefix("listening on http://").expect("the first line names the URL");
        let (address, _) = url.split_once('/').expect("the URL ends with a slash");
        let address = address.parse().expect("the URL names an address");
        Self { process, _stdout: stdout, stderr, address }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the server accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        stream
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.process.id().to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "kill -{name}");
    }

    /// Waits for the program's end: its status, and what it wrote to stderr.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.process.try_wait().expect("the process can be waited for") {
                break status;
            }
            assert!(Instant::now() < deadline, "the program did not end");
            thread::sleep(Duration::from_millis(10));
        };
        let mut stderr = String::new();
        self.stderr.read_to_string(&mut stderr).expect("stderr is text");
        (status, stderr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
