//! A server that holds ten thousand connections, and what measures it: `server` is the part to copy from, the rest is its
//! clients and the figures.

pub mod client;
pub mod measure;
pub mod open_files;
pub mod process;
pub mod server;

use std::error::Error;

/// Whatever went wrong, for a person to read.
pub type Failure = Box<dyn Error + Send + Sync>;
