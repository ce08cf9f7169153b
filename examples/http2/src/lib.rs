//! WebSocket over HTTP/2 (RFC 8441), to copy from: tokio carries the bytes, h2 does HTTP/2, `websocket-proto` judges the
//! extended CONNECT, makes the response, and speaks the protocol on the stream that it opens.
//!
//! The idea:
//!
//! 1. The server announces `SETTINGS_ENABLE_CONNECT_PROTOCOL`; the client waits for it.
//! 2. A request with the method CONNECT and the pseudo-header field `:protocol` asks for a WebSocket; the status 200 grants
//!    it. Any number of them share one connection, and may share it with other requests.
//! 3. The bytes of the WebSocket are those of the stream's DATA frames, one way and the other. What HTTP/1.1 says by
//!    TCP, HTTP/2 says by the stream: the flag `END_STREAM` ends one direction, a frame `RST_STREAM` both.
//! 4. A sender waits until the receiver has room, and a receiver says when it has used what it got (`stream`).
//!
//! The connection is not encrypted. Over TLS all is the same once ALPN has chosen `h2`.

pub mod client;
pub mod server;
mod stream;

use std::error::Error;

/// Whatever went wrong, for a person to read.
pub type Failure = Box<dyn Error + Send + Sync>;
