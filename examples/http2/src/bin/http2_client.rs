//! A WebSocket client over HTTP/2, without TLS, for an echo server: see the library beside it.
//!
//! ```text
//! http2_client ws://HOST:PORT/PATH [--message TEXT]... [--protocol NAME]...
//! ```
//!
//! Sends each message, prints what comes back, and closes the connection. The exit status is 0 if every message came back as
//! it was sent and the connection was closed in good order; 1 if not, and a line on standard error says why; 2 for wrong
//! arguments.

use std::process::ExitCode;

use http::Uri;
use http2::Failure;
use http2::client::{Client, Message};
use websocket_proto::handshake::Offer;

const USAGE: &str = "usage: http2_client ws://HOST:PORT/PATH [--message TEXT]... [--protocol NAME]...";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("http2_client: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("http2_client: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Failure> {
    let offer = Offer::from_uri(&options.uri)?;
    let subprotocols: Vec<&str> = options.protocols.iter().map(String::as_str).collect();
    let host = options.uri.host().unwrap_or_default();
    let client = Client::connect(&format!("{host}:{}", options.uri.port_u16().unwrap_or(80))).await?;
    let mut socket = client.open(&Offer { subprotocols: &subprotocols, ..offer }).await?;
    if let Some(subprotocol) = &socket.subprotocol {
        eprintln!("subprotocol: {subprotocol}");
    }
    for text in &options.messages {
        let message = Message::Text(text.clone());
        socket.send(&message).await?;
        let echo = socket.receive().await?.ok_or("the server closed the connection before it sent every echo")?;
        if echo != message {
            return Err("the echo differs from what was sent".into());
        }
        println!("{text}");
    }
    socket.close().await
}

struct Options {
    uri: Uri,
    messages: Vec<String>,
    protocols: Vec<String>,
}

impl Options {
    /// `None` asks for help.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let (mut uri, mut messages, mut protocols) = (None, Vec::new(), Vec::new());
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--message" => messages.push(value()?),
                "--protocol" => protocols.push(value()?),
                text if uri.is_none() && text.starts_with("ws://") => {
                    uri = Some(text.parse().map_err(|error| format!("{text}: {error}"))?);
                }
                _ => return Err(format!("unknown argument {argument:?}")),
            }
        }
        Ok(Some(Self { uri: uri.ok_or("no URI")?, messages, protocols }))
    }
}
