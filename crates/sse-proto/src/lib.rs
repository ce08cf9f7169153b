//! Server-Sent Events without I/O: bytes in, events out, and the other way round.
//!
//! - [`Parser`] turns the bytes of a `text/event-stream`, in pieces of any size, into [`Item`]s, to the letter of the
//!   HTML standard (section 9.2, "Server-sent events"). What lies whole in the caller's bytes is borrowed from them.
//! - [`ServerEvent`] and [`Comment`] are what a server sends. [`EventName`] and [`EventId`] cannot hold a line break, so
//!   nothing that is sent can be taken for something else.
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

mod encoder;
mod error;
mod item;
mod limits;
mod parser;

pub use encoder::{BufferTooSmall, Comment, EventId, EventName, ForbiddenCharacter, ServerEvent};
pub use error::{LimitError, LimitKind, ParseError};
pub use item::{Event, Item};
pub use limits::Limits;
pub use parser::{Config, Parser};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
