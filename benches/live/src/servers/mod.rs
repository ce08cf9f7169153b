//! The servers. Each echoes text and binary messages and answers a Close.
//!
//! All do the opening handshake with `websocket-proto`, as it is not what is compared, and switch Nagle's algorithm off.

mod batched;
mod epoll;
mod fastwebsockets;
mod stream_and_sink;
mod tokio_tungstenite;
mod tokio_websockets;

use many::Failure;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use websocket_proto::handshake::{Acceptance, ServerHandshake};

pub struct Server {
    pub name: &'static str,
    /// What it is, for the table.
    pub what: &'static str,
    pub is_ours: bool,
    /// Serves on the thread that calls it, for ever.
    pub serve: fn() -> Result<(), Failure>,
}

const fn ours(name: &'static str, what: &'static str, serve: fn() -> Result<(), Failure>) -> Server {
    Server { name, what, is_ours: true, serve }
}

const fn peer(name: &'static str, what: &'static str, serve: fn() -> Result<(), Failure>) -> Server {
    Server { name, what, is_ours: false, serve }
}

pub static SERVERS: [Server; 9] = [
    peer("floor", "floor: recv and send on mio, no protocol", epoll::serve::<epoll::Floor>),
    ours("ours-mio", "websocket-proto on mio", epoll::serve::<epoll::WebSocket>),
    ours("ours", "websocket-proto on tokio: `examples/many`", || on_tokio(many::server::serve())),
    peer("tungstenite", "tokio-tungstenite, default", || on_tokio(accept(tokio_tungstenite::default))),
    peer("tungstenite-best", "tokio-tungstenite, 4 KiB buffers, replies batched", || {
        on_tokio(accept(tokio_tungstenite::best))
    }),
    peer("tokio-websockets", "tokio-websockets, default", || on_tokio(accept(tokio_websockets::default))),
    peer("tokio-websockets-best", "tokio-websockets, replies batched", || on_tokio(accept(tokio_websockets::best))),
    peer("fastwebsockets", "fastwebsockets, default", || on_tokio(accept(fastwebsockets::default))),
    peer("fastwebsockets-best", "fastwebsockets, replies batched by a wrapper of the socket", || {
        on_tokio(accept(fastwebsockets::best))
    }),
];

fn on_tokio(server: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    Builder::new_current_thread().enable_all().build()?.block_on(server)
}

/// Accepts connections for ever, each served by a task of its own once the opening handshake is done.
async fn accept<F: Future<Output = Result<(), Failure>> + Send + 'static>(
    echo: impl Fn(TcpStream) -> F + Copy + Send + 'static,
) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on ws://{}", listener.local_addr()?);
    loop {
        let (mut stream, address) = listener.accept().await?;
        tokio::spawn(async move {
            // What is awaited in a box takes no memory before and after.
            let result = match Box::pin(shake_hands(&mut stream)).await {
                Ok(()) => echo(stream).await,
                Err(error) => Err(error),
            };
            if let Err(error) = result {
                eprintln!("{address}: {error}");
            }
        });
    }
}

/// Reads until the client's request is whole, and accepts it. The client sends nothing more before it has the response.
async fn shake_hands(stream: &mut TcpStream) -> Result<(), Failure> {
    stream.set_nodelay(true)?;
    let mut handshake = ServerHandshake::new();
    let mut buffer = [0; 1024];
    let mut response = Vec::new();
    while response.is_empty() {
        let len = stream.read(&mut buffer).await?;
        if len == 0 {
            handshake.receive_eof()?;
        }
        if let Some(request) = handshake.receive(&mut &buffer[..len])? {
            request.accept(&Acceptance::default())?.append_to(&mut response);
        }
    }
    Ok(stream.write_all(&response).await?)
}
