//! The example `sse_to_json`, run as a program.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use common::vectors::{Expected, vectors};
use serde_json::Value;

/// Cargo builds the examples before it runs a package's tests, and puts them beside the tests' own folder.
fn inspector() -> Command {
    let mut path: PathBuf = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push(format!("examples/sse_to_json{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing: run `cargo build -p sse-proto --examples`", path.display());
    Command::new(path)
}

fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child =
        inspector().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        // The program stops reading where it finds an error, so the rest of a long input may find no reader.
        scope.spawn(move || stdin.write_all(input).ok());
        child.wait_with_output().unwrap()
    })
}

fn lines(output: &Output) -> Vec<Value> {
    let text = core::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn gives_every_vector_at_every_chunk_size() {
    for vector in vectors() {
        for args in [&[][..], &["--chunk", "1"], &["--chunk", "2"], &["--chunk", "3"], &["--chunk", "7"]] {
            let output = run(args, &vector.input());
            assert!(output.status.success());
            let mut lines = lines(&output);
            let end = lines.pop().unwrap();
            let events: Vec<Expected> = lines.iter().filter(|line| line["item"] == "event").map(event).collect();
            assert_eq!(events, vector.expected, "{}", vector.name);
            assert_eq!(end["item"], "end");
            assert_eq!(end["lastEventId"], vector.final_last_event_id, "{}", vector.name);
            assert!(end["error"].is_null(), "{}", vector.name);
            vector.check_retry(end["retryMs"].as_u64());
        }
    }
}

fn event(line: &Value) -> Expected {
    let text = |key: &str| line[key].as_str().unwrap().to_owned();
    Expected { event_type: text("type"), data: text("data"), id: text("lastEventId") }
}

#[test]
fn prints_the_documented_lines_byte_for_byte() {
    let output =
        run(&[], b": ping\nretry: 2500\nevent: say\nid: \xE2\x82\xAC\ndata: \"a\\b\"\ndata: \t\x01\x7F\n\n:no space\n");
    let expected = concat!(
        r#"{"item":"comment","text":"ping"}"#,
        "\n",
        r#"{"item":"retry","ms":2500}"#,
        "\n",
        r#"{"item":"event","type":"say","data":"\"a\\b\"\n\t\u0001"#,
        "\u{7F}",
        r#"","lastEventId":"€"}"#,
        "\n",
        r#"{"item":"comment","text":"no space"}"#,
        "\n",
        r#"{"item":"end","lastEventId":"€","retryMs":2500,"error":null}"#,
        "\n",
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn prints_an_event_before_the_input_ends() {
    let mut child = inspector().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    for data in ["first", "second"] {
        stdin.write_all(format!("data: {data}\n\n").as_bytes()).unwrap();
        line.clear();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["data"], data);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_limit_ends_the_output_with_the_error_and_status_1() {
    let mut input = b"id: 1\ndata: before\n\ndata: ".to_vec();
    input.resize(input.len() + (8 << 20), b'x');
    let output = run(&[], &input);
    let lines = lines(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines[0]["data"], "before");
    assert_eq!(lines[1]["error"], "line reached 8388609 bytes, limit 8388608");
    assert_eq!(lines[1]["lastEventId"], "1");
}

#[test]
fn wrong_options_get_the_usage_and_status_2() {
    for args in [&["--chunks", "1"][..], &["--chunk"], &["--chunk", "0"], &["--chunk", "x"], &["file"]] {
        let output = run(args, b"");
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(message.contains("usage: sse_to_json [--chunk N]"), "{message}");
        assert!(output.stdout.is_empty());
    }
}
