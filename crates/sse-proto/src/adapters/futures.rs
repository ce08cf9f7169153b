//! A stream of byte chunks becomes a stream of events.
//!
//! The names and types are those of the `eventsource-stream` crate, so that a program that uses it only has to change
//! its import:
//!
//! ```
//! use futures_util::StreamExt;
//! use sse_proto::futures::Eventsource; // was: eventsource_stream::Eventsource
//!
//! # futures_util::FutureExt::now_or_never(async {
//! # let chunks = [Ok::<_, std::io::Error>("event: greeting\ndata: hel"), Ok("lo\n\n")];
//! # let bytes_stream = futures_util::stream::iter(chunks);
//! let mut stream = bytes_stream.eventsource();
//!
//! while let Some(event) = stream.next().await {
//!     match event {
//!         Ok(event) => println!("received event[type={}]: {}", event.event, event.data),
//! #       Err(_) => panic!(),
//!         Err(e) => eprintln!("error occurred: {}", e),
//!     }
//! }
//! # }).unwrap();
//! ```

use alloc::string::String;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::encoder::{EventId, ForbiddenCharacter};
use crate::error::ParseError;
use crate::item::{Event as ParsedEvent, Item};
use crate::owned::OwnedEvent;
use crate::parser::Parser;

/// An event, owned, with the field names that users of `eventsource-stream` know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// The event's type, `message` if the stream gave none.
    pub event: String,
    /// The data.
    pub data: String,
    /// The last event ID string as of this event.
    pub id: String,
    /// The last reconnection time that came since the event before this one.
    pub retry: Option<Duration>,
}

/// Why an [`EventStream`] fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventStreamError<E> {
    /// The stream of chunks has failed.
    #[error("transport error: {0}")]
    Transport(E),
    /// The chunks exceed a limit of the parser.
    #[error(transparent)]
    Parse(ParseError),
}

/// Turns a stream of byte chunks into a stream of events.
pub trait Eventsource: Stream + Sized {
    /// Events of the default parser.
    fn eventsource(self) -> EventStream<Self> {
        self.eventsource_with(Parser::new())
    }

    /// Events of this parser, which may have limits of its own, or go on after an ID.
    fn eventsource_with(self, parser: Parser) -> EventStream<Self>;
}

impl<S, B, E> Eventsource for S
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    fn eventsource_with(self, parser: Parser) -> EventStream<Self> {
        EventStream::with_parser(self, parser)
    }
}

pin_project! {
    /// The events of a stream of byte chunks: see [`Eventsource`].
    ///
    /// It is over when the chunks are, or after the error of the parser. An error of the chunks is passed on, and whether
    /// any follow is theirs to say. Nothing is buffered but the chunk that is being read. Comments are passed over, and so
    /// are events that are dropped: see [`parser`](EventStream::parser).
    pub struct EventStream<S: Stream> {
        #[pin]
        chunks: S,
        // The chunk that is being read, and how much of it has been.
        chunk: Option<(S::Item, usize)>,
        events: Events,
        is_over: bool,
    }
}

impl<S: Stream> EventStream<S> {
    /// The events of these chunks.
    pub fn new(chunks: S) -> Self {
        Self::with_parser(chunks, Parser::new())
    }

    fn with_parser(chunks: S, parser: Parser) -> Self {
        Self { chunks, chunk: None, events: Events { parser, retry: None }, is_over: false }
    }

    /// The parser, for what the events don't tell: [`Parser::dropped_events`] is the only report of events that
    /// [`OnLimit::DropEvent`](crate::OnLimit::DropEvent) has dropped.
    pub fn parser(&self) -> &Parser {
        &self.events.parser
    }

    /// The last event ID string: what a reconnection would send.
    pub fn last_event_id(&self) -> &str {
        self.events.parser.last_event_id()
    }

    /// Sets the last event ID, as if an earlier connection had.
    ///
    /// # Errors
    ///
    /// [`ForbiddenCharacter`] if no event could have it.
    pub fn set_last_event_id(&mut self, id: impl Into<String>) -> Result<(), ForbiddenCharacter> {
        self.events.parser.set_last_event_id(EventId::new(&id.into())?);
        Ok(())
    }
}

impl<S, B, E> Stream for EventStream<S>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    type Item = Result<Event, EventStreamError<E>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        while !*this.is_over {
            let event = if let Some((Ok(chunk), read)) = this.chunk {
                let bytes = chunk.as_ref();
                let mut input = bytes.get(*read..).unwrap_or_default();
                let event = this.events.next(&mut input);
                *read = bytes.len() - input.len();
                if let Ok(None) = event {
                    *this.chunk = None;
                }
                event
            } else {
                match ready!(this.chunks.as_mut().poll_next(context)) {
                    Some(Ok(chunk)) => {
                        *this.chunk = Some((Ok(chunk), 0));
                        continue;
                    }
                    Some(Err(error)) => return Poll::Ready(Some(Err(EventStreamError::Transport(error)))),
                    None => {
                        *this.is_over = true;
                        this.events.finish()
                    }
                }
            };
            match event {
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Ok(None) => {}
                Err(error) => {
                    *this.is_over = true;
                    return Poll::Ready(Some(Err(EventStreamError::Parse(error))));
                }
            }
        }
        Poll::Ready(None)
    }
}

impl<S: Stream + fmt::Debug> fmt::Debug for EventStream<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("chunks", &self.chunks).finish_non_exhaustive()
    }
}

/// A parser of which only the events are wanted.
struct Events {
    parser: Parser,
    retry: Option<Duration>,
}

impl Events {
    fn next(&mut self, input: &mut &[u8]) -> Result<Option<Event>, ParseError> {
        loop {
            match self.parser.next(input)? {
                Some(Item::Event(event)) => return Ok(Some(owned(event, self.retry.take()))),
                Some(Item::Retry(time)) => self.retry = Some(time),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    fn finish(&mut self) -> Result<Option<Event>, ParseError> {
        let event = self.parser.finish()?;
        Ok(event.map(|event| owned(event, self.retry.take())))
    }
}

fn owned(event: ParsedEvent<'_>, retry: Option<Duration>) -> Event {
    let OwnedEvent { event_type, data, last_event_id } = event.into();
    Event { event: event_type, data, id: last_event_id, retry }
}
