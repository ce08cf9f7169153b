//! Event streams from end to end: what `push_server`, `push_client` and `push_proxy` are made of, to copy from.
//!
//! - [`feed`]: the last events, for every subscriber and every client that comes back.
//! - [`subscribe`]: the response of an axum handler that is such a stream.
//! - [`follow`]: a client that reconnects, on tokio and reqwest.
//! - [`position`]: where a client stands in a stream, as a file that another process can go on from.

pub mod arguments;
pub mod feed;
pub mod follow;
pub mod position;
pub mod signals;
pub mod subscribe;
