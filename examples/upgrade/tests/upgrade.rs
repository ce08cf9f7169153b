//! The program as its users meet it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use websocket_proto::handshake::{ClientHandshake, Key, Offer, Outcome};
use websocket_proto::{CloseCode, Config, Connection, Event, MessageBuffer, State};

/// How long a test waits for something that should come at once, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server, ended when it is dropped.
struct Server {
    process: Child,
    host: String,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_upgrade"))
            .args(["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("stdout is piped")).read_line(&mut line).expect("it prints");
        let host =
            line.trim_end().strip_prefix("listening on http://").expect("the first line names the URL").to_owned();
        Self { process, host }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).expect("the server accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        stream
    }

    /// The response to a request whose connection ends with it.
    fn get(&self, path: &str, fields: &str) -> String {
        let mut stream = self.connect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{fields}\r\n", self.host);
        stream.write_all(request.as_bytes()).expect("the request is sent");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("text");
        response
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_route_becomes_a_websocket_that_echoes() {
    let server = Server::start();
    let mut stream = server.connect();
    let mut output = Vec::new();
    let offer = Offer::new(&server.host, "/echo");
    let mut handshake = ClientHandshake::new(&offer, &Key::from_nonce([7; 16]), &mut output).expect("a valid offer");
    let mut connection = Connection::client(Config::default(), || [1, 2, 3, 4]);
    // With the request: nothing of it may be lost.
    connection.send_text("grüße", &mut output).expect("the connection is open");
    connection.send_binary(&[0, 255], &mut output).expect("the connection is open");
    connection.close(CloseCode::NORMAL, "bye", &mut output).expect("the connection is open");
    stream.write_all(&output).expect("the server reads");

    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("the server answers, and closes the transport");
    let mut head = &received[..];
    let outcome = handshake.receive(&mut head).expect("a valid response").expect("a whole response");
    assert!(matches!(outcome, Outcome::Established { .. }), "{outcome:?}");
    let start = received.len() - head.len();

    let mut input = &mut received[start..];
    let mut buffer = MessageBuffer::new();
    assert_eq!(connection.receive(&mut input, &mut buffer), Ok(Some(Event::Text("grüße"))));
    assert_eq!(connection.receive(&mut input, &mut buffer), Ok(Some(Event::Binary(&[0, 255]))));
    let close = connection.receive(&mut input, &mut buffer);
    assert!(matches!(close, Ok(Some(Event::Close { code: Some(CloseCode::NORMAL), .. }))), "{close:?}");
    assert_eq!(connection.state(), State::Closed);
}

#[test]
fn other_requests_are_answered_with_http() {
    let server = Server::start();
    let response = server.get("/", "");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.ends_with("There is a WebSocket at /echo.\n"), "{response}");
    let response = server.get("/echo", "");
    assert!(response.starts_with("HTTP/1.1 426 Upgrade Required\r\n"), "{response}");
}

#[test]
fn help_and_wrong_arguments() {
    let help = Command::new(env!("CARGO_BIN_EXE_upgrade")).arg("--help").output().expect("the program runs");
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).starts_with("usage: upgrade "));
    let wrong = Command::new(env!("CARGO_BIN_EXE_upgrade")).args(["--port", "x"]).output().expect("the program runs");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).starts_with("upgrade: --port x: expected 0 to 65535\n"));
}
