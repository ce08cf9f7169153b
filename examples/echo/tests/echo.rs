//! The two programs as their users meet them: against each other, and the server against a client that does worse.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use websocket_proto::frame::{Header, Opcode, Rsv};
use websocket_proto::handshake::{Acceptance, ClientHandshake, Key, Offer, ServerHandshake};
use websocket_proto::mask::MaskingKey;
use websocket_proto::{Client, CloseCode, Config, Connection, Event, MessageBuffer, State};

/// How long a test waits for something that should come at once, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);
const MASKING_KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

type MaskingKeys = fn() -> [u8; 4];

/// A running server, ended when it is dropped.
struct Server {
    process: Child,
    // Kept, so that the program can write to it.
    _stdout: BufReader<ChildStdout>,
    host: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_echo_server"))
            .args(["--port", "0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("echo_server starts");
        let mut stdout = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the program prints");
        let host = line.trim_end().strip_prefix("listening on ws://").expect("the first line names the URL").to_owned();
        Self { process, _stdout: stdout, host }
    }

    /// Starts the client with this server's URL.
    fn client(&self, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_echo_client"))
            .arg(format!("ws://{}/any/path", self.host))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("echo_client starts")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The client's exit status, and what it wrote to standard output and standard error.
fn result(client: Child) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = client.wait_with_output().expect("the client ends");
    (status.code(), String::from_utf8(stdout).expect("text"), String::from_utf8(stderr).expect("text"))
}

#[test]
fn the_client_prints_every_echo() {
    let server = Server::start(&[]);
    let client = server.client(&["--message", "grüße", "--binary", "00ff", "--message", "", "--count", "2"]);
    assert_eq!(result(client), (Some(0), "grüße\n00ff\n\ngrüße\n00ff\n\n".into(), String::new()));
}

#[test]
fn many_clients_are_served_at_once() {
    let server = Server::start(&[]);
    let texts: Vec<String> = (0..24).map(|number| format!("client {number}")).collect();
    let clients: Vec<Child> =
        texts.iter().map(|text| server.client(&["--message", text, "--binary", "0102", "--count", "20"])).collect();
    for (client, text) in clients.into_iter().zip(texts) {
        assert_eq!(result(client), (Some(0), format!("{text}\n0102\n").repeat(20), String::new()));
    }
}

#[test]
fn the_client_tells_what_went_wrong() {
    let server = Server::start(&["--max-message", "3"]);
    let (code, stdout, stderr) = result(server.client(&["--message", "abc", "--message", "abcd"]));
    assert_eq!((code, stdout.as_str()), (Some(1), "abc\n"));
    assert_eq!(stderr, "echo_client: the server closed the connection before it sent every echo\n");

    let (code, stdout, stderr) = result(server.client(&["--protocol", "chat", "--message", "abc"]));
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), "abc\n", ""), "no subprotocol is a valid answer");

    let (code, _, stderr) = result(server.client(&["--binary", "0"]));
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("echo_client: --binary 0: expected pairs of hexadecimal digits\n"), "{stderr}");
}

/// Reads what there is, once; a signal that comes meanwhile is no reason to give up.
fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    loop {
        match stream.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result.expect("an answer, or the end"),
        }
    }
}

#[test]
fn the_client_echoes_until_the_server_closes() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let client = Command::new(env!("CARGO_BIN_EXE_echo_client"))
        .args([&format!("ws://{}/", listener.local_addr().expect("an address")), "--echo"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("echo_client starts");
    let (mut stream, _) = listener.accept().expect("the client comes");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
    let mut buffer = vec![0; 4096];
    let mut output = Vec::new();
    let mut handshake = ServerHandshake::new();
    loop {
        let len = read(&mut stream, &mut buffer);
        if let Some(request) = handshake.receive(&mut &buffer[..len]).expect("a valid request") {
            request.accept(&Acceptance::default()).expect("an acceptance").append_to(&mut output);
            break;
        }
    }
    let mut connection = Connection::server(Config::default());
    connection.send_text("one", &mut output).expect("the connection is open");
    connection.send_binary(&[2], &mut output).expect("the connection is open");
    stream.write_all(&output).expect("the client reads");
    let mut events = Vec::new();
    while connection.state() != State::Closed {
        let len = read(&mut stream, &mut buffer);
        assert_ne!(len, 0, "the client closed the transport");
        let mut input = &mut buffer[..len];
        while let Some(event) = connection.receive(&mut input, &mut MessageBuffer::new()).expect("a sound client") {
            events.push(format!("{event:?}"));
        }
        if events.len() == 2 && connection.state() == State::Open {
            output.clear();
            connection.close(CloseCode::NORMAL, "", &mut output).expect("the connection is open");
            stream.write_all(&output).expect("the client reads");
        }
    }
    assert_eq!(events[..2], ["Text(\"one\")", "Binary([2])"]);
    drop(stream);
    assert_eq!(result(client), (Some(0), String::new(), String::new()));
}

/// A client that sends what it is told, right or wrong.
struct Raw {
    stream: TcpStream,
    connection: Connection<Client<MaskingKeys>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Received {
    Text(String),
    Binary(Vec<u8>),
    Close(Option<CloseCode>),
}

impl Raw {
    /// Connects; sends `early` in the same write as the request.
    fn connect(server: &Server, early: &[u8]) -> Self {
        let mut stream = TcpStream::connect(&server.host).expect("the server accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        let mut request = Vec::new();
        let key = Key::from_nonce(*b"the sample nonce");
        let mut handshake = ClientHandshake::new(&Offer::new(&server.host, "/"), &key, &mut request).expect("an offer");
        request.extend_from_slice(early);
        stream.write_all(&request).expect("the request is sent");
        // Byte by byte, so that nothing of the frames is taken.
        let mut byte = [0];
        loop {
            stream.read_exact(&mut byte).expect("a response");
            if handshake.receive(&mut &byte[..]).expect("a valid response").is_some() {
                break;
            }
        }
        let config = Config { max_message_len: 64 << 20, ..Config::default() };
        Self { stream, connection: Connection::client(config, (|| MASKING_KEY) as MaskingKeys) }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the server reads");
    }

    /// Reads until as many messages have come, or a Close.
    fn receive(&mut self, count: usize) -> Vec<Received> {
        let mut received = Vec::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut message_buffer = MessageBuffer::new();
        while received.len() < count && !matches!(received.last(), Some(Received::Close(_))) {
            let len = read(&mut self.stream, &mut buffer);
            assert_ne!(len, 0, "the server closed the transport after {received:?}");
            let mut input = &mut buffer[..len];
            while let Some(event) = self.connection.receive(&mut input, &mut message_buffer).expect("a sound server") {
                received.extend(match event {
                    Event::Text(text) => Some(Received::Text(text.to_owned())),
                    Event::Binary(bytes) => Some(Received::Binary(bytes.to_owned())),
                    Event::Close { code, .. } => Some(Received::Close(code)),
                    _ => None,
                });
            }
        }
        received
    }

    /// Whether the server has closed its side of the transport, after nothing more.
    fn is_at_end(&mut self) -> bool {
        read(&mut self.stream, &mut [0; 16]) == 0
    }
}

fn header(opcode: Opcode, fin: bool, payload_len: usize) -> Header {
    let masking_key = Some(MaskingKey(MASKING_KEY));
    Header { fin, rsv: Rsv::NONE, opcode, masking_key, payload_len: payload_len as u64 }
}

/// A masked frame.
fn frame(opcode: Opcode, fin: bool, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(opcode, fin, payload.len()).encode().to_vec();
    let start = frame.len();
    frame.extend_from_slice(payload);
    MaskingKey(MASKING_KEY).mask().apply(&mut frame[start..]);
    frame
}

#[test]
fn fragments_come_back_as_one_message_with_a_ping_answered_between_them() {
    let server = Server::start(&[]);
    let mut client = Raw::connect(&server, &[]);
    // "grüße", cut inside of characters.
    let fragments = [
        frame(Opcode::Text, false, b"gr\xC3"),
        frame(Opcode::Ping, true, b"alive?"),
        frame(Opcode::Continuation, false, b""),
        frame(Opcode::Continuation, true, b"\xBC\xC3\x9Fe"),
    ];
    for fragment in &fragments {
        client.write(fragment);
    }
    assert_eq!(client.receive(1), [Received::Text("grüße".into())]);
}

#[test]
fn frames_that_come_with_the_request_are_not_lost() {
    let server = Server::start(&[]);
    let early = [frame(Opcode::Text, true, b"early"), frame(Opcode::Binary, true, &[7])].concat();
    let mut client = Raw::connect(&server, &early);
    assert_eq!(client.receive(2), [Received::Text("early".into()), Received::Binary(vec![7])]);
}

#[test]
fn messages_of_1_and_16_mib_come_back() {
    let server = Server::start(&[]);
    let mut client = Raw::connect(&server, &[]);
    for len in [1 << 20, 16 << 20] {
        let payload: Vec<u8> = (0..len).map(|i: u32| i.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        client.write(&frame(Opcode::Binary, true, &payload));
        assert!(client.receive(1) == [Received::Binary(payload)], "{len} bytes");
    }
}

#[test]
fn a_client_that_breaks_the_protocol_is_told_and_concerns_nobody_else() {
    let server = Server::start(&[]);
    let mut bystander = Raw::connect(&server, &[]);
    let huge = Header { payload_len: u64::MAX >> 1, ..header(Opcode::Binary, true, 0) };
    for (wrong, code) in [
        (frame(Opcode::Continuation, true, b""), CloseCode::PROTOCOL_ERROR),
        (frame(Opcode::Text, true, b"\xFF"), CloseCode::INVALID_PAYLOAD),
        (huge.encode().to_vec(), CloseCode::MESSAGE_TOO_BIG),
    ] {
        let mut client = Raw::connect(&server, &[]);
        client.write(&wrong);
        assert_eq!(client.receive(1), [Received::Close(Some(code))]);
        assert!(client.is_at_end());
    }
    // One that goes without a word.
    drop(Raw::connect(&server, &frame(Opcode::Text, false, b"never ")));
    bystander.write(&frame(Opcode::Text, true, b"still here"));
    assert_eq!(bystander.receive(1), [Received::Text("still here".into())]);
}

#[test]
fn a_close_is_answered_and_the_server_closes_the_transport_first() {
    let server = Server::start(&[]);
    let mut client = Raw::connect(&server, &[]);
    let messages = [frame(Opcode::Text, true, b"last"), frame(Opcode::Close, true, b"\x03\xE8bye")].concat();
    client.write(&messages);
    assert_eq!(client.receive(2), [Received::Text("last".into()), Received::Close(Some(CloseCode::NORMAL))]);
    assert!(client.is_at_end());
}

#[test]
fn a_request_that_is_no_handshake_gets_an_answer() {
    let server = Server::start(&[]);
    let mut stream = TcpStream::connect(&server.host).expect("the server accepts");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("the request is sent");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("text");
    assert!(response.starts_with("HTTP/1.1 426 Upgrade Required\r\n"), "{response}");
}
