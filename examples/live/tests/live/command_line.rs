//! `--help`, and arguments that are wrong.

use std::net::TcpListener;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_live")).args(arguments).output().expect("live starts");
    (status.code(), String::from_utf8(stdout).expect("text"), String::from_utf8(stderr).expect("text"))
}

#[test]
fn help_names_every_option() {
    let (code, stdout, stderr) = run(&["--help"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(stdout.contains("--port PORT") && stdout.contains("--help"), "{stdout}");
}

#[test]
fn a_wrong_argument_is_named() {
    let (code, stdout, stderr) = run(&["--port", "http"]);
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert!(stderr.starts_with("live: --port \"http\" is not a number from 0 to 65535\n"), "{stderr}");
}

#[test]
fn a_port_that_is_taken_is_named_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let (code, stdout, stderr) = run(&["--port", &port]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.starts_with(&format!("live: cannot listen on 127.0.0.1:{port}: ")), "{stderr}");
    assert!(stderr.contains("--port 0"), "{stderr}");
}
