//! The inspector `utf8_check`, run as a process: its options, its output and its exit status.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

/// `cargo test` builds the examples beside the tests: `target/<profile>/examples`, tests in `target/<profile>/deps`.
fn inspector() -> Command {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let example: PathBuf = profile.join("examples").join(format!("utf8_check{}", std::env::consts::EXE_SUFFIX));
    assert!(example.exists(), "{} is missing: `cargo build --examples` makes it", example.display());
    Command::new(example)
}

fn start(options: &[&str]) -> Child {
    inspector().args(options).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn run(options: &[&str], input: &[u8]) -> Output {
    let mut child = start(options);
    // The inspector may stop at an error before it has read everything, which closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

#[track_caller]
fn expect(options: &[&str], input: &[u8], stdout: &str, status: i32) {
    let output = run(options, input);
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout, "{options:?}");
    assert_eq!(output.status.code(), Some(status), "{options:?}");
}

const CHUNKS: [&[&str]; 5] =
    [&[], &["--chunk", "1"], &["--chunk", "2"], &["--chunk", "7"], &["--chunk", "18446744073709551615"]];

#[test]
fn verdict_is_one_line_of_json() {
    for options in CHUNKS {
        expect(options, "naïve 😀".as_bytes(), "{\"valid\":true,\"len\":11}\n", 0);
        expect(options, b"", "{\"valid\":true,\"len\":0}\n", 0);
        expect(options, b"ab\xE2\x82z", "{\"valid\":false,\"valid_up_to\":2,\"error_len\":2}\n", 1);
        expect(options, b"ab\xE2\x82", "{\"valid\":false,\"valid_up_to\":2,\"error_len\":null}\n", 1);
    }
}

#[test]
fn lossy_writes_the_decoded_text() {
    for options in CHUNKS {
        let options = [options, &["--lossy"]].concat();
        expect(&options, "naïve 😀".as_bytes(), "naïve 😀", 0);
        expect(&options, "\u{FFFD}".as_bytes(), "\u{FFFD}", 0);
        expect(&options, b"ab\xE2\x82z\xFF\xFF!\xF0", "ab\u{FFFD}z\u{FFFD}\u{FFFD}!\u{FFFD}", 1);
    }
}

#[test]
fn input_longer_than_a_pipe_passes_through() {
    let text = "Größe und Maß. ".repeat(100_000);
    let expected = format!("{{\"valid\":true,\"len\":{}}}\n", text.len());
    expect(&[], text.as_bytes(), &expected, 0);
    expect(&["--chunk", "1000"], text.as_bytes(), &expected, 0);
}

#[test]
fn the_verdict_does_not_wait_for_the_end_of_the_input() {
    let mut child = start(&[]);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"abc\xFF").unwrap();
    stdin.flush().unwrap();
    // Standard input is still open, and stays so until the verdict is in.
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    assert_eq!(stdout, "{\"valid\":false,\"valid_up_to\":3,\"error_len\":1}\n");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn lossy_text_comes_out_as_it_comes_in() {
    let mut child = start(&["--lossy"]);
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    for text in ["first", "second"] {
        stdin.write_all(text.as_bytes()).unwrap();
        let mut echoed = vec![0; text.len()];
        stdout.read_exact(&mut echoed).unwrap();
        assert_eq!(echoed, text.as_bytes());
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn wrong_options_print_the_usage_and_exit_with_2() {
    for options in
        [&["--chunk", "0"][..], &["--chunk", "-1"], &["--chunk", "x"], &["--chunk"], &["--frobnicate"], &["file.txt"]]
    {
        let output = run(options, b"");
        assert_eq!(output.status.code(), Some(2), "{options:?}");
        assert!(output.stdout.is_empty(), "{options:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("usage: utf8_check"), "{options:?}: {stderr}");
    }
}

#[test]
fn help_prints_the_usage() {
    let output = run(&["--help"], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().contains("usage: utf8_check"));
}
