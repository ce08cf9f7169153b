use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha1::{Digest as _, Sha1};

/// What RFC 6455 1.3 has both sides append to the key.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The value of `Sec-WebSocket-Key`: 16 bytes, base64-encoded, new for each connection (RFC 6455 4.1).
///
/// ```
/// use websocket_proto::handshake::Key;
///
/// let key = Key::from_nonce(*b"the sample nonce");
/// assert_eq!(key.as_str(), "dGhlIHNhbXBsZSBub25jZQ==");
/// assert_eq!(key.accept().as_str(), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; Key::LEN]);

impl Key {
    /// The length of the value, in bytes.
    pub const LEN: usize = 24;

    /// The key of a nonce, which must be 16 bytes from a source of randomness (RFC 6455 4.1).
    #[must_use]
    pub fn from_nonce(nonce: [u8; 16]) -> Self {
        let mut text = [0; Self::LEN];
        let encoded = BASE64.encode_slice(nonce, &mut text);
        debug_assert_eq!(encoded, Ok(Self::LEN), "base64 of 16 bytes");
        Self(text)
    }

    /// A key of 16 bytes from the operating system's source of randomness.
    ///
    /// ```
    /// use websocket_proto::handshake::Key;
    ///
    /// assert_ne!(Key::random()?, Key::random()?);
    /// # Ok::<(), getrandom::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`getrandom::Error`] if the operating system has none to give.
    #[cfg(feature = "getrandom")]
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce)?;
        Ok(Self::from_nonce(nonce))
    }

    /// The key that a header field holds, or `None` if the value is not the base64 encoding of exactly 16 bytes.
    ///
    /// The unused bits of the last character may be anything, as in the example that RFC 6455 4.1 prints.
    #[must_use]
    pub fn from_value(value: &[u8]) -> Option<Self> {
        let text: [u8; Self::LEN] = value.try_into().ok()?;
        // 22 characters of six bits each make 16 bytes and four bits.
        let characters = text.strip_suffix(b"==")?;
        let is_base64 = |b: u8| b.is_ascii_alphanumeric() | (b == b'+') | (b == b'/');
        characters.iter().fold(true, |all, &b| all & is_base64(b)).then_some(Self(text))
    }

    /// The value as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The `Sec-WebSocket-Accept` value that answers this key: base64 of the SHA-1 of the key's text and a fixed GUID
    /// (RFC 6455 4.2.2).
    #[must_use]
    pub fn accept(&self) -> AcceptValue {
        let digest = Sha1::new().chain_update(self.0).chain_update(GUID).finalize();
        let mut text = [0; AcceptValue::LEN];
        let encoded = BASE64.encode_slice(digest, &mut text);
        debug_assert_eq!(encoded, Ok(AcceptValue::LEN), "base64 of 20 bytes");
        AcceptValue(text)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.as_str()).finish()
    }
}

/// The value of `Sec-WebSocket-Accept`: see [`Key::accept`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AcceptValue([u8; AcceptValue::LEN]);

impl AcceptValue {
    /// The length of the value, in bytes.
    pub const LEN: usize = 28;

    /// The value as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(super) const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for AcceptValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AcceptValue").field(&self.as_str()).finish()
    }
}
