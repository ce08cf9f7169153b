//! The inspector `ws_handshake`, run as a program on the test vectors, in pieces of several sizes.

#![cfg(feature = "alloc")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use base64::Engine as _;
use serde_json::Value;

/// The inspector, which `cargo test` builds beside this test.
static INSPECTOR: LazyLock<PathBuf> = LazyLock::new(|| {
    let test = std::env::current_exe().expect("this program has a path");
    let target = test.ancestors().nth(2).expect("tests lie in a folder of the target folder");
    let program = target.join("examples").join(format!("ws_handshake{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let built = Command::new(env!("CARGO")).args(["build", "--example", "ws_handshake"]).status();
        assert!(built.expect("cargo runs").success());
    }
    program
});

struct Run {
    stdout: Vec<u8>,
    summary: Value,
    exit_status: i32,
}

fn run(args: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(&*INSPECTOR)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the inspector starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input).expect("the inspector reads all its input");
    drop(stdin);
    let output = child.wait_with_output().expect("the inspector ends");
    let summary = String::from_utf8(output.stderr).expect("text");
    assert_eq!(summary.lines().count(), 1, "{summary}");
    Run {
        stdout: output.stdout,
        summary: serde_json::from_str(&summary).expect("a line of JSON"),
        exit_status: output.status.code().expect("an exit status"),
    }
}

fn vectors(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("vectors/websocket.json")).expect("the vectors are JSON");
    let vectors = all[name].as_array().expect("a list").clone();
    assert!(!vectors.is_empty());
    vectors
}

fn base64(value: &Value) -> Option<Vec<u8>> {
    Some(base64::engine::general_purpose::STANDARD.decode(value.as_str()?).expect("the vectors hold base64"))
}

/// Whether the outcome and the exit status are among those that a vector expects.
fn check(vector: &Value, run: &Run) {
    let outcome = run.summary["outcome"].as_str().expect("an outcome");
    let expected: &[&str] = match vector["expect"].as_str().expect("an expectation") {
        "accept" => &["accepted"],
        "reject" => &["rejected"],
        "either" => &["accepted", "rejected"],
        _ => &["incomplete"],
    };
    assert!(expected.contains(&outcome), "{}: {}", vector["name"], run.summary);
    let exit_status = match outcome {
        "accepted" => 0,
        "rejected" => 1,
        _ => 3,
    };
    assert_eq!(run.exit_status, exit_status, "{}", vector["name"]);
    assert_eq!(run.summary["error"].is_null(), outcome == "accepted", "{}: {}", vector["name"], run.summary);
}

#[test]
fn the_servers_side() {
    for vector in vectors("server_handshake") {
        let Some(request) = base64(&vector["request_base64"]) else { continue };
        let whole = run(&["server"], &request);
        check(&vector, &whole);
        let status = std::str::from_utf8(&whole.stdout[9..12]).expect("a status").parse::<u16>().expect("a number");
        assert_eq!(whole.summary["status"], status, "{}", vector["name"]);
        assert!(vector["status"].as_array().expect("a list").contains(&status.into()), "{}", vector["name"]);
        for chunk in ["1", "2", "3", "7"] {
            let cut = run(&["server", "--chunk", chunk], &request);
            assert_eq!((cut.summary, cut.stdout), (whole.summary.clone(), whole.stdout.clone()), "{}", vector["name"]);
        }
    }
}

#[test]
fn the_clients_side() {
    for vector in vectors("client_handshake") {
        let response = base64(&vector["response_base64"]).expect("a response");
        let mut args = vec!["client", "--key", vector["key"].as_str().expect("a key")];
        for protocol in vector["requested_protocols"].as_array().into_iter().flatten() {
            args.extend(["--protocol", protocol.as_str().expect("a name")]);
        }
        let whole = run(&args, &response);
        check(&vector, &whole);
        for chunk in ["1", "2", "3", "7"] {
            let cut = run(&[&args[..], &["--chunk", chunk]].concat(), &response);
            assert_eq!(cut.summary, whole.summary, "{}", vector["name"]);
        }
    }
}

#[test]
fn what_the_summary_says() {
    let request = "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Protocol: x, chat\r\n\r\nabc";
    let run = run(&["server", "--protocol", "chat", "--protocol", "x"], request.as_bytes());
    let expected =
        serde_json::json!({"outcome":"accepted","status":101,"subprotocol":"chat","leftover":3,"error":null});
    assert_eq!(run.summary, expected);
    assert!(String::from_utf8(run.stdout).expect("text").ends_with("Sec-WebSocket-Protocol: chat\r\n\r\n"));
}

#[test]
fn the_summary_of_no_input() {
    for args in [&["server"][..], &["client", "--key", "dGhlIHNhbXBsZSBub25jZQ=="]] {
        let run = run(args, b"");
        assert_eq!((run.summary["outcome"].as_str(), run.summary["status"].is_null()), (Some("incomplete"), true));
        assert_eq!((run.stdout.len(), run.exit_status), (0, 3));
    }
}

#[test]
fn help() {
    let output = Command::new(&*INSPECTOR).arg("--help").output().expect("the inspector runs");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).expect("text").starts_with("usage: ws_handshake server"));
}

#[test]
fn wrong_arguments() {
    for args in
        [&[][..], &["proxy"], &["server", "--key"], &["client"], &["client", "--key", "x"], &["server", "--chunk", "0"]]
    {
        let output = Command::new(&*INSPECTOR).args(args).stdin(Stdio::null()).output().expect("the inspector runs");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8(output.stderr).expect("text").contains("usage:"), "{args:?}");
    }
}
