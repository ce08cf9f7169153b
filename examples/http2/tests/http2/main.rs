//! WebSockets on real connections of HTTP/2, on loopback.

mod flow_control;
mod messages;
mod programs;
mod raw;
mod refusals;
mod streams;

use std::time::Duration;

use http2::client::Client;
use tokio::net::TcpListener;
use tokio::time::timeout;

/// How long a test waits for something that should come at once, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts the echo server. Returns its host and port.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let host = listener.local_addr().expect("a bound socket").to_string();
    tokio::spawn(http2::server::serve(listener));
    host
}

/// Starts the echo server, and connects to it.
async fn client() -> (Client, String) {
    let host = server().await;
    (Client::connect(&host).await.expect("a connection"), host)
}

/// Runs a test on a runtime of its own.
fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async { timeout(PATIENCE, test).await.expect("the test ends") });
}
