//! What connects this crate to others, each behind a feature of its own.

#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "tokio-util")]
pub mod codec;

#[cfg(feature = "bytes")]
pub use bytes::Message;
