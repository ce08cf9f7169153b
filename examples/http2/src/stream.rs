//! A stream's two directions, with flow control (RFC 9113 5.2).

use std::future::poll_fn;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use h2::{Reason, RecvStream, SendStream};
use tokio::time::timeout;

use crate::Failure;

/// How long the other side may take to make room.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// The direction to the other side.
pub(crate) struct Writer(pub(crate) SendStream<Bytes>);

impl Writer {
    /// Hands all of `bytes` to h2, never more at once than the other side has room for: h2 itself would keep any amount.
    pub(crate) async fn write(&mut self, bytes: impl Into<Bytes>) -> Result<(), Failure> {
        timeout(WRITE_TIMEOUT, self.write_all(bytes.into())).await?
    }

    async fn write_all(&mut self, mut bytes: Bytes) -> Result<(), Failure> {
        while !bytes.is_empty() {
            self.0.reserve_capacity(bytes.len());
            let capacity = match self.0.capacity() {
                0 => poll_fn(|context| self.0.poll_capacity(context)).await.ok_or("the stream is at its end")??,
                capacity => capacity,
            };
            self.0.send_data(bytes.split_to(capacity.min(bytes.len())), false)?;
        }
        Ok(())
    }

    /// Ends this direction in good order, as a FIN does for TCP.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.0.send_data(Bytes::new(), true)?)
    }

    /// Ends both directions at once, as a reset does for TCP (RFC 8441 5).
    pub(crate) fn cancel(&mut self) {
        self.0.send_reset(Reason::CANCEL);
    }
}

/// The direction from the other side.
pub(crate) struct Reader(pub(crate) RecvStream);

impl Reader {
    /// Waits for bytes; empty at the end of the stream. They count against the room of this side until
    /// [`release`](Self::release) is called.
    pub(crate) async fn read(&mut self) -> Result<BytesMut, Failure> {
        while let Some(data) = self.0.data().await {
            let data = data?;
            // A DATA frame may be empty, and is not the end then.
            if !data.is_empty() {
                // To be unmasked in place. Copies if h2 holds on to the bytes.
                return Ok(data.into());
            }
        }
        Ok(BytesMut::new())
    }

    /// Makes room for as many more bytes, once they have been used.
    pub(crate) fn release(&mut self, len: usize) -> Result<(), Failure> {
        Ok(self.0.flow_control().release_capacity(len)?)
    }

    /// Waits for the end of the stream, whatever comes before.
    pub(crate) async fn drain(&mut self) {
        while let Ok(data) = self.read().await {
            if data.is_empty() || self.release(data.len()).is_err() {
                return;
            }
        }
    }
}
