//! The two programs as their users meet them.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A running server, ended when it is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn http2_client(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_http2_client")).args(arguments).output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn messages_go_and_come() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_http2_server"));
    let mut server = Server(command.args(["--port", "0"]).stdout(Stdio::piped()).spawn().expect("the program starts"));
    let mut stdout = BufReader::new(server.0.stdout.take().expect("stdout is piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("text");
    let host = line.trim_end().strip_prefix("listening on http://").expect("the address");

    let uri = format!("ws://{host}/echo");
    let result = http2_client(&[&uri, "--message", "one", "--message", "zwei", "--protocol", "echo"]);
    assert_eq!(result, (Some(0), "one\nzwei\n".into(), "subprotocol: echo\n".into()));

    let result = http2_client(&[&format!("ws://{host}/")]);
    assert_eq!(result, (Some(1), String::new(), "http2_client: the server refused: 404\n".into()));
}

#[test]
fn help_and_wrong_arguments() {
    let (status, stdout, _) = http2_client(&["--help"]);
    assert_eq!(status, Some(0));
    assert!(stdout.starts_with("usage: http2_client ws://"), "{stdout}");
    for wrong in [&[][..], &["http://localhost/"], &["ws://a/", "--message"]] {
        let (status, stdout, stderr) = http2_client(wrong);
        assert_eq!((status, &*stdout), (Some(2), ""), "{wrong:?}: {stderr}");
    }
}
