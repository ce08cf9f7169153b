//! A transport that collects what is written until the reads run dry.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many bytes are collected at most.
const FULL: usize = 16 * 1024;

pub struct Batched<T> {
    transport: T,
    /// Freed once it is written, so that an idle connection holds none.
    collected: Vec<u8>,
}

impl<T: AsyncWrite + Unpin> Batched<T> {
    pub fn new(transport: T) -> Self {
        Self { transport, collected: Vec::new() }
    }

    fn poll_write_collected(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.collected.is_empty() {
            match ready!(Pin::new(&mut self.transport).poll_write(context, &self.collected))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                len if len == self.collected.len() => self.collected = Vec::new(),
                len => drop(self.collected.drain(..len)),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Batched<T> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.transport).poll_read(context, buf);
        if read.is_pending() {
            ready!(self.poll_write_collected(context))?;
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Batched<T> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.collected.len() >= FULL {
            ready!(self.poll_write_collected(context))?;
        }
        self.collected.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_collected(context))?;
        Pin::new(&mut self.transport).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_collected(context))?;
        Pin::new(&mut self.transport).poll_shutdown(context)
    }
}
