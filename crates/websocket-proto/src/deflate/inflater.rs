use alloc::vec::Vec;
use core::fmt;

use flate2::{Decompress, FlushDecompress, Status};

use super::{History, InflateError, TAIL};

/// The bounds of the output of one step, in bytes: it is zeroed before, and a message may be a bomb.
const MIN_STEP: usize = 512;
const MAX_STEP: usize = 64 * 1024;

/// A decompressor, with its memory of what it has inflated.
pub(crate) struct Inflater {
    decompress: Decompress,
    /// What the decompressor itself remembers as well, but does not hand out.
    history: History,
    /// How much of it the next message may refer to.
    window_len: usize,
    /// Whether something of the message was inflated since the last final block, or since its start.
    is_in_stream: bool,
}

impl Inflater {
    pub(super) fn new() -> Self {
        // Whatever window was agreed on: to inflate with a larger one is always right.
        Self { decompress: Decompress::new(false), history: History::default(), window_len: 0, is_in_stream: false }
    }

    /// Starts anew, for a sender that keeps to `window_len` bytes; what was inflated before is in `history`, if it matters.
    pub(super) fn restart(&mut self, history: Option<History>, window_len: usize) -> Result<(), InflateError> {
        match history {
            Some(history) => self.history = history,
            None => self.history.clear(),
        }
        self.window_len = window_len;
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
    pub(crate) fn inflate(
        &mut self,
        mut input: &[u8],
        output: &mut Vec<u8>,
        max_len: usize,
    ) -> Result<(), InflateError> {
        loop {
            let start = output.len();
            let step = input.len().saturating_mul(4).clamp(MIN_STEP, MAX_STEP).min(max_len.saturating_sub(start));
            if step == 0 {
                return Ok(());
            }
            extend_within(output, step, max_len);
            let (taken, given) = (self.decompress.total_in(), self.decompress.total_out());
            let status = self.decompress.decompress(input, &mut output[start..], FlushDecompress::None);
            let taken = usize::try_from(self.decompress.total_in() - taken).unwrap_or(usize::MAX);
            let given = usize::try_from(self.decompress.total_out() - given).unwrap_or(usize::MAX).min(step);
            output.truncate(start + given);
            self.history.push(&output[start..], self.window_len);
            self.is_in_stream |= taken > 0;
            input = input.get(taken..).unwrap_or_default();
            match status {
                Err(_) => return Err(InflateError::Malformed),
                // A final block: what follows it is another stream (RFC 7692 7.2.3.4).
                Ok(Status::StreamEnd) => self.reset()?,
                Ok(_) if taken == 0 && given == 0 && !input.is_empty() => return Err(InflateError::Malformed),
                Ok(_) => {}
            }
            if input.is_empty() && given < step {
                return Ok(());
            }
        }
    }

    /// Ends a message all of which was inflated (RFC 7692 7.2.2).
    pub(crate) fn end_message(&mut self) -> Result<(), InflateError> {
        // After a final block, and in an empty message, nothing is to be completed.
        if !core::mem::take(&mut self.is_in_stream) {
            return Ok(());
        }
        let (taken, given) = (self.decompress.total_in(), self.decompress.total_out());
        let status = self.decompress.decompress(&TAIL, &mut [0], FlushDecompress::None);
        let taken = self.decompress.total_in() - taken;
        // Inside of a block the four bytes are something else than the end of an empty one.
        match status {
            Ok(Status::Ok) if taken == TAIL.len() as u64 && self.decompress.total_out() == given => Ok(()),
            _ => Err(InflateError::Malformed),
        }
    }

    fn reset(&mut self) -> Result<(), InflateError> {
        self.is_in_stream = false;
        self.decompress.reset(false);
        for part in self.history.parts() {
            if !part.is_empty() {
                self.decompress.set_dictionary(part).map_err(|_| InflateError::Malformed)?;
            }
        }
        Ok(())
    }
}

/// Appends `step` zeros to `output`, which grows as vectors do, but not beyond `max_len` bytes.
fn extend_within(output: &mut Vec<u8>, step: usize, max_len: usize) {
    let len = output.len() + step;
    if output.capacity() < len {
        let capacity = output.capacity().saturating_mul(2).min(max_len).max(len);
        output.reserve_exact(capacity - output.len());
    }
    output.resize(len, 0);
}

impl fmt::Debug for Inflater {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inflater").finish_non_exhaustive()
    }
}
