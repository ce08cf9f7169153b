//! The two ends of a connection.
//!
//! A client masks every frame it sends, a server none (RFC 6455 5.1); each refuses what the other side must not send.

use crate::mask::MaskingKey;

/// One end of a connection: [`Server`] or [`Client`].
pub trait Role: sealed::Sealed {
    /// Whether this end masks what it sends, and so must receive unmasked frames.
    const MASKS: bool;

    /// The masking key of the next frame to send; `None` for a server.
    fn next_masking_key(&mut self) -> Option<MaskingKey>;
}

/// The end that accepted the opening handshake.
#[derive(Clone, Copy, Debug, Default)]
pub struct Server;

/// The end that made the opening handshake.
///
/// Holds the caller's source of masking keys, a function that is called once for each frame sent. It must draw from a
/// strong source of randomness (RFC 6455 10.3): a key that an attacker can predict lets him choose the bytes on the
/// wire.
#[derive(Clone, Copy, Debug)]
pub struct Client<K> {
    masking_keys: K,
}

impl<K: FnMut() -> [u8; 4]> Client<K> {
    /// A client whose masking keys come from `masking_keys`.
    pub const fn new(masking_keys: K) -> Self {
        Self { masking_keys }
    }
}

impl Role for Server {
    const MASKS: bool = false;

    fn next_masking_key(&mut self) -> Option<MaskingKey> {
        None
    }
}

impl<K: FnMut() -> [u8; 4]> Role for Client<K> {
    const MASKS: bool = true;

    fn next_masking_key(&mut self) -> Option<MaskingKey> {
        Some(MaskingKey((self.masking_keys)()))
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Server {}
    impl<K> Sealed for super::Client<K> {}
}
