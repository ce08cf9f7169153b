//! The three programs as their users meet them.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::thread;

const SERVER: &str = env!("CARGO_BIN_EXE_push_server");
const CLIENT: &str = env!("CARGO_BIN_EXE_push_client");
const PROXY: &str = env!("CARGO_BIN_EXE_push_proxy");

/// A running program, ended when it is dropped.
struct Program {
    process: Child,
    stdout: BufReader<ChildStdout>,
}

impl Program {
    fn start(program: &str, arguments: &[&str]) -> Self {
        Self::spawn(Command::new(program).args(arguments).stderr(Stdio::null()))
    }

    /// The program, and what it writes to its standard error.
    fn start_with_stderr(program: &str, arguments: &[&str]) -> (Self, ChildStderr) {
        let mut program = Self::spawn(Command::new(program).args(arguments).stderr(Stdio::piped()));
        let stderr = program.process.stderr.take().expect("stderr is piped");
        (program, stderr)
    }

    fn spawn(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the program starts");
        let stdout = BufReader::new(process.stdout.take().expect("stdout is piped"));
        Self { process, stdout }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("text");
        line.trim_end().to_owned()
    }

    /// The URL that a server names in its first line.
    fn url(&mut self) -> String {
        self.line().strip_prefix("listening on ").expect("the first line names the URL").to_owned()
    }

    /// The numbers of the ticks that a client prints, up to its end, which has to be a good one.
    fn ticks(mut self) -> Vec<u64> {
        let mut text = String::new();
        self.stdout.read_to_string(&mut text).expect("text");
        assert!(self.process.wait().expect("it ends").success(), "{text}");
        text.lines().map(tick).collect()
    }

    /// Asks the program to end.
    #[cfg(unix)]
    fn terminate(&self) {
        let status = Command::new("kill").arg(self.process.id().to_string()).status();
        assert!(status.is_ok_and(|status| status.success()), "kill");
    }

    /// Asks the program to end, and waits until it has.
    #[cfg(unix)]
    fn stop(mut self) {
        self.terminate();
        assert!(self.process.wait().expect("it ends").success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A server of ticks. It holds more of them than are published while a test waits, however busy the machine is.
fn server(interval: &str, drop_after: &str) -> Program {
    let times = ["--port", "0", "--interval", interval, "--retry", "1"];
    Program::start(SERVER, &[&times[..], &["--held", "20000", "--drop-after", drop_after]].concat())
}

/// The number in `tick [ID]: NUMBER`, which is also the end of the ID.
fn tick(line: &str) -> u64 {
    let (head, number) = line.split_once("]: ").expect("an ID and data");
    assert!(head.starts_with("tick [") && head.ends_with(&format!("-{number}")), "{line}");
    number.parse().expect("a number")
}

/// Whether each number is the one before plus one: nothing is missed, nothing comes twice.
fn is_gapless(numbers: &[u64]) -> bool {
    numbers.windows(2).all(|pair| pair[0] + 1 == pair[1])
}

fn state_file(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.json", std::process::id()));
    let _ = fs::remove_file(&path);
    path
}

#[test]
fn a_client_misses_nothing_though_the_server_drops_it() {
    let mut server = server("10", "15");
    let url = server.url();
    let ticks = Program::start(CLIENT, &["--max-events", "70", &url]).ticks();
    assert_eq!(ticks.len(), 70);
    assert!(is_gapless(&ticks), "{ticks:?}");
}

#[test]
fn what_is_posted_reaches_all() {
    let mut server = Program::start(SERVER, &["--port", "0", "--interval", "0"]);
    let url = server.url();
    let mut clients: Vec<_> = (0..5).map(|_| Program::start(CLIENT, &[&url])).collect();
    // Each gets one event at least if it is connected when that is posted; so post until all have one.
    let host = url.trim_start_matches("http://").trim_end_matches("/events").to_owned();
    let poster = thread::spawn(move || {
        for number in 0.. {
            let Ok(mut stream) = std::net::TcpStream::connect(&host) else { return };
            let body = format!("grüße {number}");
            let head = format!("POST /events HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
            if write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).is_err() {
                return;
            }
            let mut response = String::new();
            if stream.read_to_string(&mut response).is_err() || response.is_empty() {
                return;
            }
            assert!(response.starts_with("HTTP/1.1 204 "), "{response}");
        }
    });
    for client in &mut clients {
        let line = client.line();
        assert!(line.starts_with("message [") && line.contains("]: grüße "), "{line}");
    }
    drop(server);
    poster.join().expect("all posts were taken");
}

#[test]
#[cfg(unix)]
fn a_client_goes_on_in_another_run() {
    let mut server = server("5", "1000000");
    let url = server.url();
    let state = state_file("client");
    let state = state.to_str().expect("text");
    let mut ticks = Program::start(CLIENT, &["--state", state, "--max-events", "5", &url]).ticks();
    // Ended by a signal, in the middle of the stream.
    let mut client = Program::start(CLIENT, &["--state", state]);
    for _ in 0..5 {
        ticks.push(tick(&client.line()));
    }
    client.terminate();
    ticks.extend(client.ticks());
    ticks.extend(Program::start(CLIENT, &["--state", state, "--max-events", "5"]).ticks());
    assert!(ticks.len() >= 15 && is_gapless(&ticks), "{ticks:?}");
}

#[test]
#[cfg(unix)]
fn a_proxy_takes_over_from_a_client_and_from_another_proxy() {
    let mut server = server("10", "40");
    let url = server.url();
    let state = state_file("proxy");
    let state = state.to_str().expect("text");

    // A client reads some events by itself, and hands the stream over.
    let mut ticks = Program::start(CLIENT, &["--state", state, "--max-events", "5", &url]).ticks();
    let mut proxy = Program::start(PROXY, &["--state", state, "--port", "0"]);
    let proxied = proxy.url();
    let port = proxied.rsplit_once(':').and_then(|(_, rest)| rest.strip_suffix("/events")).expect("a port").to_owned();

    // Another client, without an ID of its own, gets what follows; and does so while proxies come and go.
    let mut client = Program::start(CLIENT, &["--max-events", "120", &proxied]);
    for _ in 0..3 {
        for _ in 0..20 {
            ticks.push(tick(&client.line()));
        }
        proxy.stop();
        proxy = Program::start(PROXY, &["--state", state, "--port", &port]);
        assert_eq!(proxy.url(), proxied);
    }
    ticks.extend(client.ticks());
    assert_eq!(ticks.len(), 125);
    assert!(is_gapless(&ticks), "{ticks:?}");
}

#[test]
#[cfg(unix)]
fn a_proxy_knows_the_place_of_a_client_that_does_not() {
    let mut server = server("5", "1000000");
    let state = state_file("place");
    let state = state.to_str().expect("text");
    let mut ticks = Vec::new();
    let url = server.url();
    for _ in 0..3 {
        let mut proxy = Program::start(PROXY, &["--state", state, "--port", "0", &url]);
        let proxied = proxy.url();
        // A client that has no ID starts where the last one stood, or a little later: what the proxy had written, and that
        // one not read, is lost to a client that can't tell.
        let mut client = Program::start(CLIENT, &[&proxied]);
        for _ in 0..10 {
            ticks.push(tick(&client.line()));
        }
        drop(client);
        proxy.stop();
        let held: serde_json::Value = serde_json::from_slice(&fs::read(state).expect("a state")).expect("JSON");
        let id = held["last_event_id"].as_str().expect("an ID");
        let (_, number) = id.rsplit_once('-').expect("a number");
        let last = ticks.last().copied().expect("ticks");
        assert!(number.parse::<u64>().expect("a number") >= last, "{id} after {last}");
        assert_eq!(held["url"], *url);
    }
    assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]), "nothing twice: {ticks:?}");
}

#[test]
fn a_proxy_tells_what_it_can_not_pass_on() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/events", listener.local_addr().expect("an address"));
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the proxy connects");
        let mut head = String::new();
        let mut reader = BufReader::new(&stream);
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(reader.read_line(&mut head).expect("text"), 0);
        }
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        let events = b"id: 1\nevent: a\0b\ndata: lost\n\nid: 2\ndata: kept\n\n";
        stream.write_all(&[&head[..], events].concat()).expect("the proxy reads");
        stream
    });
    let state = state_file("loss");
    let arguments = ["--state", state.to_str().expect("text"), "--port", "0", &url];
    let (mut proxy, stderr) = Program::start_with_stderr(PROXY, &arguments);
    let mut client = Program::start(CLIENT, &["--max-events", "1", &proxy.url()]);
    assert_eq!(client.line(), "message [2]: kept");
    drop(server.join().expect("the proxy has asked"));
    let mut lines = BufReader::new(stderr).lines().skip(1).map(|line| line.expect("text"));
    let expected = "push_proxy: the event [1] is lost: NUL at byte 1 of an event type or an ID";
    assert_eq!(lines.next().as_deref(), Some(expected));
}

#[test]
fn a_client_does_as_the_server_says() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/events", listener.local_addr().expect("an address"));
    let server = thread::spawn(move || {
        let answer = |answer: &str| {
            let (mut stream, _) = listener.accept().expect("the program connects");
            let mut head = String::new();
            let mut reader = BufReader::new(&stream);
            while !head.ends_with("\r\n\r\n") {
                assert_ne!(reader.read_line(&mut head).expect("text"), 0);
            }
            stream.write_all(answer.as_bytes()).expect("the program reads");
            head
        };
        let stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
        // Each connection is closed after its response; a client that was not told might use it once more.
        let closed = "Connection: close\r\nContent-Length: 0\r\n";
        [
            answer(&format!("HTTP/1.1 307 Temporary Redirect\r\n{closed}Location: /elsewhere\r\n\r\n")),
            answer(&format!("{stream}retry: 1\nid: a\ndata: one\n\nid: b\ndata: cut off")),
            answer(&format!("HTTP/1.1 503 Service Unavailable\r\n{closed}Retry-After: 0\r\n\r\n")),
            answer(&format!("{stream}event: two\ndata\n\n")),
            answer("HTTP/1.1 204 No Content\r\n\r\n"),
        ]
    });
    let mut client = Program::start(CLIENT, &[&url]);
    assert_eq!([client.line(), client.line(), client.line()], ["message [a]: one", "two [a]:", ""]);
    assert_eq!(client.process.wait().expect("it ends").code(), Some(0), "204 is the end");
    let heads = server.join().expect("all requests came");
    for head in &heads {
        assert!(head.contains("\r\naccept: text/event-stream\r\n"), "{head}");
    }
    let id = |head: &String| head.lines().find_map(|line| line.strip_prefix("last-event-id: ").map(str::to_owned));
    assert_eq!(heads.each_ref().map(id).map(Option::unwrap_or_default), ["", "", "a", "a", "a"]);
    assert!(heads[1].starts_with("GET /elsewhere HTTP/1.1\r\n"), "{}", heads[1]);
    assert!(heads[2].starts_with("GET /events HTTP/1.1\r\n"), "{}", heads[2]);
}

#[test]
fn a_stream_that_is_none_is_an_error() {
    let mut server = Program::start(SERVER, &["--port", "0"]);
    let url = server.url().replace("/events", "/nothing");
    let output = Command::new(CLIENT).arg(&url).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stderr, "push_client: response status is 404, expected 200\n");
    // Through a proxy too.
    let state = state_file("none");
    let mut proxy = Program::start(PROXY, &["--state", state.to_str().expect("text"), "--port", "0", &url]);
    let mut stream =
        std::net::TcpStream::connect(proxy.url().trim_start_matches("http://").trim_end_matches("/events"))
            .expect("the proxy accepts");
    stream.write_all(b"GET /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("text");
    assert!(response.starts_with("HTTP/1.1 502 Bad Gateway\r\n"), "{response}");
    assert!(response.ends_with("response status is 404, expected 200\n"), "{response}");
}

#[test]
fn help_and_wrong_options() {
    for (program, name) in [(SERVER, "push_server"), (CLIENT, "push_client"), (PROXY, "push_proxy")] {
        let help = Command::new(program).arg("--help").output().expect("the program runs");
        assert!(help.status.success());
        assert!(String::from_utf8_lossy(&help.stdout).starts_with(&format!("usage: {name} ")));
        for arguments in [&["--nope"][..], &["--port"], &["--max-events", "x"], &["a", "b"]] {
            let wrong = Command::new(program).args(arguments).output().expect("the program runs");
            assert_eq!(wrong.status.code(), Some(2), "{name} {arguments:?}");
            assert!(String::from_utf8_lossy(&wrong.stderr).contains(&format!("usage: {name} ")));
        }
    }
}
