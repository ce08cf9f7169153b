//! `tokio_util`'s `Decoder` and `Encoder` of event streams, for `FramedRead` and `FramedWrite`.

use std::io;

use bytes::{Buf, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use crate::encoder::{Comment, ServerEvent, Sink};
use crate::error::ParseError;
use crate::item::Item;
use crate::owned::OwnedItem;
use crate::parser::Parser;

/// An event stream as a codec: decodes [`OwnedItem`]s, encodes [`ServerEvent`]s and [`Comment`]s.
///
/// ```
/// use bytes::BytesMut;
/// use sse_proto::codec::EventStreamCodec;
/// use sse_proto::{OwnedItem, ServerEvent};
/// use tokio_util::codec::{Decoder, Encoder};
///
/// let mut codec = EventStreamCodec::default();
/// let mut buffer = BytesMut::new();
/// codec.encode(ServerEvent::new("hello"), &mut buffer)?;
/// assert_eq!(&buffer[..], b"data: hello\n\n");
/// let Some(OwnedItem::Event(event)) = codec.decode(&mut buffer)? else { panic!() };
/// assert_eq!(event.data, "hello");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct EventStreamCodec {
    parser: Parser,
}

impl EventStreamCodec {
    /// A codec that decodes with this parser.
    #[must_use]
    pub fn new(parser: Parser) -> Self {
        Self { parser }
    }

    /// The parser: its last event ID, for one.
    #[must_use]
    pub fn parser(&self) -> &Parser {
        &self.parser
    }
}

impl Decoder for EventStreamCodec {
    type Item = OwnedItem;
    /// A [`ParseError`] comes as [`io::ErrorKind::InvalidData`] with it inside.
    type Error = io::Error;

    fn decode(&mut self, buffer: &mut BytesMut) -> io::Result<Option<OwnedItem>> {
        let mut input = &buffer[..];
        let item = self.parser.next(&mut input).map(|item| item.map(OwnedItem::from));
        let taken = buffer.len() - input.len();
        buffer.advance(taken);
        item.map_err(invalid_data)
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> io::Result<Option<OwnedItem>> {
        if let Some(item) = self.decode(buffer)? {
            return Ok(Some(item));
        }
        let event = self.parser.finish().map_err(invalid_data)?;
        Ok(event.map(|event| OwnedItem::from(Item::Event(event))))
    }
}

impl Encoder<ServerEvent<'_>> for EventStreamCodec {
    type Error = io::Error;

    fn encode(&mut self, event: ServerEvent<'_>, buffer: &mut BytesMut) -> io::Result<()> {
        event.write(buffer);
        Ok(())
    }
}

impl Encoder<Comment<'_>> for EventStreamCodec {
    type Error = io::Error;

    fn encode(&mut self, comment: Comment<'_>, buffer: &mut BytesMut) -> io::Result<()> {
        comment.write(buffer);
        Ok(())
    }
}

impl Sink for BytesMut {
    fn put(&mut self, text: &str) {
        self.extend_from_slice(text.as_bytes());
    }
}

fn invalid_data(error: ParseError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
