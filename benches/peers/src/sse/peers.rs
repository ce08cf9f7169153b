//! The parsers, each behind the same few calls.

use futures_codec::{BytesMut, Decoder as _};
use sse_core::{SseDecoder, SseEvent};
use sse_proto::{Config, Item, Parser};

use super::chunks::{Chunks, poll_all};
use super::sink::Sink;

/// A parser of one connection, which lasts.
pub trait Peer {
    const NAME: &'static str;

    fn new(chunks: Chunks) -> Self;

    /// Parses all chunks there are.
    fn parse(&mut self, sink: &mut impl Sink);
}

pub struct Ours {
    parser: Parser,
    chunks: Chunks,
}

impl Ours {
    pub fn with_config(config: Config, chunks: Chunks) -> Self {
        Self { parser: Parser::with_config(config), chunks }
    }
}

impl Peer for Ours {
    const NAME: &'static str = "sse-proto";

    fn new(chunks: Chunks) -> Self {
        Self::with_config(Config::default(), chunks)
    }

    fn parse(&mut self, sink: &mut impl Sink) {
        while let Some(chunk) = self.chunks.next_chunk() {
            let mut input = chunk;
            while let Ok(Some(item)) = self.parser.next(&mut input) {
                match item {
                    Item::Event(event) => sink.event(event.event_type, event.data, event.last_event_id),
                    Item::Comment(text) => sink.comment(text),
                    _ => {}
                }
            }
        }
    }
}

/// Comments are passed over, as the peers do.
pub struct OursWithoutComments(Ours);

impl Peer for OursWithoutComments {
    const NAME: &'static str = "sse-proto, comments skipped";

    fn new(chunks: Chunks) -> Self {
        Self(Ours::with_config(Config { skip_comments: true, ..Config::default() }, chunks))
    }

    fn parse(&mut self, sink: &mut impl Sink) {
        self.0.parse(sink);
    }
}

pub struct SseCore {
    decoder: SseDecoder,
    chunks: Chunks,
}

impl Peer for SseCore {
    const NAME: &'static str = "sse-core";

    fn new(chunks: Chunks) -> Self {
        Self { decoder: SseDecoder::new(), chunks }
    }

    fn parse(&mut self, sink: &mut impl Sink) {
        while let Some(chunk) = self.chunks.next_chunk() {
            let mut input = chunk;
            while let Some(Ok(event)) = self.decoder.next(&mut input) {
                if let SseEvent::Message(event) = event {
                    sink.event(&event.event, &event.data, event.last_event_id.as_deref().unwrap_or_default());
                }
            }
        }
    }
}

pub struct SseParse {
    parser: sse_parse::SseParser,
    chunks: Chunks,
}

impl Peer for SseParse {
    const NAME: &'static str = "sse-parse";

    fn new(chunks: Chunks) -> Self {
        Self { parser: sse_parse::SseParser::new(), chunks }
    }

    fn parse(&mut self, sink: &mut impl Sink) {
        while let Some(chunk) = self.chunks.next_chunk() {
            self.parser.feed(chunk);
            while let Some(event) = self.parser.next_event() {
                sink.event(&event.event, &event.data, &event.id);
            }
        }
    }
}

pub struct SseStream(std::pin::Pin<Box<sse_stream::SseByteStream<Chunks>>>);

impl Peer for SseStream {
    const NAME: &'static str = "sse-stream";

    fn new(chunks: Chunks) -> Self {
        Self(Box::pin(sse_stream::SseByteStream::new(chunks)))
    }

    fn parse(&mut self, sink: &mut impl Sink) {
        poll_all(self.0.as_mut(), |event| {
            if let Some(data) = &event.data {
                let event_type = event.event.as_deref().unwrap_or("message");
                sink.event(event_type, data, event.id.as_deref().unwrap_or_default());
            }
        });
    }
}

pub struct Sseer(std::pin::Pin<Box<sseer::EventStream<Chunks>>>);

impl Peer for Sseer {
    const NAME: &'static str = "sseer";

    fn new(chunks: Chunks) -> Self {
        Self(Box::pin(sseer::EventStream::new(chunks)))
    }

    fn parse(&mut self, sink: &mut impl Sink) {
        poll_all(self.0.as_mut(), |event| sink.event(&event.event, &event.data, &event.id));
    }
}

pub struct EventsourceStream(std::pin::Pin<Box<eventsource_stream::EventStream<Chunks>>>);

impl Peer for EventsourceStream {
    const NAME: &'static str = "eventsource-stream";

    fn new(chunks: Chunks) -> Self {
        Self(Box::pin(eventsource_stream::EventStream::new(chunks)))
    }

    fn parse(&mut self, sink: &mut impl Sink) {
        poll_all(self.0.as_mut(), |event| sink.event(&event.event, &event.data, &event.id));
    }
}

/// Its decoder takes a buffer that grows with what is read, as `futures_codec` has it.
pub struct SseCodec {
    codec: sse_codec::SSECodec,
    buffer: BytesMut,
    chunks: Chunks,
}

impl Peer for SseCodec {
    const NAME: &'static str = "sse-codec";

    fn new(chunks: Chunks) -> Self {
        Self { codec: sse_codec::SSECodec::default(), buffer: BytesMut::new(), chunks }
    }

    fn parse(&mut self, sink: &mut impl Sink) {
        while let Some(chunk) = self.chunks.next_chunk() {
            self.buffer.extend_from_slice(chunk);
            while let Ok(Some(event)) = self.codec.decode(&mut self.buffer) {
                if let sse_codec::Event::Message { id, event, data } = &event {
                    sink.event(event, data, id.as_deref().unwrap_or_default());
                }
            }
        }
    }
}
