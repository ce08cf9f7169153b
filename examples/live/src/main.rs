//! Server-Sent Events and WebSocket side by side, on one page.
//!
//! `cargo run --release --bin live` serves a page on a loopback port: a price ticker by SSE that loses nothing when its
//! connection is cut, and a chat by WebSocket between all tabs that have the page open. tokio carries the bytes and hyper
//! speaks HTTP; what is in the streams is made and read by `sse-proto` and `websocket-proto` alone.
//!
//! - [`prices`]: an SSE response, from a ring of events that a returning client reads on from its `Last-Event-ID`.
//! - [`chat`]: a WebSocket from the opening handshake to the closing one.
//! - [`server`]: the accept loop, and a shutdown that says goodbye to every client within a bounded time.

use std::process::ExitCode;

use options::{Command, Options};
use server::Server;

mod app;
mod chat;
mod figures;
mod market;
mod options;
mod page;
mod prices;
mod response;
mod routes;
mod server;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::from_arguments(std::env::args().skip(1)) {
        Ok(Command::Run(options)) => options,
        Ok(Command::Help) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("live: {error}\n\n{}", options::HELP);
            return ExitCode::from(2);
        }
    };
    let server = match Server::bind(options.port).await {
        Ok(server) => server,
        Err(error) => {
            eprintln!("live: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("listening on {}/  (Ctrl-C ends)", server.url());
    server.run(stop_signal()).await;
    ExitCode::SUCCESS
}

/// Returns on Ctrl-C, or where there is such a thing on SIGTERM.
async fn stop_signal() {
    let interrupt = async {
        // Where Ctrl-C can't be caught it ends the program by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate() => {}
    }
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending().await
}
