//! A transport in memory: reads come from a slice, what is written is dropped or kept.

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// How many bytes are copied at once. The library of C takes several times as long for more than a few KiB if they go to the
/// same offset in a page, or a little more, which is nothing that a socket has to do with.
const COPY: usize = 2048;

const PAGE: usize = 4096;

/// A handle of the size of a pointer, so that any number of connections may share one transport, one after the other.
#[derive(Clone)]
pub struct Pipe(Rc<RefCell<Ends>>);

/// What is read. It starts in the middle of a page: large buffers start at a page's edge, and short copies too take longer
/// to the same offset.
#[derive(Clone)]
pub struct Input {
    bytes: Rc<[u8]>,
    start: usize,
    end: usize,
}

impl Input {
    pub fn new(input: &[u8]) -> Self {
        let mut bytes: Rc<[u8]> = vec![0; input.len() + PAGE].into();
        let start = (PAGE + PAGE / 2 - bytes.as_ptr().addr() % PAGE) % PAGE;
        let end = start + input.len();
        if let Some(bytes) = Rc::get_mut(&mut bytes) {
            bytes[start..end].copy_from_slice(input);
        }
        Self { bytes, start, end }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// All bytes added up, by which they come into the cache.
    pub fn sum(&self) -> u64 {
        self.bytes().iter().map(|&byte| u64::from(byte)).sum()
    }
}

/// A new buffer to read into, larger than any read.
pub fn read_buffer() -> Vec<u8> {
    vec![0; 64 * 1024]
}

struct Ends {
    input: Input,
    at: usize,
    /// How many bytes a read returns at most.
    read_len: usize,
    /// What was written, if it is to be kept.
    written: Option<Vec<u8>>,
}

impl Pipe {
    pub fn new(read_len: usize) -> Self {
        let input = Input::new(&[]);
        Self(Rc::new(RefCell::new(Ends { at: 0, input, read_len, written: None })))
    }

    /// Sets what is read next.
    pub fn feed(&self, input: &Input) {
        let mut ends = self.0.borrow_mut();
        ends.at = 0;
        ends.input = input.clone();
    }

    /// Keeps what is written from now on.
    pub fn keep_written(&self) {
        self.0.borrow_mut().written = Some(Vec::new());
    }

    /// What was written since `keep_written`; from now on it is dropped.
    pub fn take_written(&self) -> Vec<u8> {
        self.0.borrow_mut().written.take().unwrap_or_default()
    }

    /// How many bytes were read; 0 if there are none.
    pub fn read_some(&self, buffer: &mut [u8]) -> usize {
        self.0.borrow_mut().read(|read| copy(read, buffer))
    }

    /// As [`read_some`](Self::read_some), into one buffer and what does not fit there into another.
    pub fn read_vectored(&self, first: &mut [u8], second: &mut [u8]) -> usize {
        self.0.borrow_mut().read(|read| {
            let len = copy(read, first);
            len + copy(&read[len..], second)
        })
    }

    pub fn write_some(&self, bytes: &[u8]) {
        std::hint::black_box(bytes);
        if let Some(written) = &mut self.0.borrow_mut().written {
            written.extend_from_slice(bytes);
        }
    }
}

impl Ends {
    /// Hands what one read may return to `take`, which says how much of it was taken.
    fn read(&mut self, take: impl FnOnce(&[u8]) -> usize) -> usize {
        let rest = &self.input.bytes()[self.at..];
        let len = take(&rest[..rest.len().min(self.read_len)]);
        self.at += len;
        len
    }
}

/// Copies as many bytes as both have room for. Returns their number.
fn copy(from: &[u8], into: &mut [u8]) -> usize {
    for (from, into) in from.chunks(COPY).zip(into.chunks_mut(COPY)) {
        let len = from.len().min(into.len());
        into[..len].copy_from_slice(&from[..len]);
    }
    from.len().min(into.len())
}

/// The output of a future that needs not wait; `None` if it would.
pub fn now<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.read_some(buffer) {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            len => Ok(len),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_some(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl tokio::io::AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let len = self.0.borrow_mut().read(|read| {
            let len = read.len().min(buffer.remaining());
            read[..len].chunks(COPY).for_each(|piece| buffer.put_slice(piece));
            len
        });
        if len == 0 {
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }
}

impl tokio::io::AsyncWrite for Pipe {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write_some(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        slices.iter().for_each(|slice| self.write_some(slice));
        Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl futures::io::AsyncRead for Pipe {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        match self.read_some(buffer) {
            0 => Poll::Pending,
            len => Poll::Ready(Ok(len)),
        }
    }
}

impl futures::io::AsyncWrite for Pipe {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write_some(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
