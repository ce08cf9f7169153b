//! What connects this crate to others, each behind a feature of its own.

#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "tokio-util")]
pub mod codec;
#[cfg(feature = "futures")]
pub mod futures;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "json")]
mod json;
