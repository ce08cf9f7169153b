use many::Failure;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::stream_and_sink::{flushed_together, one_by_one};

const KIB: usize = 1024;

pub async fn default(stream: TcpStream) -> Result<(), Failure> {
    one_by_one(WebSocketStream::from_raw_socket(stream, Role::Server, None).await, is_message).await
}

pub async fn best(stream: TcpStream) -> Result<(), Failure> {
    let config = WebSocketConfig::default().read_buffer_size(4 * KIB).write_buffer_size(4 * KIB);
    flushed_together(WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await, is_message).await
}

fn is_message(message: &Message) -> bool {
    matches!(message, Message::Text(_) | Message::Binary(_))
}
