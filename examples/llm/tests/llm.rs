//! The program as its users meet it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

const GREETING: &str = "You said “grüß dich”. Grüße, 世界 🦀!\nThat is all I know: I am a fake.\n";

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_llm"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

/// Its exit status, standard output and standard error.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = start(arguments).wait_with_output().expect("the program ends");
    (status.code(), String::from_utf8(stdout).expect("text"), String::from_utf8(stderr).expect("text"))
}

#[test]
fn a_whole_answer_is_printed() {
    assert_eq!(run(&["grüß dich"]), (Some(0), GREETING.to_owned(), String::new()));
}

#[test]
fn a_missing_blank_line_at_the_end_is_no_matter() {
    assert_eq!(run(&["--fake", "no-blank-line", "grüß dich"]), (Some(0), GREETING.to_owned(), String::new()));
}

#[test]
fn what_is_not_whole_is_said_to_be_so() {
    for (manner, printed, problem) in [
        ("cut-off", "You said \n", "llm: the answer broke off: error decoding response body: "),
        ("no-done", "You said \n", "llm: the answer ended before [DONE]\n"),
        ("error", "You said \n", "llm: the server failed within the answer: overloaded\n"),
        ("busy", "\n", "llm: the server refuses with 429 Too Many Requests: try later\n"),
    ] {
        let (status, stdout, stderr) = run(&["--fake", manner, "x"]);
        assert_eq!((status, &*stdout), (Some(1), printed), "{manner}");
        assert!(stderr.starts_with(problem), "{manner}: {stderr}");
    }
}

/// Reads a request up to the end of its body, and gives it.
fn read_request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut request).expect("text"), 0);
    }
    let len = request.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    let mut body = vec![0; len.parse().expect("a number")];
    reader.read_exact(&mut body).expect("the whole body");
    request + std::str::from_utf8(&body).expect("text")
}

#[test]
fn each_piece_is_printed_when_it_comes() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/chat", listener.local_addr().expect("an address"));
    let mut child = start(&["--url", &url, "a prompt"]);
    let (mut stream, _) = listener.accept().expect("the program connects");
    let request = read_request(&stream);
    assert!(request.starts_with("POST /chat HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\naccept: text/event-stream\r\n"), "{request}");
    assert!(request.contains(r#""stream":true"#) && request.contains(r#""content":"a prompt""#), "{request}");

    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").expect("the program reads");
    let mut stdout = child.stdout.take().expect("stdout is piped");
    for text in ["one ", "two\u{1b} ", "three"] {
        let event = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", text.escape_default());
        stream.write_all(event.replace("\\u{1b}", "\\u001b").as_bytes()).expect("the program reads");
        // This comes before the next piece is even sent, without what would control a terminal.
        let text = text.replace('\u{1b}', "");
        let mut printed = vec![0; text.len()];
        stdout.read_exact(&mut printed).expect("it is printed");
        assert_eq!(String::from_utf8(printed).expect("text"), text);
    }
    stream.write_all(b"data: [DONE]\n\n").expect("the program reads");
    assert_eq!(child.wait().expect("the program ends").code(), Some(0), "it does not wait for the end of the body");
}

#[test]
fn other_responses_are_refused() {
    for (response, problem) in [
        ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", "is no event stream"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: not JSON\n\n", "data is not JSON"),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "refuses with 404 Not Found"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", "ended before [DONE]"),
        ("nonsense\r\n\r\n", "no response"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let child = start(&["--url", &url]);
        let (mut stream, _) = listener.accept().expect("the program connects");
        read_request(&stream);
        stream.write_all(response.as_bytes()).expect("the program reads");
        drop(stream);
        let output = child.wait_with_output().expect("the program ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(problem), "{stderr}");
    }
}

#[test]
fn help_and_wrong_options() {
    let (status, stdout, _) = run(&["--help"]);
    assert!(status == Some(0) && stdout.starts_with("usage: llm "), "{stdout}");
    for arguments in [&["--nope"][..], &["--url"], &["--fake", "x"]] {
        let (status, _, stderr) = run(arguments);
        assert_eq!(status, Some(2), "{arguments:?}");
        assert!(stderr.contains("usage: llm "), "{stderr}");
    }
}
