//! The chat: WebSocket.
//!
//! `GET /chat` opens a WebSocket of the subprotocol `chat`. A client sends what is to be said as a text message, and bytes
//! to be shown as a binary message. To everybody in the room, the sender included, goes JSON as text:
//!
//! - `{"type":"welcome","name":N,"present":P}`: the first message; the newcomer's own name, and how many are present;
//! - `{"type":"joined","name":N,"present":P}` and `{"type":"left","name":N,"present":P}`;
//! - `{"type":"said","from":N,"text":T}`;
//!
//! and for bytes a binary message: the length of the sender's name (1 byte), the name (UTF-8), the bytes.
//!
//! Messages are compressed with permessage-deflate (RFC 7692) if the client offers it.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::{Request, StatusCode, upgrade};
use hyper_util::rt::TokioIo;

use crate::app::App;
use crate::response::Response;

pub(crate) use room::Room;

mod handshake;
mod room;
mod session;

/// Answers a request for `/chat`: switches to WebSocket, or says why not.
pub(crate) fn upgrade(app: &Arc<App>, mut request: Request<Incoming>) -> Response {
    let (response, compression) = handshake::answer(&request);
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return response;
    }
    let app = Arc::clone(app);
    app.tasks.clone().spawn(async move {
        // Ready once the response is written. What the client sent after its request is in the stream. The request stays
        // until the end, as it holds the connection's slot.
        if let Ok(stream) = upgrade::on(&mut request).await {
            session::run(&app, TokioIo::new(stream), compression).await;
        }
    });
    response
}
