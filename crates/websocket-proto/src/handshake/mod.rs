//! The opening handshake (RFC 6455 4), for clients and servers.
//!
//! | carried by | server | client |
//! |---|---|---|
//! | bytes of HTTP/1.1 | [`ServerHandshake::receive`] → [`Request`] | [`ClientHandshake`], made from an [`Offer`] |
//! | types of the `http` crate (feature `http`) | `Request::from_http` | `Offer::to_http`, then [`Expected::check`] |
//! | extended CONNECT over HTTP/2 (RFC 8441) and HTTP/3 (RFC 9220) | [`Request::from_fields`] | [`Offer::connect_fields`], then [`Expected::check`] |
//! | the same, in types of the `http` crate | `Request::from_http_connect` | `Offer::to_http_connect`, then [`Expected::check`] |
//!
//! A server [accepts](Request::accept) a request, or sends the [`Rejection`] that it got for a bad one, or a [`Refusal`] of
//! its own. A client gets an [`Outcome`].
//!
//! Bytes are taken as they come; what follows a head belongs to the frames and stays the caller's. What is handed out
//! borrows from the input. Nothing that is written can be injected into: a field that would end its line is a
//! [`BuildError`].

mod accepted;
mod at_once;
mod build_error;
mod carrier;
mod client;
mod connect;
mod expected;
mod extensions;
mod fields;
mod grammar;
mod head;
mod headers;
#[cfg(feature = "http")]
mod http_client;
#[cfg(feature = "http")]
mod http_server;
#[cfg(feature = "http")]
mod http_types;
mod key;
mod negotiated;
mod offer;
mod offered;
mod parse;
mod refusal;
mod rejection;
mod request;
mod request_fields;
mod response_error;
mod response_fields;
mod scanner;
mod server;
mod status;
mod subprotocol;
mod target;
#[cfg(feature = "url")]
mod url_types;
mod write;

pub use accepted::{Acceptance, Accepted};
pub use build_error::BuildError;
pub use carrier::{Connect, Upgrade};
pub use client::ClientHandshake;
pub use connect::{ConnectFields, ConnectRejection};
pub use expected::{Expected, Outcome};
pub use extensions::{Extension, Extensions, Param, Params};
pub use fields::FieldError;
pub use head::{HeadError, HeadLimits};
pub use headers::{Field, Fields, Headers, Values};
pub use key::{AcceptValue, Key};
pub use negotiated::Negotiated;
pub use offer::Offer;
pub use refusal::Refusal;
pub use rejection::Rejection;
pub use request::Request;
pub use response_error::ResponseError;
pub use server::ServerHandshake;
pub use status::Status;
pub use subprotocol::Subprotocols;
pub use target::TargetError;
