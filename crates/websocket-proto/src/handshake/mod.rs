//! The opening handshake (RFC 6455 4), for clients and servers.
//!
//! - [`ServerHandshake`] reads a client's request; the server [accepts](Request::accept) it, or sends a [`Rejection`] or a
//!   [`Refusal`].
//! - [`ClientHandshake`] writes a request and reads the server's response.
//!
//! Both take bytes as they come and leave what follows the head, which belongs to the frames, to the caller. What they
//! hand out borrows from the input. Nothing that is written can be injected into: a field that would end its line is a
//! [`BuildError`].

mod accepted;
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
