//! The program between a client and a server that hold next to nothing themselves.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use websocket_proto::frame::{FrameDecoder, FramePart, FrameRules, Header, Opcode, Rsv};
use websocket_proto::handshake::{Acceptance, ClientHandshake, Key, Offer, Outcome, Refusal, ServerHandshake, Status};
use websocket_proto::mask::MaskingKey;
use websocket_proto::role::Role;
use websocket_proto::{Client, Server};

/// How long a test waits for something that should come at once, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);
const MASKING_KEY: MaskingKey = MaskingKey([0x37, 0xfa, 0x21, 0x3d]);
/// The length of a message that is larger than what the proxy may hold, in bytes.
const LARGE: u64 = 64 << 20;
/// How much memory the proxy may take while it passes, in bytes.
const MEMORY: u64 = 24 << 20;

/// A running proxy, ended when it is dropped.
struct Proxy {
    process: Child,
    host: String,
}

impl Proxy {
    fn start(upstream: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_proxy"))
            .args(["--port", "0", "--upstream", upstream])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("stdout is piped")).read_line(&mut line).expect("it prints");
        let host = line.trim_end().strip_prefix("listening on ws://").expect("the first line names the URL").to_owned();
        Self { process, host }
    }

    /// The most memory that the process had in RAM so far, in bytes, where the system tells.
    fn peak_resident_bytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A socket after the opening handshake, and what came with it.
struct Socket {
    stream: TcpStream,
    early: Vec<u8>,
}

/// What a message was like.
#[derive(Debug, PartialEq, Eq)]
struct Summary {
    opcode: Opcode,
    len: u64,
    /// Whether each byte is what it should be.
    is_intact: bool,
}

impl Socket {
    /// Connects to the proxy; the status if it refuses.
    fn connect(host: &str) -> Result<Self, Status> {
        let mut stream = TcpStream::connect(host).expect("the proxy accepts");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        let mut request = Vec::new();
        let offer = Offer { subprotocols: &["a", "b"], ..Offer::new(host, "/path?query") };
        let mut handshake = ClientHandshake::new(&offer, &Key::from_nonce([7; 16]), &mut request).expect("an offer");
        stream.write_all(&request).expect("the request is sent");
        let mut buffer = [0; 4096];
        loop {
            let len = stream.read(&mut buffer).expect("a response");
            assert_ne!(len, 0, "no response");
            let mut input = &buffer[..len];
            match handshake.receive(&mut input).expect("a valid response") {
                None => {}
                Some(Outcome::Established { negotiated, .. }) => {
                    assert_eq!(negotiated.subprotocol, Some("b"));
                    return Ok(Self { stream, early: input.to_vec() });
                }
                Some(Outcome::Refused { status, .. }) => return Err(status),
            }
        }
    }

    /// Takes the proxy's connection.
    fn accept(listener: &TcpListener) -> Self {
        let (mut stream, _) = listener.accept().expect("the proxy comes");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        let mut handshake = ServerHandshake::new();
        let mut buffer = [0; 4096];
        loop {
            let len = stream.read(&mut buffer).expect("a request");
            assert_ne!(len, 0, "no request");
            let mut input = &buffer[..len];
            let Some(request) = handshake.receive(&mut input).expect("a valid request") else { continue };
            assert_eq!((request.path(), request.query()), ("/path", Some("query")));
            let mut response = Vec::new();
            let acceptance = Acceptance { subprotocol: request.choose_subprotocol(&["b"]), ..Acceptance::default() };
            request.accept(&acceptance).expect("an acceptance").append_to(&mut response);
            stream.write_all(&response).expect("the proxy reads");
            return Self { stream, early: input.to_vec() };
        }
    }

    /// Sends a frame whose bytes count from 0 to 255 again and again.
    fn send<R: Role>(&mut self, opcode: Opcode, fin: bool, len: u64) {
        let masking_key = R::MASKS.then_some(MASKING_KEY);
        let header = Header { fin, rsv: Rsv::NONE, opcode, masking_key, payload_len: len };
        self.stream.write_all(&header.encode()).expect("the proxy reads");
        let mut piece: Vec<u8> = (0..=255).cycle().take(1 << 16).collect();
        if let Some(key) = masking_key {
            key.mask().apply(&mut piece);
        }
        let mut rest = len;
        while rest > 0 {
            let len = rest.min(piece.len() as u64);
            self.stream.write_all(&piece[..usize::try_from(len).expect("a short piece")]).expect("the proxy reads");
            rest -= len;
        }
    }

    /// Receives frames up to one of this opcode that ends a message, and sums up what all of them were like.
    fn receive<R: Role>(&mut self, last: Opcode) -> Vec<Summary> {
        let mut decoder = FrameDecoder::new(FrameRules::for_role::<R>());
        let mut frames: Vec<Summary> = Vec::new();
        let expected: Vec<u8> = (0..=255).cycle().take((1 << 16) + 256).collect();
        let mut read = std::mem::take(&mut self.early);
        let mut is_last = false;
        loop {
            let mut input = &mut read[..];
            while let Some(part) = decoder.next(&mut input).expect("frames") {
                match part {
                    FramePart::Start(Header { opcode, fin, .. }) => {
                        is_last = fin && opcode == last;
                        frames.push(Summary { opcode, len: 0, is_intact: true });
                    }
                    FramePart::Payload(piece) => {
                        let frame = frames.last_mut().expect("a frame has started");
                        let start = usize::try_from(frame.len % 256).expect("less than 256");
                        frame.is_intact &= *piece == expected[start..start + piece.len()];
                        frame.len += piece.len() as u64;
                    }
                    FramePart::End if is_last => return frames,
                    FramePart::End => {}
                }
            }
            read.resize(1 << 16, 0);
            let len = self.stream.read(&mut read).expect("more bytes");
            assert_ne!(len, 0, "the proxy closed after {frames:?}");
            read.truncate(len);
        }
    }
}

fn intact(opcode: Opcode, len: u64) -> Summary {
    Summary { opcode, len, is_intact: true }
}

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let host = listener.local_addr().expect("an address").to_string();
    (listener, host)
}

#[test]
fn messages_larger_than_memory_pass_in_both_directions() {
    let (listener, upstream) = listen();
    let server = thread::spawn(move || {
        let mut socket = Socket::accept(&listener);
        let frames = socket.receive::<Server>(Opcode::Binary);
        socket.send::<Server>(Opcode::Binary, true, LARGE);
        frames
    });
    let proxy = Proxy::start(&upstream);
    let mut client = Socket::connect(&proxy.host).expect("the server accepts");
    client.send::<Client<fn() -> [u8; 4]>>(Opcode::Binary, true, LARGE);
    assert_eq!(client.receive::<Client<fn() -> [u8; 4]>>(Opcode::Binary), [intact(Opcode::Binary, LARGE)]);
    assert_eq!(server.join().expect("the server is well"), [intact(Opcode::Binary, LARGE)]);
    if let Some(peak) = proxy.peak_resident_bytes() {
        assert!(peak < MEMORY, "{peak} bytes");
    }
}

#[test]
fn frames_pass_as_they_are_and_the_end_of_the_transport_too() {
    let (listener, upstream) = listen();
    let server = thread::spawn(move || {
        let mut socket = Socket::accept(&listener);
        // With the response, or right behind it.
        socket.send::<Server>(Opcode::Ping, true, 5);
        let frames = socket.receive::<Server>(Opcode::Close);
        socket.send::<Server>(Opcode::Close, true, 0);
        frames
    });
    let proxy = Proxy::start(&upstream);
    let mut client = Socket::connect(&proxy.host).expect("the server accepts");
    let sent = [(Opcode::Text, false, 3), (Opcode::Ping, true, 125), (Opcode::Continuation, true, 0)];
    for (opcode, fin, len) in sent.into_iter().chain([(Opcode::Close, true, 0)]) {
        client.send::<Client<fn() -> [u8; 4]>>(opcode, fin, len);
    }
    let frames = client.receive::<Client<fn() -> [u8; 4]>>(Opcode::Close);
    assert_eq!(frames, [intact(Opcode::Ping, 5), intact(Opcode::Close, 0)]);
    let mut expected: Vec<Summary> = sent.map(|(opcode, _, len)| intact(opcode, len)).into();
    expected.push(intact(Opcode::Close, 0));
    assert_eq!(server.join().expect("the server is well"), expected);
    // The server is gone: its end has passed the proxy.
    assert_eq!(client.stream.read(&mut [0; 16]).expect("the end"), 0);
}

#[test]
fn a_refusal_passes_and_so_does_the_servers_absence() {
    let (listener, upstream) = listen();
    let proxy = Proxy::start(&upstream);
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the proxy comes");
        let mut response = Vec::new();
        Refusal::new(Status::FORBIDDEN).append_to(&mut response).expect("a refusal");
        let len = stream.read(&mut [0; 4096]).expect("a request");
        assert_ne!(len, 0, "no request");
        stream.write_all(&response).expect("the proxy reads");
    });
    assert_eq!(Socket::connect(&proxy.host).err(), Some(Status::FORBIDDEN));
    server.join().expect("the server is well");
    assert_eq!(Socket::connect(&proxy.host).err(), Some(Status::SERVICE_UNAVAILABLE));
}

#[test]
fn help_and_wrong_arguments() {
    let help = Command::new(env!("CARGO_BIN_EXE_proxy")).arg("--help").output().expect("the program runs");
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).starts_with("usage: proxy "));
    let wrong = Command::new(env!("CARGO_BIN_EXE_proxy")).output().expect("the program runs");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).starts_with("proxy: --upstream is missing\n"));
}
