//! Server-Sent Events without I/O: bytes in, events out, and the other way round.
//!
//! - [`Parser`] turns the bytes of a `text/event-stream`, in pieces of any size, into [`Item`]s, to the letter of the
//!   HTML standard (section 9.2, "Server-sent events"). An event with one line of data that lies whole in the
//!   caller's bytes is borrowed from them.
//! - [`ServerEvent`] and [`Comment`] are what a server sends. [`EventName`] and [`EventId`] cannot hold a line break, so
//!   nothing that is sent can be taken for something else.
//! - [`EventSource`] is the client that reconnects where it left off, as a state machine.
//! - [`Replay`] holds the last events, each encoded once, for clients that come back with a last event ID and for those
//!   that are there; [`KeepAlive`] says when a silent stream needs a comment; [`headers`] are those of both sides.
//!
//! The way a stream is cut into pieces never changes what comes out: the same items, the same error at the same byte.
//! The crate opens no connection, reads no clock, and needs `alloc` but not `std`.
//!
//! ```
//! use sse_proto::{Event, EventId, Item, Parser, ServerEvent};
//!
//! let mut wire = Vec::new();
//! ServerEvent::new("two\nlines").id(EventId::new("7")?).append_to(&mut wire);
//! assert_eq!(wire, b"id: 7\ndata: two\ndata: lines\n\n");
//!
//! let mut parser = Parser::new();
//! for chunk in wire.chunks(5) {
//!     let mut input = chunk;
//!     while let Some(item) = parser.next(&mut input)? {
//!         assert_eq!(item, Item::Event(Event { event_type: "message", data: "two\nlines", last_event_id: "7" }));
//!     }
//! }
//! assert_eq!(parser.last_event_id(), "7");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod adapters;
mod config;
mod encoder;
mod error;
mod event_source;
pub mod headers;
mod item;
mod keep_alive;
mod limits;
mod owned;
mod parser;
mod replay;
mod scratch;

#[cfg(feature = "tokio-util")]
pub use adapters::codec;
#[cfg(feature = "futures")]
pub use adapters::futures;
#[cfg(feature = "http")]
pub use adapters::http;
pub use config::Config;
pub use encoder::{BufferTooSmall, Comment, DataWriter, Encoded, EventId, EventName, ForbiddenCharacter, ServerEvent};
pub use error::{LimitError, LimitKind, ParseError};
pub use event_source::{
    Action, Backoff, Closed, EventSource, EventSourceConfig, Exported, Failure, ReadyState, Request, Response,
};
pub use item::{Event, Item};
pub use keep_alive::KeepAlive;
pub use limits::{Limits, OnLimit};
pub use owned::{OwnedEvent, OwnedItem};
pub use parser::Parser;
pub use replay::{Cursor, Delivery, Replay, ReplayLimits, Resume};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
