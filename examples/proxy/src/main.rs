//! A transparent WebSocket proxy, to copy from: tokio carries the bytes, `websocket-proto` does the opening handshakes and
//! the framing layer.
//!
//! ```text
//! proxy --upstream HOST:PORT [--port PORT]
//! ```
//!
//! Listens on 127.0.0.1 and prints `listening on ws://127.0.0.1:PORT` as its first line. Each connection is made again
//! to the server upstream, with the client's path, origin and subprotocols, and accepted as that server accepts it.
//!
//! The idea: a frame need not be held to be passed on. Its header is written as soon as it is read, with a masking key where
//! one is due, and its payload follows in whatever pieces come. So a message may be larger than memory: a connection takes
//! two buffers for each direction, whatever passes through. A side that does not read is not read for either, as nothing is
//! read before the last piece is written. Pings, Pongs and Closes pass like everything else: they are between the two ends,
//! which also judge whether text is text and fragments are in order. The proxy refuses what is no frame.

mod handshake;
mod options;
mod pump;

use std::error::Error;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use options::Options;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use websocket_proto::{Client, Server};

type Failure = Box<dyn Error + Send + Sync>;

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("proxy: {problem}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match serve(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("proxy: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Accepts connections for ever, each served by a task of its own.
async fn serve(options: &Options) -> io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    println!("listening on ws://{}", listener.local_addr()?);
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                let upstream = options.upstream.clone();
                tokio::spawn(async move {
                    if let Err(error) = pass_on(stream, &upstream).await {
                        eprintln!("{address}: {error}");
                    }
                });
            }
            Err(error) => {
                // Such as too many open files: that passes, but not at once.
                eprintln!("cannot accept a connection: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Serves one client: until both directions have ended, or one has failed.
async fn pass_on(mut client: TcpStream, upstream: &str) -> Result<(), Failure> {
    client.set_nodelay(true)?;
    let (mut server, early) = timeout(HANDSHAKE_TIMEOUT, handshake::relay(&mut client, upstream)).await??;
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    // Towards the client the proxy is a server, towards the server a client.
    tokio::try_join!(
        pump::run::<Server, Client<fn() -> [u8; 4]>>(early.from_client, from_client, to_server),
        pump::run::<Client<fn() -> [u8; 4]>, Server>(early.from_server, from_server, to_client),
    )?;
    Ok(())
}
