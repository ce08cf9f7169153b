use alloc::vec::Vec;

use crate::close::CloseCode;
use crate::connection::budget::ControlBudget;
#[cfg(feature = "deflate")]
use crate::connection::compression::Compression;
use crate::connection::incoming::Incoming;
use crate::connection::timers::Timers;
use crate::connection::{AbnormalClosure, Config, ProtocolError, State, TransportAction};
use crate::role::{Client, Role, Server};

/// One end of an established WebSocket: the state between the opening handshake and the end of the transport.
///
/// The [module's documentation](crate::connection) shows the loop that drives it. An idle connection owns no heap memory:
/// memory for a message is taken from the caller's [`MessageBuffer`](crate::MessageBuffer) while one is under way, and what
/// is to be sent goes into the caller's output. What it takes itself is 312 bytes at most on a 64-bit target, for a server.
///
/// ```
/// use websocket_proto::{Config, Connection, Event, MessageBuffer};
///
/// let mut server = Connection::server(Config::default());
/// let mut client = Connection::client(Config::default(), || [1, 2, 3, 4]); // use a strong random source
/// let mut buffer = MessageBuffer::new();
///
/// let mut to_server = Vec::new();
/// client.send_text("Hello", &mut to_server)?;
///
/// let mut input = &mut to_server[..];
/// assert_eq!(server.receive(&mut input, &mut buffer)?, Some(Event::Text("Hello")));
/// assert_eq!(server.receive(&mut input, &mut buffer)?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Connection<R> {
    pub(super) role: R,
    pub(super) settings: Settings,
    pub(super) phase: Phase,
    pub(super) replies: Replies,
    pub(super) incoming: Incoming,
    /// Whether what the last event borrows lies in the lent buffer.
    pub(super) is_event_in_buffer: bool,
    /// The fragmented message that this end is sending.
    pub(super) outgoing: Option<Outgoing>,
    pub(super) control_budget: ControlBudget,
    pub(super) timers: Timers,
    /// Compression, if it was negotiated.
    #[cfg(feature = "deflate")]
    pub(super) compression: Option<alloc::boxed::Box<Compression>>,
}

/// What of a [`Config`] is not kept elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) max_message_len: u64,
    pub(super) max_output: usize,
    pub(super) max_fragments: u32,
    pub(super) in_chunks: bool,
    pub(super) auto_pong: bool,
}

/// [`State`], with what belongs to it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Phase {
    Open,
    Closing,
    Closed,
    /// The transport ended first.
    Lost,
    Failed(ProtocolError),
}

/// What a fragmented message of this end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outgoing {
    Text,
    Binary,
}

/// The frames that the protocol demands, until [`Connection::poll_transmit`] takes them.
#[derive(Debug, Default)]
pub(super) struct Replies {
    /// The application data of the latest Ping that is not answered.
    pub(super) pong: Option<Vec<u8>>,
    /// Whether a keep-alive Ping is due.
    pub(super) ping: bool,
    /// A Close with a code, or an empty one. Nothing is sent after it.
    pub(super) close: Option<Option<CloseCode>>,
}

impl Replies {
    pub(super) const fn are_due(&self) -> bool {
        self.pong.is_some() | self.ping | self.close.is_some()
    }
}

impl Connection<Server> {
    /// The server's end, right after the opening handshake.
    #[must_use]
    pub fn server(config: Config) -> Self {
        Self::new(Server, config)
    }
}

impl<K: FnMut() -> [u8; 4]> Connection<Client<K>> {
    /// The client's end, right after the opening handshake.
    ///
    /// `masking_keys` is called once for each frame sent; see [`Client`] for what it must be.
    #[must_use]
    pub fn client(config: Config, masking_keys: K) -> Self {
        Self::new(Client::new(masking_keys), config)
    }
}

impl<R: Role> Connection<R> {
    /// The end with this role, right after the opening handshake.
    #[must_use]
    pub fn new(role: R, config: Config) -> Self {
        Self {
            role,
            settings: Settings {
                max_message_len: config.max_message_len,
                max_output: config.max_output,
                max_fragments: config.max_fragments.max(1),
                in_chunks: config.in_chunks,
                auto_pong: config.auto_pong,
            },
            phase: Phase::Open,
            replies: Replies::default(),
            incoming: Incoming::new::<R>(),
            is_event_in_buffer: false,
            outgoing: None,
            control_budget: ControlBudget::new(config.max_control_frames, config.control_interval),
            timers: Timers::new(&config),
            #[cfg(feature = "deflate")]
            compression: None,
        }
    }

    /// Where the connection stands in the closing handshake.
    #[must_use]
    pub fn state(&self) -> State {
        match self.phase {
            Phase::Open => State::Open,
            Phase::Closing => State::Closing,
            Phase::Closed | Phase::Lost => State::Closed,
            Phase::Failed(_) => State::Failed,
        }
    }

    /// What is to be done with the transport once the output is written.
    #[must_use]
    pub fn transport(&self) -> TransportAction {
        match self.phase {
            Phase::Open | Phase::Closing => TransportAction::KeepOpen,
            Phase::Closed if R::MASKS => TransportAction::AwaitPeerClose,
            Phase::Closed | Phase::Lost | Phase::Failed(_) => TransportAction::Close,
        }
    }

    /// How many bytes of heap memory the connection owns: 0 when no message is under way and no reply waits.
    ///
    /// With compression also what it has kept of what was received (see `with_deflate`); a compressor and a decompressor
    /// that it holds do not count.
    #[must_use]
    pub fn buffered(&self) -> usize {
        let buffered = self.incoming.buffered() + self.replies.pong.as_ref().map_or(0, Vec::capacity);
        #[cfg(feature = "deflate")]
        let buffered = buffered + self.compression.as_ref().map_or(0, |compression| compression.buffered());
        buffered
    }

    /// Tells the machine that the transport has no more bytes: the peer closed it, or it broke.
    ///
    /// # Errors
    ///
    /// [`AbnormalClosure`] if the closing handshake was not complete and the connection had not failed.
    pub fn receive_eof(&mut self) -> Result<(), AbnormalClosure> {
        match self.phase {
            Phase::Closed | Phase::Failed(_) => Ok(()),
            Phase::Open | Phase::Closing | Phase::Lost => {
                self.lose();
                Err(AbnormalClosure)
            }
        }
    }

    /// Waits for the peer's Close from now on, and sends nothing more but this end's.
    pub(super) fn start_closing(&mut self) {
        self.phase = Phase::Closing;
        self.timers.start_closing();
        #[cfg(feature = "deflate")]
        if let Some(compression) = &mut self.compression {
            compression.end_sending();
        }
    }

    /// Gives the transport up.
    pub(super) fn lose(&mut self) {
        self.phase = Phase::Lost;
        self.replies = Replies::default();
        self.release_received();
    }

    /// Gives up what is under way on the receiving side, of which no more will come, and its memory.
    pub(super) fn release_received(&mut self) {
        self.incoming.release();
        #[cfg(feature = "deflate")]
        if let Some(compression) = &mut self.compression {
            compression.abandon();
        }
    }
}
