//! Answers a WebSocket opening handshake, or judges an answer to one: an inspector for captures and for `nc`.
//!
//! ```text
//! ws_handshake server [--protocol P]... [--chunk N]                  < request  > response
//! ws_handshake client --key BASE64 [--protocol P]... [--chunk N]     < response
//! ```
//!
//! - `server` reads the head of a request from standard input and writes the exact bytes of the response to standard
//!   output, as soon as they are decided. The `--protocol`s are the subprotocols that it serves, in order of preference.
//! - `client` reads the head of a response. `--key` is the value of `Sec-WebSocket-Key` as it was sent, the `--protocol`s
//!   are the subprotocols that were offered.
//! - `--chunk N` hands the input to the handshake in pieces of N bytes (4096 unless told); the result is the same for
//!   every N.
//!
//! At the end of the input one line of JSON goes to standard error:
//!
//! ```text
//! {"outcome":"accepted","status":101,"subprotocol":"chat","leftover":0,"error":null}
//! ```
//!
//! | key | value |
//! |---|---|
//! | `outcome` | `accepted`, `rejected`, or `incomplete` if the input ended inside the head |
//! | `status` | the status of the response that was written (`server`) or read (`client`); `null` if there is none |
//! | `subprotocol` | the subprotocol in use, or `null` |
//! | `leftover` | how many bytes follow those that decided the outcome: the bytes after a whole head |
//! | `error` | why the outcome is not `accepted`, or `null` |
//!
//! The exit status is 0 for `accepted`, 1 for `rejected`, 2 for wrong arguments or a failure to read or write, 3 for
//! `incomplete`.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use websocket_proto::handshake::{
    Acceptance, ClientHandshake, Key, Offer, Outcome, ResponseError, ServerHandshake, Status,
};

const USAGE: &str = "usage: ws_handshake server [--protocol P]... [--chunk N]
       ws_handshake client --key BASE64 [--protocol P]... [--chunk N]";

fn main() -> ExitCode {
    if std::env::args().skip(1).any(|arg| arg == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(args) => args,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(summary) => {
            eprintln!("{}", summary.to_json());
            ExitCode::from(summary.exit_status())
        }
        Err(error) => {
            eprintln!("ws_handshake: {error}");
            ExitCode::from(2)
        }
    }
}

struct Args {
    /// The key that was sent, if this is the client's side.
    key: Option<Key>,
    protocols: Vec<String>,
    chunk: usize,
}

impl Args {
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let role = args.next().ok_or("which side?")?;
        let mut parsed = Self { key: None, protocols: Vec::new(), chunk: 4096 };
        while let Some(option) = args.next() {
            let value = args.next().ok_or(format!("{option} needs a value"))?;
            match option.as_str() {
                "--protocol" => parsed.protocols.push(value),
                "--chunk" => parsed.chunk = value.parse().map_err(|_| format!("--chunk {value}: not a number"))?,
                "--key" => {
                    let key = Key::from_value(value.as_bytes());
                    parsed.key = Some(key.ok_or(format!("--key {value}: not the base64 encoding of 16 bytes"))?);
                }
                _ => return Err(format!("{option}: unknown option")),
            }
        }
        match (role.as_str(), parsed.key, parsed.chunk) {
            (_, _, 0) => Err("--chunk 0: expected at least 1".into()),
            ("server", None, _) | ("client", Some(_), _) => Ok(parsed),
            ("server", Some(_), _) => Err("--key is for the client".into()),
            ("client", None, _) => Err("the client needs --key".into()),
            _ => Err(format!("{role}: expected server or client")),
        }
    }
}

/// The line at the end.
#[derive(Default)]
struct Summary {
    /// `None`: the handshake waits for more.
    accepted: Option<bool>,
    status: Option<Status>,
    subprotocol: Option<String>,
    leftover: u64,
    error: Option<String>,
}

impl Summary {
    fn rejected(status: Option<Status>, error: String) -> Self {
        Self { accepted: Some(false), status, error: Some(error), ..Self::default() }
    }

    fn exit_status(&self) -> u8 {
        match self.accepted {
            Some(true) => 0,
            Some(false) => 1,
            None => 3,
        }
    }

    fn to_json(&self) -> String {
        let outcome = match self.accepted {
            Some(true) => "accepted",
            Some(false) => "rejected",
            None => "incomplete",
        };
        let status = self.status.map_or("null".into(), |status| status.to_string());
        let subprotocol = quote_or_null(self.subprotocol.as_deref());
        let error = quote_or_null(self.error.as_deref());
        let leftover = self.leftover;
        format!(
            r#"{{"outcome":"{outcome}","status":{status},"subprotocol":{subprotocol},"leftover":{leftover},"error":{error}}}"#
        )
    }
}

/// A JSON string. Subprotocols are tokens and errors are this crate's own words: neither holds a control character.
fn quote_or_null(text: Option<&str>) -> String {
    text.map_or("null".into(), |text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// Reads standard input to its end, and gives it to the handshake until that has its verdict.
fn run(args: &Args) -> Result<Summary, Box<dyn std::error::Error>> {
    let mut handshake = Handshake::new(args)?;
    let mut verdict: Option<Summary> = None;
    let mut chunk = vec![0; args.chunk];
    let mut stdin = io::stdin().lock();
    loop {
        let len = read_chunk(&mut stdin, &mut chunk)?;
        if len == 0 {
            break;
        }
        let mut input = &chunk[..len];
        if verdict.is_none() {
            verdict = handshake.receive(&mut input)?;
        }
        if let Some(verdict) = &mut verdict {
            verdict.leftover += input.len() as u64;
        }
    }
    Ok(match verdict {
        Some(verdict) => verdict,
        None => handshake.receive_eof(),
    })
}

/// Reads what there is, at most a chunk.
fn read_chunk(stdin: &mut impl Read, chunk: &mut [u8]) -> io::Result<usize> {
    loop {
        match stdin.read(chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// One side of the handshake.
enum Handshake<'a> {
    Server { handshake: ServerHandshake, served: Vec<&'a str> },
    Client { handshake: ClientHandshake },
}

impl<'a> Handshake<'a> {
    fn new(args: &'a Args) -> Result<Self, Box<dyn std::error::Error>> {
        let protocols: Vec<_> = args.protocols.iter().map(String::as_str).collect();
        let Some(key) = args.key else {
            return Ok(Self::Server { handshake: ServerHandshake::new(), served: protocols });
        };
        // The request is written nowhere: it was sent before, and this makes known what it offered.
        let offer = Offer { subprotocols: &protocols, ..Offer::new("localhost", "/") };
        Ok(Self::Client { handshake: ClientHandshake::new(&offer, &key, &mut Vec::new())? })
    }

    /// The verdict, if the input decides it. The server's response is written.
    fn receive(&mut self, input: &mut &[u8]) -> Result<Option<Summary>, Box<dyn std::error::Error>> {
        match self {
            Self::Server { handshake, served } => serve(handshake, served, input),
            Self::Client { handshake } => Ok(judge(handshake, input)),
        }
    }

    fn receive_eof(&mut self) -> Summary {
        let error = match self {
            Self::Server { handshake, .. } => handshake.receive_eof().err().map(|error| error.to_string()),
            Self::Client { handshake } => handshake.receive_eof().err().map(|error| error.to_string()),
        };
        Summary { error, ..Summary::default() }
    }
}

fn serve(
    handshake: &mut ServerHandshake,
    served: &[&str],
    input: &mut &[u8],
) -> Result<Option<Summary>, Box<dyn std::error::Error>> {
    let mut response = Vec::new();
    let summary = match handshake.receive(input) {
        Ok(None) => return Ok(None),
        Ok(Some(request)) => {
            let subprotocol = request.choose_subprotocol(served);
            request.accept(&Acceptance { subprotocol, ..Acceptance::default() })?.append_to(&mut response);
            Summary {
                accepted: Some(true),
                status: Some(Status::SWITCHING_PROTOCOLS),
                subprotocol: subprotocol.map(Into::into),
                ..Summary::default()
            }
        }
        Err(rejection) => {
            rejection.append_to(&mut response);
            Summary::rejected(Some(rejection.status()), rejection.to_string())
        }
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(&response)?;
    stdout.flush()?;
    Ok(Some(summary))
}

fn judge(handshake: &mut ClientHandshake, input: &mut &[u8]) -> Option<Summary> {
    match handshake.receive(input) {
        Ok(None) => None,
        Ok(Some(Outcome::Established { negotiated, .. })) => Some(Summary {
            accepted: Some(true),
            status: Some(Status::SWITCHING_PROTOCOLS),
            subprotocol: negotiated.subprotocol.map(Into::into),
            ..Summary::default()
        }),
        Ok(Some(Outcome::Refused { status, .. })) => {
            Some(Summary::rejected(Some(status), format!("the status is {status}, expected 101")))
        }
        // An answer without a head of HTTP/1.1 has no status; any other that fails has 101.
        Err(error @ ResponseError::Head(_)) => Some(Summary::rejected(None, error.to_string())),
        Err(error) => Some(Summary::rejected(Some(Status::SWITCHING_PROTOCOLS), error.to_string())),
    }
}
