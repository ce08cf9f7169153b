use many::Failure;
use tokio::net::TcpStream;
use tokio_websockets::{Message, ServerBuilder};

use super::stream_and_sink::{one_by_one, sent_together};

pub async fn default(stream: TcpStream) -> Result<(), Failure> {
    one_by_one(ServerBuilder::new().serve(stream), is_message).await
}

pub async fn best(stream: TcpStream) -> Result<(), Failure> {
    sent_together(ServerBuilder::new().serve(stream), is_message).await
}

fn is_message(message: &Message) -> bool {
    message.is_text() || message.is_binary()
}
