//! A stream of chunks that is always there until it is not.

use std::cell::Cell;
use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use futures::Stream;

/// Hands out what it was given in chunks of one size. A clone shares its bytes.
#[derive(Clone)]
pub struct Chunks {
    rest: Rc<Cell<&'static [u8]>>,
    chunk_len: usize,
}

impl Chunks {
    pub fn new(chunk_len: usize) -> Self {
        Self { rest: Rc::default(), chunk_len }
    }

    /// What the next chunks are cut from.
    pub fn feed(&self, bytes: &'static [u8]) {
        self.rest.set(bytes);
    }

    pub fn next_chunk(&self) -> Option<&'static [u8]> {
        let rest = self.rest.get();
        if rest.is_empty() {
            return None;
        }
        let (chunk, rest) = rest.split_at(self.chunk_len.min(rest.len()));
        self.rest.set(rest);
        Some(chunk)
    }
}

/// The stream of a connection that stays open: pending where there is nothing more.
impl Stream for Chunks {
    type Item = Result<&'static [u8], Infallible>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.next_chunk() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None => Poll::Pending,
        }
    }
}

/// Polls a stream of events for as long as it has any.
pub fn poll_all<T, E>(stream: impl Stream<Item = Result<T, E>>, mut take: impl FnMut(T)) {
    let mut stream = pin!(stream);
    let mut context = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(Ok(event))) = stream.as_mut().poll_next(&mut context) {
        take(event);
    }
}
