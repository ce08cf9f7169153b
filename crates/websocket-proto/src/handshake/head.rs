use alloc::vec::Vec;

use super::headers::Headers;
use super::scanner::Scanner;

/// How large the head of a request or response may be.
///
/// ```
/// use websocket_proto::handshake::HeadLimits;
///
/// let limits = HeadLimits { max_bytes: 4096, ..HeadLimits::default() };
/// assert_eq!(limits.max_fields, 100);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// The longest head that is read, in bytes, from its first line to the empty line that ends it. 16,384 by default.
    ///
    /// This is also the most that is ever buffered.
    pub max_bytes: usize,
    /// The most header fields that are read. 100 by default.
    pub max_fields: usize,
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self { max_bytes: 16 * 1024, max_fields: 100 }
    }
}

/// Why a head is not one of HTTP/1.1 (RFC 9112), or not one that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum HeadError {
    /// A control character, or a CR or LF that is not part of a CRLF (RFC 9112 2.2, RFC 9110 5.5).
    #[error("the head holds a control character or a line end other than CRLF at offset {offset}")]
    ControlCharacter {
        /// Where it is, in bytes from the start of the head.
        offset: usize,
    },
    /// The request line or status line does not conform to its grammar (RFC 9112 3 and 4).
    #[error("the first line of the head is malformed")]
    FirstLine,
    /// The HTTP version is not 1.0 or 1.1.
    #[error("the HTTP version is not HTTP/1.1")]
    Version,
    /// A header field line does not conform to its grammar (RFC 9112 5), or is folded (RFC 9112 5.2).
    #[error("a header field line is malformed")]
    FieldLine,
    /// The first line does not end within the most bytes that are read of a head.
    #[error("the first line of the head is longer than the limit of {limit} bytes")]
    FirstLineTooLong {
        /// [`HeadLimits::max_bytes`].
        limit: usize,
    },
    /// The head does not end within the most bytes that are read of it.
    #[error("the head is longer than the limit of {limit} bytes")]
    TooLong {
        /// [`HeadLimits::max_bytes`].
        limit: usize,
    },
    /// The head has more header fields than are read.
    #[error("the head has more header fields than the limit of {limit}")]
    TooManyFields {
        /// [`HeadLimits::max_fields`].
        limit: usize,
    },
    /// The transport ended before the head did.
    #[error("the head is incomplete: the transport ended after {received} bytes")]
    Incomplete {
        /// How many bytes had come.
        received: usize,
    },
}

/// Reads one head from a stream of bytes in linear time, however it is cut.
///
/// A head that lies whole in one input is borrowed from there; otherwise its bytes are collected, at most
/// [`HeadLimits::max_bytes`] of them.
#[derive(Debug)]
pub(super) struct HeadReader {
    scanner: Scanner,
    /// The bytes that earlier inputs brought; empty unless the head has been cut.
    buffer: Vec<u8>,
}

/// Where a whole head lies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'i> {
    InInput(&'i [u8]),
    InBuffer,
}

impl HeadReader {
    pub(super) const fn new(limits: HeadLimits) -> Self {
        Self { scanner: Scanner::new(limits), buffer: Vec::new() }
    }

    /// The limits, if nothing has been read: the head may then be read at once, in another way.
    pub(super) fn limits_at_start(&self) -> Option<&HeadLimits> {
        self.scanner.limits_at_start()
    }

    /// Looks for the end of the head in `input`, and takes what belongs to the head out of it.
    ///
    /// On an error, `input` has advanced past the byte that decided it.
    pub(super) fn advance<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Found<'i>>, HeadError> {
        let before = self.scanner.scanned();
        let verdict = self.scanner.scan(input);
        let (taken, rest) = input.split_at(self.scanner.scanned() - before);
        *input = rest;
        let ended = verdict?;
        if ended && self.buffer.is_empty() {
            return Ok(Some(Found::InInput(taken)));
        }
        self.buffer.extend_from_slice(taken);
        Ok(ended.then_some(Found::InBuffer))
    }

    /// The head that [`advance`](Self::advance) has found.
    pub(super) fn head<'a>(&'a self, found: Found<'a>) -> Head<'a> {
        let bytes = match found {
            Found::InInput(bytes) => bytes,
            Found::InBuffer => &self.buffer,
        };
        Head { bytes, first_line: self.scanner.first_line(), fields: self.scanner.fields() }
    }

    /// Starts on the next head; what has been read of this one still counts towards the limits.
    pub(super) fn restart(&mut self) {
        self.buffer.clear();
        self.scanner.restart();
    }

    /// How many bytes of heads have been read.
    pub(super) fn received(&self) -> usize {
        self.scanner.scanned()
    }
}

/// The bytes of one head, from its start to the empty line that ends it.
#[derive(Clone, Debug)]
pub(super) struct Head<'a> {
    bytes: &'a [u8],
    first_line: core::ops::Range<usize>,
    fields: usize,
}

impl<'a> Head<'a> {
    /// The head without the empty lines that may come before it (RFC 9112 2.2).
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes.get(self.first_line.start..).unwrap_or_default()
    }

    /// How many header field lines it has.
    pub(super) fn fields(&self) -> usize {
        self.fields
    }

    /// The header field lines, which the caller has checked.
    pub(super) fn headers(&self) -> Headers<'a> {
        Headers::from_lines(self.bytes.get(self.first_line.end..).unwrap_or_default())
    }
}
