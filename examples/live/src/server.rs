//! The accept loop and the shutdown.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::app::App;
use crate::{market, routes};

/// Where the page is, unless the port is taken or another one is asked for.
const DEFAULT_PORT: u16 = 7878;
/// How many connections are served at a time; further ones wait in the operating system's queue.
const CONNECTIONS: usize = 512;
/// How long a client may take to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of a response hyper holds for a client that reads slowly, in bytes.
const HTTP_BUFFER: usize = 64 * 1024;
/// How long the goodbyes may take when the server stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
}

#[derive(Debug, thiserror::Error)]
#[error("cannot listen on 127.0.0.1:{port}: {source} (choose another port with --port, or any free one with --port 0)")]
pub(crate) struct BindError {
    port: u16,
    source: io::Error,
}

impl Server {
    /// Listens on this port of the loopback interface; without one on the default port, or any that is free.
    pub(crate) async fn bind(port: Option<u16>) -> Result<Self, BindError> {
        let (listener, port) = match port {
            Some(port) => (listen(port).await, port),
            None => match listen(DEFAULT_PORT).await {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => (listen(0).await, 0),
                listener => (listener, DEFAULT_PORT),
            },
        };
        let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = bound.map_err(|source| BindError { port, source })?;
        Ok(Self { listener, address, app: App::new() })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves until `stop` is ready and the clients have been told; that takes a bounded time.
    pub(crate) async fn run(self, stop: impl Future<Output = ()>) {
        let Self { listener, app, .. } = self;
        app.tasks.spawn(market::run(Arc::clone(&app)));
        tokio::select! {
            () = accept(&listener, &app) => {}
            () = stop => {}
        }
        drop(listener);

        // Streams end, WebSockets send Close 1001, and connections that wait for a request are closed.
        app.shutdown.cancel();
        app.tasks.close();
        if timeout(SHUTDOWN_TIMEOUT, app.tasks.wait()).await.is_err() {
            eprintln!("live: some clients did not close their connections in time");
        }
    }
}

async fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Serves every connection in a task of its own, so that none can fail another.
async fn accept(listener: &TcpListener, app: &Arc<App>) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    // The semaphore is never closed.
    while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => serve(stream, slot, app),
            Err(error) => {
                // Such as too many open files: that passes, but not at once.
                eprintln!("live: cannot accept a connection: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn serve(stream: TcpStream, slot: OwnedSemaphorePermit, app: &Arc<App>) {
    // Events and messages are small and wanted at once. Where it can't be set they arrive somewhat later.
    let _ = stream.set_nodelay(true);
    let slot = Arc::new(slot);
    let service = service_fn({
        let (app, slot) = (Arc::clone(app), Arc::clone(&slot));
        move |mut request| {
            // A WebSocket outlives hyper's connection, and keeps its slot.
            request.extensions_mut().insert(Arc::clone(&slot));
            let response = routes::respond(&app, request);
            async { Ok::<_, Infallible>(response) }
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HTTP_BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let app = Arc::clone(app);
    app.tasks.clone().spawn(async move {
        let mut connection = pin!(connection);
        // What a client did wrong ends its own connection; there is nobody to tell.
        tokio::select! {
            _ = connection.as_mut() => {}
            () = app.shutdown.cancelled() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
        drop(slot);
    });
}
