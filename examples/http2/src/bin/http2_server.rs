//! A WebSocket echo server over HTTP/2, without TLS: see the library beside it.
//!
//! ```text
//! http2_server [--port PORT]
//! ```
//!
//! Listens on 127.0.0.1 and prints `listening on http://127.0.0.1:PORT` as its first line. `/echo` echoes every message.

use std::error::Error;
use std::process::ExitCode;

use tokio::net::TcpListener;

const USAGE: &str = "usage: http2_server [--port PORT]

  --port PORT  listen on 127.0.0.1:PORT; 0 takes any free port (default: 9004)";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let port = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(9004),
        ["--port", port] => port.parse().map_err(|_| format!("--port {port}: expected 0 to 65535")),
        ["--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => Err("unknown arguments".into()),
    };
    let port = match port {
        Ok(port) => port,
        Err(problem) => {
            eprintln!("http2_server: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(port).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("http2_server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(port: u16) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    http2::server::serve(listener).await;
    Ok(())
}
