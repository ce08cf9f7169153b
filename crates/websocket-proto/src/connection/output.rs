//! Where frames go.

use alloc::vec::Vec;

use crate::frame::{Header, MAX_HEADER_LEN};
use crate::mask::MaskingKey;

/// Where a [`Connection`](crate::Connection) appends what is to be sent: a `Vec<u8>`, with the feature `bytes` a
/// `bytes::BytesMut`, or a buffer of the caller's own.
///
/// Appending can't fail: [`Config::max_output`](crate::Config::max_output) says how much may wait, and nothing is appended
/// of what is refused.
///
/// ```
/// use std::collections::VecDeque;
/// use websocket_proto::connection::Output;
/// use websocket_proto::{Config, Connection};
///
/// /// Bytes that are written from the front.
/// #[derive(Default)]
/// struct Queue(VecDeque<u8>);
///
/// impl Output for Queue {
///     fn len(&self) -> usize {
///         self.0.len()
///     }
///     fn append(&mut self, bytes: &[u8]) {
///         self.0.extend(bytes);
///     }
/// }
///
/// let mut queue = Queue::default();
/// let mut server = Connection::server(Config::default());
/// server.send_text("Hello", &mut queue)?;
/// assert_eq!(queue.0, b"\x81\x05Hello");
/// # Ok::<(), websocket_proto::SendError>(())
/// ```
#[allow(clippy::len_without_is_empty, reason = "nothing asks for it")]
pub trait Output {
    /// How many bytes wait to be written: what [`Config::max_output`](crate::Config::max_output) limits.
    fn len(&self) -> usize;

    /// Appends bytes.
    fn append(&mut self, bytes: &[u8]);

    /// Appends a frame: `header`, and `payload`, masked with the header's key if it has one.
    fn append_frame(&mut self, header: Header, payload: &[u8]) {
        self.append(&header.encode());
        let Some(key) = header.masking_key else { return self.append(payload) };
        let mut mask = key.mask();
        let mut masked = [0; 1024];
        for piece in payload.chunks(masked.len()) {
            let len = mask.copy(piece, &mut masked);
            self.append(&masked[..len]);
        }
    }

    /// The vector that this output appends to, if it is one: compression then needs no other.
    ///
    /// Bytes are only appended at its end, and some of those taken back; what it held before is left alone. So it may hold
    /// more than [`len`](Self::len) bytes, such as a front that is written already.
    fn as_vec(&mut self) -> Option<&mut Vec<u8>> {
        None
    }
}

/// Below this length it is faster to copy inline, with a mask that changes nothing, than to call for a copy.
const SHORT: usize = 192;

/// Changes nothing.
const UNMASKED: MaskingKey = MaskingKey([0; 4]);

impl Output for Vec<u8> {
    #[inline]
    fn len(&self) -> usize {
        self.len()
    }

    #[inline]
    fn append(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline(always)]
    fn append_frame(&mut self, header: Header, payload: &[u8]) {
        if payload.len() < SHORT && self.capacity() - self.len() >= SHORT + MAX_HEADER_LEN + 2 {
            header.encode().append_with(payload, header.masking_key.unwrap_or(UNMASKED).mask(), self);
        } else {
            let (bits, len) = header.encode().to_bits();
            match header.masking_key {
                Some(key) => append_masked(bits, len, key, payload, self),
                None => append_plain(bits, len, payload, self),
            }
        }
    }

    fn as_vec(&mut self) -> Option<&mut Vec<u8>> {
        Some(self)
    }
}

/// Appends a masked frame that may be long. Apart, so that short ones save no registers for it, and with a header that comes
/// in registers.
#[inline(never)]
fn append_masked(header_bits: u128, header_len: usize, key: MaskingKey, payload: &[u8], output: &mut Vec<u8>) {
    key.mask().append_after(header_bits.to_le_bytes(), header_len, payload, output);
}

/// Appends a frame that is not masked and may be long. Apart as well.
#[inline(never)]
fn append_plain(header_bits: u128, header_len: usize, payload: &[u8], output: &mut Vec<u8>) {
    let header = header_bits.to_le_bytes();
    // Mostly there is room, and the length has 16 bits: then the header is copied by its length, which is known.
    if header_len == 4 && output.capacity() - output.len() >= 4 + payload.len() {
        output.extend_from_slice(&header[..4]);
        output.extend_from_slice(payload);
    } else {
        append_with_care(header, header_len, payload, output);
    }
}

/// Apart, so that the common case has little to save.
#[inline(never)]
fn append_with_care(header: [u8; 16], header_len: usize, payload: &[u8], output: &mut Vec<u8>) {
    output.reserve(header_len + payload.len());
    output.extend_from_slice(&header[..header_len]);
    output.extend_from_slice(payload);
}

#[cfg(feature = "bytes")]
impl Output for bytes::BytesMut {
    fn len(&self) -> usize {
        self.len()
    }

    fn append(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn append_frame(&mut self, header: Header, payload: &[u8]) {
        self.reserve(MAX_HEADER_LEN + payload.len());
        self.extend_from_slice(&header.encode());
        let start = self.len();
        self.extend_from_slice(payload);
        if let Some(key) = header.masking_key {
            key.mask().apply(&mut self[start..]);
        }
    }
}

/// Has a vector written that ends up in `output`.
#[cfg(feature = "deflate")]
pub(super) fn with_vec<T>(output: &mut (impl Output + ?Sized), write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    if let Some(vec) = output.as_vec() {
        return write(vec);
    }
    let mut vec = Vec::new();
    let result = write(&mut vec);
    output.append(&vec);
    result
}
