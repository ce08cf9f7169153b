//! The program, run small.

#![cfg(target_os = "linux")]

use std::process::{Command, Output};

fn many(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_many")).args(arguments).output().expect("the program runs")
}

/// The number before `unit` in a line of the program's.
fn number_before(line: &str, unit: &str) -> f64 {
    let (before, _) = line.split_once(unit).unwrap_or_else(|| panic!("no {unit:?} in {line:?}"));
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no number in {line:?}"))
}

#[test]
fn connections_are_held_and_messages_echoed() {
    let output = many(&["--connections", "200", "--messages", "4010"]);
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success(), "{stdout}");
    let lines: Vec<&str> = stdout.lines().collect();
    let [limit, idle, echo] = lines[..] else { panic!("{stdout}") };
    assert!(limit.starts_with("open files: limit "), "{limit}");
    assert!(idle.starts_with("idle: 200 connections, "), "{idle}");
    // A read buffer for each would be more. The pages of so few connections make the figure a rough one.
    assert!(number_before(idle, " resident bytes each") < 16.0 * 1024.0, "{idle}");
    assert!(echo.starts_with("echo: 4000 messages of 125 bytes, 200 connections, 16 in flight: "), "{echo}");
    assert!(number_before(echo, " server CPU seconds") < 1000.0, "{echo}");
}

#[test]
fn help_and_wrong_arguments() {
    let help = many(&["--help"]);
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).starts_with("usage: many "));
    let wrong = many(&["--connections", "-1"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).starts_with("many: --connections -1: expected a number\n"));
}
