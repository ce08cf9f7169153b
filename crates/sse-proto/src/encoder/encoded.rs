use alloc::sync::Arc;
use core::fmt;
use core::iter::repeat_n;
use core::ops::Deref;

use super::sink::Slice;

/// An encoding that many connections share: cloning it copies no bytes.
///
/// ```
/// use sse_proto::ServerEvent;
///
/// let event = ServerEvent::new("to all").to_shared();
/// let for_another = event.clone();
/// assert_eq!(&*for_another, b"data: to all\n\n");
/// assert_eq!(for_another.as_ptr(), event.as_ptr());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Encoded(Arc<[u8]>);

impl Encoded {
    /// Has `write` write an encoding of `len` bytes, into the memory that will be shared.
    pub(super) fn new(len: usize, write: impl FnOnce(&mut Slice<'_>)) -> Self {
        let mut bytes: Arc<[u8]> = repeat_n(0, len).collect();
        if let Some(bytes) = Arc::get_mut(&mut bytes) {
            write(&mut Slice::over(bytes));
        }
        Self(bytes)
    }
}

impl Deref for Encoded {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Encoded {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Encoded> for Arc<[u8]> {
    fn from(encoded: Encoded) -> Self {
        encoded.0
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded(\"{}\")", self.0.escape_ascii())
    }
}
