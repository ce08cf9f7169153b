//! The program against small servers of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::thread::{self, JoinHandle};

/// Serves one connection after another, each with its answer, and gives the heads of the requests.
fn serve(answers: Vec<Vec<u8>>) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/events?of=today", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let answer = |answer: Vec<u8>| {
            let (mut stream, _) = listener.accept().unwrap();
            let head = read_head(&stream);
            stream.write_all(&answer).unwrap();
            head
        };
        answers.into_iter().map(answer).collect()
    });
    (url, server)
}

fn read_head(stream: &TcpStream) -> String {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0);
    }
    head
}

/// A response to this body, as it is or in chunks of `size` bytes.
fn ok(body: &str, chunk: Option<usize>) -> Vec<u8> {
    let mut answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n".to_vec();
    match chunk {
        None => answer.extend_from_slice(format!("\r\n{body}").as_bytes()),
        Some(size) => {
            answer.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in body.as_bytes().chunks(size) {
                answer.extend_from_slice(format!("{:X}\r\n", chunk.len()).as_bytes());
                answer.extend_from_slice(chunk);
                answer.extend_from_slice(b"\r\n");
            }
            answer.extend_from_slice(b"0\r\n\r\n");
        }
    }
    answer
}

fn start(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sse_tail"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn run(args: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = start(args).wait_with_output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn prints_events_of_a_plain_and_of_a_chunked_body() {
    let body =
        "data: one\n\nevent: tick\nid: 7\ndata: two\ndata: \u{1b}[31mlines\n\n: comment\n\ndata: €\n\ndata: cut off";
    for chunk in [None, Some(1), Some(2), Some(3), Some(1000)] {
        let (url, server) = serve(vec![ok(body, chunk)]);
        let (status, stdout, _) = run(&["--no-reconnect", &url]);
        assert_eq!(stdout, "message: one\ntick [7]: two\n    \\u{1b}[31mlines\nmessage [7]: €\n");
        assert_eq!(status, Some(0));
        let head = server.join().unwrap().remove(0);
        assert!(head.starts_with("GET /events?of=today HTTP/1.1\r\nHost: 127.0.0.1:"), "{head}");
        assert!(head.contains("\r\naccept: text/event-stream\r\n"), "{head}");
        assert!(head.contains("\r\ncache-control: no-cache\r\n"), "{head}");
        assert!(!head.contains("last-event-id"), "{head}");
    }
}

#[test]
fn reconnects_from_the_last_event_until_the_server_says_204() {
    let (url, server) = serve(vec![
        ok("retry: 1\nid: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: not whole", None),
        ok("data: c\n\nid: 4\n\n", Some(5)),
        // The body breaks off within a chunk.
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: d\n\n\r\n5\r\nda".to_vec(),
        b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(),
    ]);
    let (status, stdout, stderr) = run(&[&url]);
    assert_eq!(stdout, "message [1]: a\nmessage [2]: b\nmessage [2]: c\nmessage [4]: d\n");
    assert_eq!(status, Some(0));
    assert!(stderr.contains("the stream has ended\nsse_tail: trying again in 0.1 s"), "{stderr}");
    assert!(stderr.contains("the connection has ended within the body\n"), "{stderr}");
    let ids: Vec<_> = server.join().unwrap().iter().map(|head| last_event_id(head)).collect();
    assert_eq!(ids, [None, Some("2".to_owned()), Some("4".to_owned()), Some("4".to_owned())]);
}

fn last_event_id(head: &str) -> Option<String> {
    head.lines().find_map(|line| line.strip_prefix("last-event-id: ").map(str::to_owned))
}

#[test]
fn starts_after_the_event_it_is_told() {
    let (url, server) = serve(vec![ok("data: a\n\n", None)]);
    let (_, stdout, _) = run(&["--no-reconnect", "--last-event-id", "41 é", &url]);
    assert_eq!(stdout, "message [41 é]: a\n");
    assert_eq!(last_event_id(&server.join().unwrap()[0]).as_deref(), Some("41 é"));
}

#[test]
fn prints_each_event_at_once_and_stops_after_so_many() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut child = start(&["--max-events", "2", &url]);
    let (mut stream, _) = listener.accept().unwrap();
    read_head(&stream);
    stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream;charset=utf-8\r\n\r\n").unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for data in ["first", "second"] {
        stream.write_all(format!("data: {data}\n\n").as_bytes()).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, format!("message: {data}\n"));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn gives_up_on_a_wrong_status_or_content_type() {
    for (answer, message) in [
        ("HTTP/1.1 404 Not Found\r\n\r\n", "response status is 404, expected 200"),
        ("HTTP/1.1 503 Busy\r\nContent-Type: text/event-stream\r\n\r\n", "response status is 503, expected 200"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", "content type is not text/event-stream"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/event-streams\r\n\r\n", "content type is not"),
        ("HTTP/1.1 200 OK\r\n\r\n", "content type is not"),
    ] {
        let (url, server) = serve(vec![answer.as_bytes().to_vec()]);
        let (status, stdout, stderr) = run(&[&url]);
        assert_eq!((status, &*stdout), (Some(1), ""), "{stderr}");
        assert!(stderr.contains(message), "{stderr}");
        server.join().unwrap();
    }
}

#[test]
fn wrong_options_get_the_usage() {
    for args in [
        &[][..],
        &["--nope", "http://a"],
        &["https://a"],
        &["http://a", "http://b"],
        &["--max-events"],
        &["--max-events", "x", "http://a"],
        &["--max-events", "0", "http://a"],
        &["--last-event-id", "a\nb", "http://a"],
    ] {
        let (status, _, stderr) = run(args);
        assert_eq!(status, Some(2), "{args:?}");
        assert!(stderr.contains("usage: sse_tail"), "{stderr}");
    }
    let (status, stdout, _) = run(&["--help"]);
    assert_eq!(status, Some(0));
    assert!(stdout.contains("--last-event-id ID"), "{stdout}");
}
