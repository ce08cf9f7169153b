use fastwebsockets::{FragmentCollector, OpCode, Role, WebSocket};
use many::Failure;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::batched::Batched;

pub async fn default(stream: TcpStream) -> Result<(), Failure> {
    echo(stream).await
}

/// It writes each frame by itself: the socket batches.
pub async fn best(stream: TcpStream) -> Result<(), Failure> {
    echo(Batched::new(stream)).await
}

async fn echo(stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<(), Failure> {
    let mut connection = FragmentCollector::new(WebSocket::after_handshake(stream, Role::Server));
    loop {
        let frame = connection.read_frame().await?;
        match frame.opcode {
            OpCode::Text | OpCode::Binary => connection.write_frame(frame).await?,
            OpCode::Close => return Ok(connection.into_inner().shutdown().await?),
            _ => {}
        }
    }
}
