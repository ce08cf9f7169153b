//! UTF-8 validation and decoding of text that arrives in pieces.
//!
//! - [`validate`] checks a whole slice, as [`core::str::from_utf8`] does; [`validate_start`] the first bytes of one.
//! - [`Validator`] checks a stream, chunk by chunk, in a few bytes of state; it fails at the first byte that makes the
//!   stream invalid, even if the sequence it belongs to is not complete.
//! - [`Decoder`] turns chunks into `&str` pieces of those chunks; a character cut by a chunk's edge comes out whole.
//! - [`LossyDecoder`] does the same for any bytes, with U+FFFD in the place of what is ill-formed (WHATWG "UTF-8 decode").
//! - `TextBuilder`, with the feature `alloc`, puts a `String` together from chunks that may be masked.
//!
//! And what text protocols do to the same bytes in the same breath: [`mask`] unmasks WebSocket payloads, alone or together
//! with validation, and [`lines`] finds line ends.
//!
//! How a stream is cut into chunks never changes the verdict, the position of an error, or the decoded text: all three
//! are those of the joined bytes.
//!
//! The crate does no I/O and needs neither `std` nor `alloc`.
//!
//! # How it is fast
//!
//! Whether a byte may stand where it stands depends on it and the three bytes before it. A vector of bytes is checked
//! against the same bytes loaded one, two and three places earlier, by table look-ups after Keiser and Lemire, "Validating
//! UTF-8 In Less Than One Instruction Per Byte" (2021), or with AVX-512 by fewer steps than those. The vector instructions
//! are the best that the CPU has: [`Level`]. Texts shorter than a vector go through a finite automaton, one shift a byte;
//! AVX-512 loads them by a mask.
//!
//! ```
//! use stream_utf8::Validator;
//!
//! let mut validator = Validator::new();
//! validator.feed(b"caf\xC3")?; // the first half of "é"
//! validator.feed(b"\xA9 au lait")?;
//! validator.finish()?;
//!
//! let mut validator = Validator::new();
//! validator.feed(b"caf\xC3")?;
//! let error = validator.feed(b"! au lait").unwrap_err();
//! assert_eq!((error.valid_up_to(), error.error_len()), (3, Some(1)));
//! # Ok::<(), stream_utf8::Utf8Error>(())
//! ```

#![no_std]
#![deny(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod arch;
mod cut;
mod decoder;
mod error;
pub mod lines;
mod lossy;
pub mod mask;
mod piece;
mod validator;

#[cfg(feature = "alloc")]
pub use arch::builder::TextBuilder;
pub use arch::level::Level;
pub use decoder::{Decoder, Pieces};
pub use error::Utf8Error;
#[cfg(feature = "alloc")]
pub use lossy::decode_lossy;
pub use lossy::{LossyDecoder, LossyPieces};
pub use piece::Piece;
pub use validator::{Validator, validate, validate_start};

/// The examples of the crate's README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
