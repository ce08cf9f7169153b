use core::fmt;

use super::offered::{
    CLIENT_MAX_WINDOW_BITS, CLIENT_NO_CONTEXT_TAKEOVER, ClientWindow, Offered, SERVER_MAX_WINDOW_BITS,
    SERVER_NO_CONTEXT_TAKEOVER,
};
use super::{Limits, NAME, NegotiationError, Parameters, WindowBits};
use crate::handshake::Extension;

/// What an end uses of permessage-deflate and wants of its peer, the same type for servers and clients. By default: all
/// that the extension has, and nothing is demanded.
///
/// ```
/// use websocket_proto::deflate::{Limits, Policy, WindowBits};
/// use websocket_proto::handshake::Extensions;
///
/// // A server that keeps nothing of what it receives between messages.
/// let policy = Policy { receiving: Limits { context_takeover: false, ..Limits::default() }, ..Policy::default() };
/// let offers = Extensions::parse("permessage-deflate; server_max_window_bits=10; client_max_window_bits").unwrap();
/// let parameters = policy.accept(offers).unwrap();
/// assert_eq!(parameters.to_string(), "permessage-deflate; client_no_context_takeover; server_max_window_bits=10");
/// assert_eq!(parameters.server().max_window_bits, WindowBits::new(10).unwrap());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Policy {
    /// What this end keeps to when it sends; it keeps to less if the peer asks for it.
    pub sending: Limits,
    /// What the peer must keep to when it sends.
    pub receiving: Limits,
}

impl Policy {
    /// A server's answer: the parameters for the first of the client's offers that can be accepted (RFC 7692 5.1); `None`
    /// to use no compression.
    ///
    /// `offers` are all [extensions of the request](crate::handshake::Request::extensions); others than permessage-deflate
    /// are skipped. An offer is declined if a parameter is unknown, appears twice or has a value that it can't have, or if
    /// the client does not allow for its window to be limited as [`receiving`](Self::receiving) demands. Every other offer
    /// can be accepted. The answer itself is how the parameters are displayed.
    pub fn accept<'a>(&self, offers: impl IntoIterator<Item = Extension<'a>>) -> Option<Parameters> {
        let ours = offers.into_iter().filter(|extension| extension.name() == NAME);
        ours.filter_map(|extension| Offered::parse(&extension).ok()).find_map(|offer| self.accept_one(&offer))
    }

    fn accept_one(&self, offer: &Offered) -> Option<Parameters> {
        let client_window = match offer.client_max_window_bits {
            Some(ClientWindow::UpTo(bits)) => bits.min(self.receiving.max_window_bits),
            Some(ClientWindow::Any) => self.receiving.max_window_bits,
            // The answer must not limit the client's window then (RFC 7692 7.1.2.2).
            None if self.receiving.max_window_bits < WindowBits::MAX => return None,
            None => WindowBits::MAX,
        };
        let server_window = offer.server_max_window_bits.unwrap_or(WindowBits::MAX);
        Some(Parameters {
            client: Limits {
                context_takeover: self.receiving.context_takeover && !offer.client_no_context_takeover,
                max_window_bits: client_window,
            },
            server: Limits {
                context_takeover: self.sending.context_takeover && !offer.server_no_context_takeover,
                max_window_bits: server_window.min(self.sending.max_window_bits),
            },
            server_window_is_named: offer.server_max_window_bits.is_some(),
        })
    }

    /// What a client takes an answer for, by this policy's offer.
    fn confirm_one(&self, answer: &Offered) -> Result<Parameters, NegotiationError> {
        let client_window = match answer.client_max_window_bits {
            Some(ClientWindow::Any) => return Err(NegotiationError::InvalidValue(CLIENT_MAX_WINDOW_BITS)),
            Some(ClientWindow::UpTo(bits)) if bits > self.sending.max_window_bits => {
                return Err(NegotiationError::NotAsOffered(CLIENT_MAX_WINDOW_BITS));
            }
            Some(ClientWindow::UpTo(bits)) => bits,
            None => self.sending.max_window_bits,
        };
        let server_window = answer.server_max_window_bits.unwrap_or(WindowBits::MAX);
        if server_window > self.receiving.max_window_bits {
            return Err(NegotiationError::NotAsOffered(SERVER_MAX_WINDOW_BITS));
        }
        if !self.receiving.context_takeover && !answer.server_no_context_takeover {
            return Err(NegotiationError::NotAsOffered(SERVER_NO_CONTEXT_TAKEOVER));
        }
        Ok(Parameters {
            client: Limits {
                context_takeover: self.sending.context_takeover && !answer.client_no_context_takeover,
                max_window_bits: client_window,
            },
            server: Limits { context_takeover: !answer.server_no_context_takeover, max_window_bits: server_window },
            server_window_is_named: answer.server_max_window_bits.is_some(),
        })
    }

    fn write_offer(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sending, receiving } = self;
        f.write_str(NAME)?;
        for (limits, name) in [(receiving, SERVER_NO_CONTEXT_TAKEOVER), (sending, CLIENT_NO_CONTEXT_TAKEOVER)] {
            if !limits.context_takeover {
                write!(f, "; {name}")?;
            }
        }
        if receiving.max_window_bits < WindowBits::MAX {
            write!(f, "; {SERVER_MAX_WINDOW_BITS}={}", receiving.max_window_bits.get())?;
        }
        // Without it the server could not limit the window of this end, which is always ready for that.
        write!(f, "; {CLIENT_MAX_WINDOW_BITS}")?;
        if sending.max_window_bits < WindowBits::MAX {
            write!(f, "={}", sending.max_window_bits.get())?;
        }
        Ok(())
    }
}

/// What a client offers: one policy or several, in order of preference (RFC 7692 5.1).
///
/// Are displayed as the value of `Sec-WebSocket-Extensions` in its request. A server that can't keep to what
/// [`Policy::receiving`] demands declines the offer; one that is less demanding may then follow.
///
/// ```
/// use websocket_proto::deflate::{Limits, Offers, Policy, WindowBits};
/// use websocket_proto::handshake::Extensions;
///
/// let small = Limits { max_window_bits: WindowBits::new(10).unwrap(), ..Limits::default() };
/// let policies = [Policy { receiving: small, ..Policy::default() }, Policy::default()];
/// let offers = Offers(&policies);
/// assert_eq!(
///     offers.to_string(),
///     "permessage-deflate; server_max_window_bits=10; client_max_window_bits, permessage-deflate; client_max_window_bits",
/// );
/// let parameters = offers.confirm(Extensions::parse("permessage-deflate").unwrap())?.unwrap();
/// assert_eq!(parameters.server(), Limits::default());
/// # Ok::<(), websocket_proto::deflate::NegotiationError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Offers<'p>(pub &'p [Policy]);

impl Offers<'_> {
    /// Judges a server's answer: the parameters to use, or `None` if there is to be no compression.
    ///
    /// `answer` are all [extensions in use](crate::handshake::Negotiated::extensions); others than permessage-deflate are
    /// skipped.
    ///
    /// # Errors
    ///
    /// [`NegotiationError`] if the answer is none to any of the offers: the connection is to be failed, by closing the
    /// transport.
    pub fn confirm<'a>(
        &self,
        answer: impl IntoIterator<Item = Extension<'a>>,
    ) -> Result<Option<Parameters>, NegotiationError> {
        let mut ours = answer.into_iter().filter(|extension| extension.name() == NAME);
        let Some(extension) = ours.next() else { return Ok(None) };
        if ours.next().is_some() {
            return Err(NegotiationError::AcceptedTwice);
        }
        let answer = Offered::parse(&extension)?;
        // Which of the offers was accepted is not said. If there is none, the handshake has refused the answer before.
        let mut confirmed = Ok(None);
        for policy in self.0 {
            confirmed = policy.confirm_one(&answer).map(Some);
            if confirmed.is_ok() {
                break;
            }
        }
        confirmed
    }
}

impl fmt::Display for Offers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, policy) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            policy.write_offer(f)?;
        }
        Ok(())
    }
}
