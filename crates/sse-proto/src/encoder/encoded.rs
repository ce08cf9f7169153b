use alloc::sync::Arc;
use core::fmt;
use core::ops::Deref;

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
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
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
