//! What a connection with permessage-deflate (RFC 7692) has beside the rest: the parameters, and the codecs while it needs
//! them.

use alloc::boxed::Box;
use core::mem;

use crate::connection::Connection;
use crate::connection::compressed_message::CompressedMessage;
use crate::connection::timers::{Instant, whole_millis};
use crate::deflate::{
    Context, DeflateConfig, Deflater, History, InflateError, Inflater, Limits, Parameters, Pool, Shape, WindowBits,
};
use crate::frame::{FrameDecoder, FrameRules, Rsv};
use crate::role::Role;

/// The state of compression, both ways.
#[derive(Debug)]
pub(super) struct Compression {
    pub(super) config: DeflateConfig,
    /// What this end keeps to.
    pub(super) sending: Limits,
    /// What the peer keeps to.
    pub(super) receiving: Limits,
    /// The message that is received.
    pub(super) message: Option<CompressedMessage>,
    /// Whether the fragmented message that is sent is compressed.
    pub(super) outgoing: bool,
    pool: Pool,
    deflater: Option<Deflater>,
    inflater: Option<Inflater>,
    /// What the inflater must know of earlier messages, while there is none.
    history: History,
    /// Whether a codec was used since the machine was last told the time, and when it was told before that.
    is_used: bool,
    used_at: Option<Instant>,
}

impl Compression {
    /// The compressor, which remembers what the peer does and no more.
    pub(super) fn deflater(&mut self) -> &mut Deflater {
        self.is_used = true;
        let DeflateConfig { level, memory_level, .. } = self.config;
        let shape = Shape { level, memory_level, window_bits: self.sending.max_window_bits };
        self.deflater.get_or_insert_with(|| self.pool.deflater(shape))
    }

    /// What becomes of a message that is sent, once it has ended.
    pub(super) fn context_sent(&self) -> Context {
        // A window of 8 bits is kept to by compressing each message by itself.
        let is_kept = self.sending.context_takeover && self.sending.max_window_bits > WindowBits::MIN;
        if is_kept { Context::Kept } else { Context::Forgotten }
    }

    /// Makes the next message refer to none before it: the peer remembers something that the compressor does not, or the
    /// other way round.
    pub(super) fn forget_sent(&mut self) {
        if let Some(deflater) = &mut self.deflater {
            deflater.forget();
        }
    }

    /// Gives the compressor back if the next message must not refer to this one.
    pub(super) fn end_sent(&mut self) {
        if self.context_sent() == Context::Forgotten {
            self.release_deflater();
        }
    }

    /// Gives the compressor back, as nothing more will be sent.
    pub(super) fn end_sending(&mut self) {
        self.outgoing = false;
        self.release_deflater();
    }

    /// The decompressor, which remembers what the peer may refer to.
    pub(super) fn inflater(&mut self) -> Result<&mut Inflater, InflateError> {
        self.is_used = true;
        let inflater = match self.inflater.take() {
            Some(inflater) => inflater,
            None => {
                let history = self.receiving.context_takeover.then(|| mem::take(&mut self.history));
                self.pool.inflater(history, self.receiving)?
            }
        };
        Ok(self.inflater.insert(inflater))
    }

    /// Gives the decompressor back if the next message can't refer to this one.
    pub(super) fn end_received(&mut self) {
        self.message = None;
        if !self.receiving.context_takeover {
            self.release_inflater();
        }
    }

    /// Gives back what is not needed in the middle of a message. The compressor needn't know what it has sent: it may always
    /// start anew. Of what was received, the window is kept.
    fn release(&mut self) {
        if !self.outgoing {
            self.release_deflater();
        }
        if self.message.is_none() {
            self.release_inflater();
        }
        self.is_used = false;
        self.used_at = None;
    }

    /// Gives back everything, as the connection is over.
    pub(super) fn abandon(&mut self) {
        self.message = None;
        self.outgoing = false;
        self.release();
        self.history = History::default();
    }

    fn release_deflater(&mut self) {
        if let Some(deflater) = self.deflater.take() {
            self.pool.take_back_deflater(deflater);
        }
    }

    fn release_inflater(&mut self) {
        if let Some(mut inflater) = self.inflater.take() {
            // What waits in the pool owns none.
            let history = inflater.take_history();
            if self.receiving.context_takeover {
                self.history = history;
                self.history.shrink();
            }
            self.pool.take_back_inflater(inflater);
        }
    }

    /// How many bytes of memory are owned beside the codecs.
    pub(super) fn buffered(&self) -> usize {
        let history = self.inflater.as_ref().map_or(&self.history, Inflater::history);
        history.capacity() + self.message.as_ref().map_or(0, CompressedMessage::capacity)
    }

    /// When the codecs are to be given back; `None` if there are none, or never.
    pub(super) fn release_at(&self) -> Option<Instant> {
        self.used_at?.after(whole_millis(self.config.release_after?))
    }

    /// Notes the time, and gives the codecs back if it is time to.
    pub(super) fn advance(&mut self, now: Instant) {
        if mem::take(&mut self.is_used) {
            let is_held = self.deflater.is_some() || self.inflater.is_some();
            self.used_at = is_held.then_some(now);
        } else if self.release_at().is_some_and(|deadline| now >= deadline) {
            self.release();
        }
    }
}

impl Drop for Compression {
    fn drop(&mut self) {
        self.abandon();
    }
}

impl<R: Role> Connection<R> {
    /// Uses compression, as it was negotiated in the opening handshake (RFC 7692). To be called before anything is received
    /// or sent.
    ///
    /// Whole messages, and fragmented ones by their first fragment, are compressed from
    /// [`min_len`](DeflateConfig::min_len) bytes on; what is sent by its [header](Self::send_text_header) alone is not.
    ///
    /// Received messages are inflated as they arrive: each frame when it is complete, and a longer one by 32 KiB; what
    /// arrives is inflated at once if messages are handed out [in chunks](crate::Config::in_chunks). Text is checked as it
    /// comes out. [`Config::max_message_len`](crate::Config::max_message_len) limits what comes out, and twice as much and
    /// 1 KiB what arrives.
    ///
    /// Compressors and decompressors come from `pool`, when they are needed, and go back to it: after each message without
    /// context takeover; else when the connection has been idle for [`release_after`](DeflateConfig::release_after), or by
    /// [`release_idle`](Self::release_idle); the compressor with this end's Close at the latest, both with the peer's. What
    /// stays with an idle connection is what was received last, up to the size of the peer's window, if the peer has context
    /// takeover; else nothing.
    ///
    /// The [module's documentation](crate::deflate) has an example.
    #[must_use]
    pub fn with_deflate(mut self, parameters: &Parameters, config: DeflateConfig, pool: &Pool) -> Self {
        let (client, server) = (parameters.client(), parameters.server());
        let (sending, receiving) = if R::MASKS { (client, server) } else { (server, client) };
        self.incoming.decoder = FrameDecoder::new(FrameRules { rsv: Rsv::RSV1, ..FrameRules::for_role::<R>() });
        self.compression = Some(Box::new(Compression {
            config,
            sending,
            receiving,
            message: None,
            outgoing: false,
            pool: pool.clone(),
            deflater: None,
            inflater: None,
            history: History::default(),
            is_used: false,
            used_at: None,
        }));
        self
    }

    /// Gives the compressor and the decompressor back to the pool, unless a message is under way.
    ///
    /// The machine does it by itself when [`release_after`](DeflateConfig::release_after) has passed, if it is told the
    /// time. The next message that is sent can't refer to those before, and so may be compressed less.
    pub fn release_idle(&mut self) {
        if let Some(compression) = &mut self.compression {
            compression.release();
        }
    }
}
