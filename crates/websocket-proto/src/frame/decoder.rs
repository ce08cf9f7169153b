use core::mem;

use crate::frame::{FrameError, FrameRules, Header, MAX_HEADER_LEN, Opcode};
use crate::mask::{Mask, MaskingKey};

/// Cuts a stream of bytes into frames and unmasks their payloads in place.
///
/// Holds no payload: what lies in the caller's buffer is handed out from there, in as many pieces as reads cut it into.
/// The state is the header bytes that a read has cut (at most 13) and a few numbers; nothing is allocated.
///
/// ```
/// use websocket_proto::Server;
/// use websocket_proto::frame::{FrameDecoder, FramePart, FrameRules};
///
/// let mut decoder = FrameDecoder::new(FrameRules::for_role::<Server>());
/// let mut received = *b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
/// let mut text = Vec::new();
/// for read in received.chunks_mut(4) {
///     let mut input = read;
///     while let Some(part) = decoder.next(&mut input)? {
///         match part {
///             FramePart::Start(header) => assert_eq!(header.payload_len, 5),
///             FramePart::Payload(piece) => text.extend_from_slice(piece),
///             FramePart::End => assert_eq!(text, b"Hello"),
///         }
///     }
/// }
/// assert_eq!(text, b"Hello");
/// # Ok::<(), websocket_proto::frame::FrameError>(())
/// ```
#[derive(Clone, Debug)]
pub struct FrameDecoder {
    rules: FrameRules,
    stage: Stage,
}

/// What the next byte of the stream belongs to.
#[derive(Clone, Debug)]
enum Stage {
    /// A header, whose first `len` bytes lie in `cut` because a read has cut it.
    Header { cut: [u8; MAX_HEADER_LEN], len: u8 },
    /// A payload, of which `remaining` bytes are to come.
    Payload { remaining: u64, mask: Option<Mask> },
    /// Nothing any more: a header broke a rule.
    Failed(FrameError),
}

/// What [`FrameDecoder::next`] finds, in this order for each frame.
#[derive(Debug, PartialEq, Eq)]
pub enum FramePart<'a> {
    /// A frame starts.
    Start(Header),
    /// Some bytes of the payload, unmasked in place in the caller's buffer; never empty.
    Payload(&'a mut [u8]),
    /// The frame is complete.
    End,
}

impl FrameDecoder {
    /// A decoder at the start of the stream, for what `rules` allow.
    #[must_use]
    pub const fn new(rules: FrameRules) -> Self {
        Self { rules, stage: Stage::HEADER }
    }

    /// The next part of a frame, taken off the front of `input`; `None` once `input` is used up.
    ///
    /// # Errors
    ///
    /// [`FrameError`] if a header breaks a rule. The stream cannot be resynchronised: every further call returns the same
    /// error.
    pub fn next<'a>(&mut self, input: &mut &'a mut [u8]) -> Result<Option<FramePart<'a>>, FrameError> {
        match self.stage {
            Stage::Header { .. } | Stage::Failed(_) => Ok(self.header(input)?.map(FramePart::Start)),
            Stage::Payload { .. } => {
                let payload = self.payload(input, usize::MAX);
                Ok(if !payload.is_empty() {
                    Some(FramePart::Payload(payload))
                } else if self.end() {
                    Some(FramePart::End)
                } else {
                    None
                })
            }
        }
    }

    /// Whether the stream stands between two frames, so that it could end here.
    #[must_use]
    pub const fn is_between_frames(&self) -> bool {
        matches!(self.stage, Stage::Header { len: 0, .. })
    }

    /// The fast path for small messages: takes an unfragmented message of at most `max_len` bytes, and less than 64 KiB,
    /// that lies whole in `input` off its front, and unmasks it.
    ///
    /// To be called between messages. Takes nothing and returns `None` for everything else, a header that breaks a rule
    /// among it: [`next`](Self::next) is to be asked then.
    ///
    /// ```
    /// use websocket_proto::Server;
    /// use websocket_proto::frame::{FrameDecoder, FrameRules, Opcode};
    ///
    /// let decoder = FrameDecoder::new(FrameRules::for_role::<Server>());
    /// let mut received = *b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x81\x85";
    /// let mut input = &mut received[..];
    /// let (opcode, payload) = decoder.whole_message(&mut input, 1000).unwrap();
    /// assert_eq!((opcode, &*payload), (Opcode::Text, &b"Hello"[..]));
    /// assert_eq!(decoder.whole_message(&mut input, 1000), None);
    /// assert_eq!(input, b"\x81\x85");
    /// ```
    #[inline]
    pub fn whole_message<'a>(&self, input: &mut &'a mut [u8], max_len: u64) -> Option<(Opcode, &'a mut [u8])> {
        let max_len = max_len.min(self.rules.max_payload_len);
        let (opcode, mask, payload) = self.whole_masked_message(input, self.rules.masked, max_len)?;
        if let Some(mut mask) = mask {
            mask.apply(payload);
        }
        Some((opcode, payload))
    }

    /// As [`whole_message`](Self::whole_message), with the payload still masked, for one who knows what the rules say on
    /// masking, and of no less than `max_len` as the longest payload.
    #[inline]
    pub(crate) fn whole_masked_message<'a>(
        &self,
        input: &mut &'a mut [u8],
        masked: bool,
        max_len: u64,
    ) -> Option<(Opcode, Option<Mask>, &'a mut [u8])> {
        // A length beyond these is not taken here.
        let longest = max_len.min(u64::from(u16::MAX));
        debug_assert!(masked == self.rules.masked && longest <= self.rules.max_payload_len);
        let Stage::Header { len: 0, .. } = self.stage else { return None };
        let (opcode, masking_key, payload) = Header::decode_common(input, masked)?;
        if payload.len() as u64 > max_len || payload.end > input.len() {
            return None;
        }
        let (_, payload) = take(input, payload.end).split_at_mut(payload.start);
        Some((opcode, masking_key.map(MaskingKey::mask), payload))
    }

    /// Takes a header off the front of `input`; `None` if it is not complete, and `input` is used up.
    ///
    /// To be called between frames.
    pub(crate) fn header(&mut self, input: &mut &mut [u8]) -> Result<Option<Header>, FrameError> {
        let (mut cut, cut_len) = match &self.stage {
            Stage::Header { cut, len } => (*cut, usize::from(*len)),
            Stage::Payload { .. } => return Ok(None),
            Stage::Failed(error) => return Err(*error),
        };
        let decoded = if cut_len == 0 {
            Header::decode(input, &self.rules)
        } else {
            // What was cut, and as much of the input as a header may need.
            let more = input.len().min(MAX_HEADER_LEN - cut_len);
            cut[cut_len..cut_len + more].copy_from_slice(&input[..more]);
            Header::decode(&cut[..cut_len + more], &self.rules)
        };
        match decoded {
            Ok(Some((header, len))) => {
                take(input, len - cut_len);
                self.stage =
                    Stage::Payload { remaining: header.payload_len, mask: header.masking_key.map(MaskingKey::mask) };
                Ok(Some(header))
            }
            Ok(None) => {
                self.keep_cut(cut_len, take(input, MAX_HEADER_LEN));
                Ok(None)
            }
            Err(error) => {
                self.stage = Stage::Failed(error);
                Err(error)
            }
        }
    }

    /// Takes what `input` holds of the frame's payload, up to `max_len` bytes, off its front and unmasks it; empty if all
    /// of the payload was taken, or `input` is used up.
    pub(crate) fn payload<'a>(&mut self, input: &mut &'a mut [u8], max_len: usize) -> &'a mut [u8] {
        self.masked_payload(input, max_len).into_bytes()
    }

    /// As [`payload`](Self::payload), with the payload still masked. It must be unmasked before the next is taken.
    pub(crate) fn masked_payload<'a>(&mut self, input: &mut &'a mut [u8], max_len: usize) -> Payload<'a, '_> {
        let Stage::Payload { remaining, mask } = &mut self.stage else {
            return Payload { bytes: &mut [], mask: None, is_last: false };
        };
        let bytes = take(input, usize::try_from(*remaining).unwrap_or(usize::MAX).min(max_len));
        *remaining -= bytes.len() as u64;
        Payload { bytes, mask: mask.as_mut(), is_last: *remaining == 0 }
    }

    /// How many bytes of the frame's payload were not taken yet.
    #[cfg(feature = "alloc")]
    pub(crate) const fn remaining(&self) -> u64 {
        match self.stage {
            Stage::Payload { remaining, .. } => remaining,
            Stage::Header { .. } | Stage::Failed(_) => 0,
        }
    }

    /// Counts `len` bytes of the payload as taken that did not lie in an input, and gives the mask at the first of them. They
    /// must be unmasked before the next are taken.
    #[cfg(feature = "alloc")]
    pub(crate) fn pass(&mut self, len: u64) -> Option<&mut Mask> {
        let Stage::Payload { remaining, mask } = &mut self.stage else { return None };
        *remaining = remaining.saturating_sub(len);
        mask.as_mut()
    }

    /// Whether all of the frame's payload was taken.
    #[cfg(feature = "alloc")]
    pub(crate) const fn is_payload_complete(&self) -> bool {
        matches!(self.stage, Stage::Payload { remaining: 0, .. })
    }

    /// Ends the frame if all of its payload was taken, and says whether it was.
    pub(crate) fn end(&mut self) -> bool {
        let complete = matches!(self.stage, Stage::Payload { remaining: 0, .. });
        if complete {
            self.stage = Stage::HEADER;
        }
        complete
    }

    /// Keeps `bytes`, which do not complete a header, behind the `cut_len` bytes that were kept before.
    fn keep_cut(&mut self, cut_len: usize, bytes: &[u8]) {
        let Stage::Header { cut, len } = &mut self.stage else { return };
        for (kept, byte) in cut[cut_len..].iter_mut().zip(bytes) {
            *kept = *byte;
            *len += 1;
        }
    }
}

/// Some bytes of a payload, still masked.
#[derive(Debug)]
pub(crate) struct Payload<'a, 'm> {
    pub(crate) bytes: &'a mut [u8],
    /// The mask at the first of them.
    pub(crate) mask: Option<&'m mut Mask>,
    /// Whether the frame's payload ends with them.
    #[cfg_attr(not(feature = "alloc"), expect(dead_code, reason = "for the connection"))]
    pub(crate) is_last: bool,
}

impl<'a> Payload<'a, '_> {
    /// The bytes, unmasked in place.
    pub(crate) fn into_bytes(self) -> &'a mut [u8] {
        if let Some(mask) = self.mask {
            mask.apply(self.bytes);
        }
        self.bytes
    }

    /// The bytes as text, unmasked in place.
    #[cfg(feature = "alloc")]
    pub(crate) fn into_text(self) -> Result<&'a str, stream_utf8::Utf8Error> {
        match self.mask {
            Some(mask) => mask.apply_to_text(self.bytes),
            None => stream_utf8::validate(self.bytes),
        }
    }
}

impl Stage {
    const HEADER: Self = Self::Header { cut: [0; MAX_HEADER_LEN], len: 0 };
}

/// Takes up to `len` bytes off the front of `input`.
#[inline]
fn take<'a>(input: &mut &'a mut [u8], len: usize) -> &'a mut [u8] {
    let bytes = mem::take(input);
    let (taken, rest) = bytes.split_at_mut(len.min(bytes.len()));
    *input = rest;
    taken
}
