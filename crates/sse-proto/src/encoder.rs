use alloc::vec::Vec;
use core::time::Duration;

use memchr::memchr2;
use stream_utf8::lines::{line_end_bits, line_end_bits_of_short};

use crate::item::Event;
use sink::{Length, Slice};

pub use comment::Comment;
pub use data_writer::DataWriter;
pub use encoded::Encoded;
pub(crate) use sink::Sink;

pub use name::{EventId, EventName, ForbiddenCharacter};

mod comment;
mod data_writer;
mod encoded;
mod name;
mod sink;

/// An event as a server sends it, or a block of fields that sets an ID or a reconnection time without one.
///
/// Its encoding is a whole block, with the blank line that ends it; so encoded events and comments can be joined in any
/// order. No value can end its line early: names and IDs can't hold a line break, and data is split at CRLF, CR and LF,
/// one `data` field for each line, so that a client gets it with an LF for each of them.
///
/// ```
/// use core::time::Duration;
/// use sse_proto::{EventId, EventName, ServerEvent};
///
/// let event = ServerEvent::new("first\r\nsecond")
///     .event_type(EventName::new("greeting")?)
///     .id(EventId::new("42")?)
///     .retry(Duration::from_secs(3));
/// let expected = b"event: greeting\nid: 42\nretry: 3000\ndata: first\ndata: second\n\n";
/// assert_eq!(event.to_vec(), expected);
/// assert_eq!(event.encoded_len(), expected.len());
///
/// assert_eq!(ServerEvent::new("").to_vec(), b"data: \n\n"); // an event with empty data
/// assert_eq!(ServerEvent::default().retry(Duration::ZERO).to_vec(), b"retry: 0\n\n"); // no event
/// # Ok::<(), sse_proto::ForbiddenCharacter>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ServerEvent<'a> {
    event_type: Option<EventName<'a>>,
    id: Option<EventId<'a>>,
    retry: Option<Duration>,
    data: Option<&'a str>,
}

impl<'a> ServerEvent<'a> {
    /// An event with this data, which may be empty or hold any line breaks.
    #[must_use]
    pub const fn new(data: &'a str) -> Self {
        Self { event_type: None, id: None, retry: None, data: Some(data) }
    }

    /// The same with an event type. Without one, or with an empty one, clients take `message`.
    #[must_use]
    pub const fn event_type(mut self, name: EventName<'a>) -> Self {
        self.event_type = Some(name);
        self
    }

    /// The same with an ID, which becomes the client's last event ID. An empty one resets it.
    #[must_use]
    pub const fn id(mut self, id: EventId<'a>) -> Self {
        self.id = Some(id);
        self
    }

    /// The same with a reconnection time, sent in whole milliseconds: a fraction is dropped, and what is above
    /// `u64::MAX` of them is sent as that.
    #[must_use]
    pub const fn retry(mut self, time: Duration) -> Self {
        self.retry = Some(time);
        self
    }

    /// The exact length of the encoding, in bytes.
    #[must_use]
    pub fn encoded_len(&self) -> usize {
        self.measure().0
    }

    /// Appends the encoding to `out`.
    pub fn append_to(&self, out: &mut Vec<u8>) {
        let (len, shape) = self.measure();
        if len > SHORT {
            out.reserve(len);
            self.write_as(shape, out);
        } else {
            let start = out.len();
            out.resize(start + len, 0);
            self.write_as(shape, &mut Slice::over(&mut out[start..]));
        }
    }

    /// The encoding in a vector of its own.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.append_to(&mut out);
        out
    }

    /// The encoding in memory that can be shared.
    #[must_use]
    pub fn to_shared(&self) -> Encoded {
        let (len, shape) = self.measure();
        Encoded::new(len, |sink| self.write_as(shape, sink))
    }

    /// Writes the encoding to the start of `out` and returns its length in bytes.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] if it doesn't fit; then nothing is written.
    pub fn encode_into(&self, out: &mut [u8]) -> Result<usize, BufferTooSmall> {
        let (len, shape) = self.measure();
        self.write_as(shape, &mut Slice::new(out, len)?);
        Ok(len)
    }

    /// Starts the encoding at the end of `out`, and has its data written bit by bit; what the event has of it comes
    /// first.
    ///
    /// ```
    /// use std::fmt::Write;
    /// use sse_proto::{EventName, ServerEvent};
    ///
    /// let mut out = Vec::new();
    /// let mut data = ServerEvent::default().event_type(EventName::new("load")?).data_writer(&mut out);
    /// write!(data, "cpu: {}\nmemory: {}", 0.25, 0.5)?;
    /// data.finish()?;
    /// assert_eq!(out, b"event: load\ndata: cpu: 0.25\ndata: memory: 0.5\n\n");
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn data_writer<'o>(&self, out: &'o mut Vec<u8>) -> DataWriter<'o> {
        DataWriter::new(self, out)
    }

    /// The length of the encoding, and what has been found out on the way.
    #[inline(always)]
    fn measure(&self) -> (usize, Shape) {
        if self.retry.is_none() && self.data.is_none_or(is_one_line) {
            let field = |name: &str, value: &str| name.len() + value.len() + 1;
            let event_type = self.event_type.map_or(0, |name| field("event: ", name.as_str()));
            let id = self.id.map_or(0, |id| field("id: ", id.as_str()));
            let data = self.data.map_or(0, |data| field("data: ", data));
            return (event_type + id + data + 1, Shape::OneLine);
        }
        let mut length = Length::default();
        self.write_as(Shape::Lines, &mut length);
        (length.bytes(), Shape::Lines)
    }

    /// Writes the encoding, of which nothing is known yet.
    #[cfg(any(feature = "bytes", feature = "tokio-util"))]
    pub(crate) fn write(&self, out: &mut impl Sink) {
        self.write_as(Shape::Lines, out);
    }

    #[inline(always)]
    fn write_as(&self, shape: Shape, out: &mut impl Sink) {
        self.write_fields(out);
        match (self.data, shape) {
            (Some(data), Shape::OneLine) => field(out, "data: ", data),
            (Some(data), Shape::Lines) => lines(out, "data: ", data),
            (None, _) => {}
        }
        out.put("\n");
    }

    /// Writes all fields but the data.
    #[inline(always)]
    fn write_fields(&self, out: &mut impl Sink) {
        if let Some(name) = self.event_type {
            field(out, "event: ", name.as_str());
        }
        if let Some(id) = self.id {
            field(out, "id: ", id.as_str());
        }
        if let Some(time) = self.retry {
            let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            let mut digits = [0; 20];
            field(out, "retry: ", decimal(millis, &mut digits));
        }
    }
}

/// To send on what was received: its data, its type, and the last event ID, also if the event had none of its own.
impl<'a> TryFrom<Event<'a>> for ServerEvent<'a> {
    /// What a [`Parser`](crate::Parser) gives is refused for one reason alone: a type with a NUL.
    type Error = ForbiddenCharacter;

    fn try_from(event: Event<'a>) -> Result<Self, Self::Error> {
        let name = EventName::new(event.event_type)?;
        let id = EventId::new(event.last_event_id)?;
        let event_type = (name.as_str() != "message").then_some(name);
        Ok(Self { event_type, id: Some(id), retry: None, data: Some(event.data) })
    }
}

/// The buffer given to `encode_into` can't hold the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("encoding takes {needed} bytes, buffer has {available}")]
#[non_exhaustive]
pub struct BufferTooSmall {
    /// The length of the encoding, in bytes.
    pub needed: usize,
    /// The length of the buffer, in bytes.
    pub available: usize,
}

/// Whether data takes one `data` field, or may take several.
#[derive(Clone, Copy)]
enum Shape {
    OneLine,
    Lines,
}

/// Up to this length, in bytes, room is made first, and the pieces are put in with no further question of room.
const SHORT: usize = 1 << 10;

/// Whether `text` holds no line break.
fn is_one_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    match bytes.len() {
        0..=64 => line_end_bits_of_short(bytes) == 0,
        65..=128 => {
            let ends = bytes.first_chunk().into_iter().chain(bytes.last_chunk());
            ends.fold(0, |bits, block| bits | line_end_bits(block)) == 0
        }
        _ => memchr2(b'\n', b'\r', bytes).is_none(),
    }
}

/// Writes one field. `value` holds no line break.
#[inline(always)]
fn field(out: &mut impl Sink, name: &str, value: &str) {
    out.put(name);
    out.put(value);
    out.put("\n");
}

/// Writes one field for each line of `text`, of which there is always at least one.
fn lines(out: &mut impl Sink, name: &str, text: &str) {
    let mut rest = text;
    while let Some(end) = memchr2(b'\n', b'\r', rest.as_bytes()) {
        let (line, tail) = rest.split_at(end);
        field(out, name, line);
        rest = tail.strip_prefix("\r\n").unwrap_or(&tail[1..]);
    }
    field(out, name, rest);
}

/// The decimal digits of `number`.
fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &str {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b"0123456789"[(number % 10) as usize];
        number /= 10;
        if number == 0 {
            break;
        }
    }
    core::str::from_utf8(&digits[start..]).unwrap_or_default()
}
