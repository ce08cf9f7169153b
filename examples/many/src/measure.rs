//! What a server's connections cost: the memory of idle ones, and the CPU time of echoes.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::process::ServerProcess;
use crate::{Failure, client};

/// How many connections echo.
pub const ECHO_CONNECTIONS: usize = 200;
/// How many messages are on their way on each of them.
pub const IN_FLIGHT: u64 = 16;

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// By how much the server's resident memory grew for each idle connection.
    pub idle_bytes: u64,
    /// How many messages were echoed, on how many connections.
    pub messages: u64,
    /// How many connections they were spread over.
    pub echoing: usize,
    /// The server's CPU time meanwhile, its own code's and the kernel's.
    pub cpu: Duration,
    /// How long it took.
    pub elapsed: Duration,
}

impl Figures {
    /// CPU seconds for a million messages.
    #[must_use]
    pub fn cpu_per_million(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / (self.messages.max(1) as f64)
    }
}

/// Opens that many connections, each of which has one message echoed and is idle then; after that has `messages` echoed on
/// some of them. The server is ended then.
///
/// # Errors
///
/// What goes wrong with the server or a connection.
pub async fn measure(server: ServerProcess, connections: usize, messages: u64) -> Result<Figures, Failure> {
    // What the first connection brings about is no other connection's cost.
    let mut first = client::connect(&server.host).await?;
    first.echo(1, 1).await?;
    let before = server.resident_bytes()?;
    let mut clients = Vec::new();
    for _ in 0..connections {
        let mut client = client::connect(&server.host).await?;
        client.echo(1, 1).await?;
        clients.push(client);
    }
    // For the server to put away what it needed for the last of them.
    sleep(Duration::from_millis(200)).await;
    let grown = server.resident_bytes()?.saturating_sub(before);

    // The others stay, as idle as they are.
    let idle = clients.split_off(clients.len().min(ECHO_CONNECTIONS));
    let echoing = clients.len();
    let each = messages / (echoing.max(1) as u64);
    let (cpu, start) = (server.cpu_time()?, Instant::now());
    let echo = |mut client: client::Client| async move { client.echo(each, IN_FLIGHT).await.map(|()| client) };
    let tasks: Vec<_> = clients.into_iter().map(|client| tokio::spawn(echo(client))).collect();
    let mut clients = Vec::new();
    for task in tasks {
        clients.push(task.await??);
    }
    let (cpu, elapsed) = (server.cpu_time()?.saturating_sub(cpu), start.elapsed());
    for client in clients {
        client.close().await?;
    }
    // Before its clients, that it need not tell of each that it went without a word.
    drop(server);
    drop((first, idle));
    Ok(Figures {
        idle_bytes: grown / (connections.max(1) as u64),
        messages: each * echoing as u64,
        echoing,
        cpu,
        elapsed,
    })
}
