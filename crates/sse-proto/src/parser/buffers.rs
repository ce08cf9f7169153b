//! When the parser's buffers are emptied, and their memory is given back.

use super::Parser;
use super::shortcut::Shortcut;
use crate::error::ParseError;
use crate::item::Item;
use crate::limits::OnLimit;

impl Parser {
    /// Gives back the memory of a large comment that was handed out, lest it lies beside the event's. To be called between
    /// lines.
    #[cold]
    #[inline(never)]
    pub(super) fn forget_comment(&mut self) {
        self.decoded.recycle();
        if self.line.is_large() {
            self.line.release();
        }
    }

    #[inline]
    pub(super) fn is_tidy(&self) -> bool {
        self.is_tidy && self.block.is_tidy()
    }

    /// Empties the buffers after a blank line.
    #[inline]
    pub(super) fn recycle(&mut self) {
        self.spent = false;
        self.block.lines = 0;
        self.block.recycle_data();
        if !self.is_tidy() {
            self.tidy();
        }
    }

    #[inline(never)]
    pub(super) fn tidy(&mut self) {
        self.block.recycle();
        self.line.recycle();
        self.decoded.recycle();
        self.is_tidy = !self.line.is_large();
    }

    /// Back to the start of a stream, save for the buffers.
    pub(super) fn restart(&mut self) {
        self.line.clear();
        self.is_tidy &= !self.line.is_large();
        self.started = false;
        self.byte_order_marks = 0;
        self.after_cr = false;
        self.dropping = false;
        self.failure = None;
        self.shortcut = Shortcut::None;
    }

    /// Drops the event, or the stream, and gives back all buffers.
    pub(super) fn exceed<'p>(&mut self, error: ParseError) -> Result<Option<Item<'p>>, ParseError> {
        self.shortcut = Shortcut::None;
        self.block.release();
        self.line.release();
        self.decoded.release();
        match (self.config.on_limit, error) {
            (OnLimit::DropEvent, ParseError::Limit(error)) => {
                self.line.skip();
                self.dropping = true;
                self.dropped_events = self.dropped_events.saturating_add(1);
                Ok(Some(Item::Dropped(error)))
            }
            _ => {
                self.failure = Some(error);
                Err(error)
            }
        }
    }
}
