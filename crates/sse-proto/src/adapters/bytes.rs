//! Encoding into the buffers of `bytes`.

use bytes::{BufMut, Bytes};

use crate::encoder::{BufferTooSmall, Comment, Encoded, ServerEvent, Sink};

/// Shares the encoding: no byte is copied.
///
/// ```
/// use bytes::Bytes;
/// use sse_proto::ServerEvent;
///
/// let encoded = ServerEvent::new("to all").to_shared();
/// let bytes = Bytes::from(encoded.clone());
/// assert_eq!(bytes.as_ptr(), encoded.as_ptr());
/// ```
impl From<Encoded> for Bytes {
    fn from(encoded: Encoded) -> Self {
        Self::from_owner(encoded)
    }
}

impl ServerEvent<'_> {
    /// Appends the encoding to a buffer of `bytes` and returns its length in bytes.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] if the buffer can't grow and it doesn't fit; then nothing is written.
    pub fn put_into(&self, out: &mut impl BufMut) -> Result<usize, BufferTooSmall> {
        put(out, self.encoded_len(), |sink| self.write(sink))
    }
}

impl Comment<'_> {
    /// Appends the encoding to a buffer of `bytes` and returns its length in bytes.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] if the buffer can't grow and it doesn't fit; then nothing is written.
    pub fn put_into(&self, out: &mut impl BufMut) -> Result<usize, BufferTooSmall> {
        put(out, self.encoded_len(), |sink| self.write(sink))
    }
}

fn put<B: BufMut>(out: &mut B, len: usize, write: impl FnOnce(&mut Buffer<'_, B>)) -> Result<usize, BufferTooSmall> {
    let available = out.remaining_mut();
    if available < len {
        return Err(BufferTooSmall { needed: len, available });
    }
    write(&mut Buffer(out));
    Ok(len)
}

/// A buffer that is known to be large enough.
struct Buffer<'a, B>(&'a mut B);

impl<B: BufMut> Sink for Buffer<'_, B> {
    fn put(&mut self, text: &str) {
        self.0.put_slice(text.as_bytes());
    }
}
