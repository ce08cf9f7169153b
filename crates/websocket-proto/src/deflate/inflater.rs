use alloc::boxed::Box;
use core::fmt;

use zlib_rs::{Inflate, InflateFlush, Status};

use super::{History, InflateError, TAIL};
use crate::bytes_builder::BytesBuilder;

/// The bounds of the output of one step, in bytes: a message may be a bomb.
const MIN_STEP: usize = 512;
const MAX_STEP: usize = 64 * 1024;

/// A decompressor, with its memory of what it has inflated.
pub(crate) struct Inflater {
    /// Boxed, as a connection has room for it even while it is in the pool.
    inflate: Box<Inflate>,
    /// What the decompressor itself remembers as well, but does not hand out.
    history: History,
    /// How many bytes at the end of the output are not yet in the history.
    ahead: usize,
    /// How much of it the next message may refer to.
    window_len: usize,
    /// Whether something of the message was inflated since the last final block, or since its start.
    is_in_stream: bool,
}

impl Inflater {
    pub(super) fn new() -> Self {
        // Whatever window was agreed on: to inflate with a larger one is always right.
        Self {
            inflate: Box::new(Inflate::new(false, 15)),
            history: History::default(),
            ahead: 0,
            window_len: 0,
            is_in_stream: false,
        }
    }

    /// Starts anew, for a sender that keeps to `window_len` bytes; what was inflated before is in `history`, if it matters.
    pub(super) fn restart(&mut self, history: Option<History>, window_len: usize) -> Result<(), InflateError> {
        match history {
            Some(history) => self.history = history,
            None => self.history.clear(),
        }
        self.window_len = window_len;
        self.ahead = 0;
        self.reset()
    }

    /// What was inflated, for another decompressor to go on with.
    pub(crate) fn take_history(&mut self) -> History {
        core::mem::take(&mut self.history)
    }

    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// Inflates `input` behind `output`, until it is used up or `output` is `max_len` bytes long.
    ///
    /// What `output` gains is to stay there until it is [remembered](Self::remember), or the next
    /// [`restart`](Self::restart).
    pub(crate) fn inflate(
        &mut self,
        mut input: &[u8],
        output: &mut BytesBuilder,
        max_len: usize,
    ) -> Result<(), InflateError> {
        loop {
            let start = output.len();
            let wanted = input.len().saturating_mul(4).clamp(MIN_STEP, MAX_STEP);
            let (step, taken, status) = if wanted > MIN_STEP || output.spare() >= MIN_STEP || start == 0 {
                // What is there is used up before it grows.
                let spare = if output.spare() < MIN_STEP { usize::MAX } else { output.spare() };
                let step = wanted.min(spare).min(max_len.saturating_sub(start));
                let (taken, given, status) =
                    self.step(input, output.growing_room(step, max_len), InflateFlush::NoFlush);
                output.fill(given);
                (step, taken, status)
            } else {
                // The end, most likely: it does not make the memory grow.
                let mut end = [0; MIN_STEP];
                let step = MIN_STEP.min(max_len.saturating_sub(start));
                let (taken, given, status) = self.step(input, &mut end[..step], InflateFlush::NoFlush);
                output.growing_room(given, max_len).copy_from_slice(&end[..given]);
                output.fill(given);
                (step, taken, status)
            };
            if step == 0 {
                return Ok(());
            }
            let given = output.len() - start;
            self.ahead += given;
            self.is_in_stream |= taken > 0;
            input = input.get(taken..).unwrap_or_default();
            match status {
                Err(_) => return Err(InflateError::Malformed),
                // A final block: what follows it is another stream (RFC 7692 7.2.3.4).
                Ok(Status::StreamEnd) => {
                    self.remember(output);
                    self.reset()?;
                }
                Ok(_) if taken == 0 && given == 0 && !input.is_empty() => return Err(InflateError::Malformed),
                Ok(_) => {}
            }
            if input.is_empty() && given < step {
                return Ok(());
            }
        }
    }

    /// Keeps of `output` what the sender may refer to.
    pub(crate) fn remember(&mut self, output: &BytesBuilder) {
        let ahead = core::mem::take(&mut self.ahead);
        self.history.push(&output.bytes()[output.len().saturating_sub(ahead)..], self.window_len);
    }

    /// Ends a message all of which was inflated (RFC 7692 7.2.2).
    pub(crate) fn end_message(&mut self) -> Result<(), InflateError> {
        // After a final block, and in an empty message, nothing is to be completed.
        if !core::mem::take(&mut self.is_in_stream) {
            return Ok(());
        }
        // They must end a block: then the decompressor stops, and leaves the byte after them. Elsewhere it stops earlier, takes
        // that byte too, or gives something out.
        let [zero, one, two, three] = TAIL;
        let tail_ends_block =
            matches!(self.step(&[zero, one, two, three, 0], &mut [0], InflateFlush::Block), (4, 0, Ok(Status::Ok)));
        // The end of that block must be the end of the last byte. Bits that are left would be ones: they would make of an empty
        // block one that is final or wrong.
        let is_at_boundary = tail_ends_block
            && matches!(
                self.step(&[0, zero, one, two, three], &mut [0], InflateFlush::NoFlush),
                (5, 0, Ok(Status::Ok))
            );
        if is_at_boundary { Ok(()) } else { Err(InflateError::Malformed) }
    }

    /// How many bytes of `input` were taken, and how many of `output` were given.
    fn step(
        &mut self,
        input: &[u8],
        output: &mut [u8],
        flush: InflateFlush,
    ) -> (usize, usize, Result<Status, zlib_rs::InflateError>) {
        let (taken, given) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(input, output, flush);
        let taken = usize::try_from(self.inflate.total_in() - taken).unwrap_or(usize::MAX);
        let given = usize::try_from(self.inflate.total_out() - given).unwrap_or(usize::MAX);
        (taken.min(input.len()), given.min(output.len()), status)
    }

    fn reset(&mut self) -> Result<(), InflateError> {
        self.is_in_stream = false;
        self.inflate.reset(false);
        for part in self.history.parts() {
            if !part.is_empty() {
                self.inflate.set_dictionary(part).map_err(|_| InflateError::Malformed)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Inflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflater").finish_non_exhaustive()
    }
}
