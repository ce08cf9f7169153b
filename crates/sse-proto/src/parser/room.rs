//! How far the limits are.

use super::Parser;
use super::block::{Held, Value};
use super::field::{Field, HEAD_LEN, split};
use super::line::Stage;
use crate::error::{LimitError, LimitKind};

impl Parser {
    /// How many bytes can come from the start of a line on before any limit can be exceeded, save for those of the event
    /// type and the event ID.
    #[inline]
    pub(super) fn room_for_lines(&self, held: &Held<'_>) -> usize {
        if self.dropping {
            return 0;
        }
        let limits = &self.config.limits;
        limits
            .line
            .min(self.room_in_data(self.block.data_len(held)))
            .min(limits.lines_per_event.saturating_sub(self.block.lines))
    }

    /// How many bytes of a line can come before any limit can be exceeded, whatever the line is, save for its end.
    #[inline(always)]
    pub(super) fn room_for_any_line(&self) -> usize {
        let limits = &self.config.limits;
        limits.line.min(self.room_in_data(self.block.kept_data_len())).min(limits.event_type).min(limits.last_event_id)
    }

    /// How many bytes may follow the name, the colon and the space of a `data` line, save for its end; `None` if there may
    /// be no such line.
    #[inline(always)]
    pub(super) fn room_for_data_line(&self) -> Option<usize> {
        let line = self.config.limits.line.checked_sub("data: ".len())?;
        (!self.dropping).then(|| line.min(self.room_in_data(self.block.kept_data_len())))
    }

    /// How many more bytes of data an event may have that has `len` of them.
    #[inline(always)]
    fn room_in_data(&self, len: usize) -> usize {
        self.config.limits.event_data.saturating_sub(len)
    }

    /// Whether a line that lies whole in the chunk is within the limits.
    pub(super) fn is_within_limits(&self, line: &[u8], field: Field, value: &[u8], held: &Held<'_>) -> bool {
        let limits = &self.config.limits;
        let field_is = match field {
            Field::Data => self.block.data_len(held).saturating_add(value.len()) <= limits.event_data,
            Field::EventType => value.len() <= limits.event_type,
            Field::Id => value.len() <= limits.last_event_id,
            Field::Retry | Field::Comment | Field::Unknown => true,
        };
        field_is && line.len() <= limits.line && (field == Field::Comment || self.block.lines < limits.lines_per_event)
    }

    /// Looks closer at a line of which more has come than there was room for: all of `chunk` from `at` on. Either there is
    /// room then, or the byte at which `at` is left exceeds a limit.
    #[cold]
    #[inline(never)]
    pub(super) fn make_room(&mut self, chunk: &[u8], at: &mut usize) -> Result<(), LimitError> {
        if self.dropping {
            self.line.skip();
            return Ok(());
        }
        if self.line.stage() != Stage::Kept {
            *at += self.line.room();
            return Err(self.exceeded(self.value_kind()));
        }
        let (had, part) = (self.line.len(), &chunk[*at..]);
        let mut head = [0; HEAD_LEN];
        let bytes = self.line.kept().iter().chain(part);
        let head_len = head.iter_mut().zip(bytes).map(|(to, byte)| *to = *byte).count();
        let (field, value) = split(&head[..head_len]);
        let name_len = head_len - value.len();
        let (value_limit, kind) = self.value_limit(field);
        let limits = &self.config.limits;
        let limit = limits.line.min(name_len.saturating_add(value_limit));
        if had.saturating_add(part.len()) > limit {
            *at += limit.saturating_sub(had);
            return Err(self.exceeded(if limit < limits.line { kind } else { LimitKind::Line }));
        }
        match field {
            // Not all has come that tells what the line is.
            _ if head_len < HEAD_LEN => self.line.set_stage(Stage::Kept, had, part.len()),
            Field::Data => {
                let value = self.line.kept().get(name_len..).unwrap_or_default();
                self.block.push_data(Value::new(value, value.len()));
                let has = had.max(name_len);
                *at += has - had;
                self.line.set_stage(Stage::Data, has, limit - has);
            }
            Field::Unknown => self.line.set_stage(Stage::Skipped(field), had, limit - had),
            _ => self.line.set_stage(Stage::Kept, had, limit - had),
        }
        Ok(())
    }

    /// How long the value of this field may be in the current line, and the error of one that is longer.
    fn value_limit(&self, field: Field) -> (usize, LimitKind) {
        let limits = &self.config.limits;
        match field {
            Field::Data => (self.room_in_data(self.block.kept_data_len()), LimitKind::EventData),
            Field::EventType => (limits.event_type, LimitKind::EventType),
            Field::Id => (limits.last_event_id, LimitKind::LastEventId),
            Field::Retry | Field::Comment | Field::Unknown => (usize::MAX, LimitKind::Line),
        }
    }

    /// The limit that is nearest in a line of which nothing is kept.
    fn value_kind(&self) -> LimitKind {
        let line = self.config.limits.line.saturating_sub(self.line.len());
        match self.line.stage() {
            Stage::Data if self.room_in_data(self.block.kept_data_len()) < line => LimitKind::EventData,
            _ => LimitKind::Line,
        }
    }

    /// The error that the first byte, or line, above a limit is.
    ///
    /// Further ones may not have come, and must play no part.
    #[cold]
    pub(super) fn exceeded(&self, kind: LimitKind) -> LimitError {
        let limits = &self.config.limits;
        let limit = match kind {
            LimitKind::Line => limits.line,
            LimitKind::EventData => limits.event_data,
            LimitKind::EventType => limits.event_type,
            LimitKind::LastEventId => limits.last_event_id,
            LimitKind::LinesPerEvent => limits.lines_per_event,
        };
        LimitError { kind, limit, actual: limit.saturating_add(1) }
    }
}
