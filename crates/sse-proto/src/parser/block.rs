//! The buffers of HTML 9.2.6 for the event under construction.

use alloc::string::String;

use super::scan::LF;
use super::text::{Decoded, decode_into};
use crate::item::Event;
use crate::scratch::{KEPT, Scratch};

/// What the lines since the last blank line have set, as far as it had to be kept.
#[derive(Debug)]
pub(crate) struct Block {
    /// The data buffer: each line's value and an LF.
    data: Scratch,
    /// The event type buffer; empty means `message`.
    event_type: Scratch,
    /// The last event ID buffer, if a line of this block has set it.
    id: Scratch,
    id_is_set: bool,
    /// Whether the buffers other than `data` are empty, and none at all has more capacity than is kept.
    is_tidy: bool,
    /// How many field lines there were.
    pub(crate) lines: usize,
    /// The text of `data` and of `event_type` where they are ill-formed.
    decoded_data: Decoded,
    decoded_event_type: Decoded,
}

/// What the lines of the current chunk have set, and is not copied yet. It takes precedence over the [`Block`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held<'i> {
    /// The only `data` value so far. Set only while the block's data buffer is empty.
    data: Option<Value<'i>>,
    event_type: Option<Value<'i>>,
    id: Option<Value<'i>>,
}

/// A line's value, with what follows it: see [`stream_utf8::validate_start`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Value<'i> {
    rest: &'i [u8],
    /// Not above the length of `rest`.
    len: usize,
}

impl<'i> Value<'i> {
    /// The first `len` bytes of `rest`.
    #[inline(always)]
    pub(crate) fn new(rest: &'i [u8], len: usize) -> Self {
        Self { rest, len: len.min(rest.len()) }
    }

    /// The contents of a buffer.
    #[inline]
    pub(crate) fn of(scratch: &'i Scratch) -> Self {
        let (rest, len) = scratch.with_room();
        Self { rest, len }
    }

    /// The last `len` bytes of the contents of a buffer.
    #[inline(always)]
    pub(crate) fn of_end(scratch: &'i Scratch, len: usize) -> Self {
        let (rest, end) = scratch.with_room();
        Self::new(&rest[end.saturating_sub(len)..], len)
    }

    #[inline(always)]
    pub(crate) fn bytes(self) -> &'i [u8] {
        &self.rest[..self.len]
    }

    /// The value as text, if it is well-formed. For values of all lengths.
    #[inline]
    pub(crate) fn text(self) -> Option<&'i str> {
        stream_utf8::validate_start(self.rest, self.len).ok()
    }

    /// As [`Value::text`], for values that are very short as a rule.
    #[inline]
    pub(crate) fn short_text(self) -> Option<&'i str> {
        stream_utf8::validate(self.bytes()).ok()
    }
}

impl Default for Block {
    fn default() -> Self {
        Self {
            data: Scratch::default(),
            event_type: Scratch::default(),
            id: Scratch::default(),
            id_is_set: false,
            is_tidy: true,
            lines: 0,
            decoded_data: Decoded::default(),
            decoded_event_type: Decoded::default(),
        }
    }
}

impl Block {
    /// The length of the data, with the LF before the line to come, in bytes.
    #[inline]
    pub(crate) fn data_len(&self, held: &Held<'_>) -> usize {
        match held.data {
            Some(value) => value.len + 1,
            None => self.kept_data_len(),
        }
    }

    /// [`Block::data_len`] if nothing is held.
    #[inline(always)]
    pub(crate) fn kept_data_len(&self) -> usize {
        self.data.len()
    }

    /// A `data` line that lies whole in the chunk; its end follows it there.
    #[inline]
    pub(crate) fn data<'i>(&mut self, value: Value<'i>, held: &mut Held<'i>) {
        if held.data.is_none() && self.data.is_empty() {
            held.data = Some(value);
            return;
        }
        if let Some(first) = held.data.take() {
            self.data.extend_from_start(first.rest, first.len);
            self.data.push(LF);
        }
        // The end is copied with the line, in the place of the LF.
        self.data.extend_wide(value.rest, value.len + 1);
        self.data.set_last(LF);
    }

    /// One more `data` line that lies whole in the chunk and ends with LF: `len` bytes without it.
    #[inline(always)]
    pub(crate) fn data_run(&mut self, rest: &[u8], len: usize) {
        self.data.extend_wide(rest, len + 1);
        self.lines += 1;
    }

    /// Whether all `data` lines so far are in the buffer, and not in the chunk.
    #[inline]
    pub(crate) fn is_all_copied(&self, held: &Held<'_>) -> bool {
        held.data.is_none() && !self.data.is_empty()
    }

    /// An `event` line that lies whole in the chunk.
    pub(crate) fn event_type<'i>(&mut self, value: Value<'i>, held: &mut Held<'i>) {
        held.event_type = Some(value);
    }

    /// An `id` line that lies whole in the chunk. One with a NUL in it is ignored.
    pub(crate) fn id<'i>(&mut self, value: Value<'i>, held: &mut Held<'i>) {
        if is_valid_id(value.bytes()) {
            held.id = Some(value);
        }
    }

    /// A part of a `data` line's value.
    #[inline]
    pub(crate) fn push_data(&mut self, part: Value<'_>) {
        self.data.extend_from_start(part.rest, part.len);
    }

    /// The end of a `data` line.
    #[inline]
    pub(crate) fn end_data(&mut self) {
        self.data.push(LF);
    }

    /// The value of an `event` line, which has to be copied.
    pub(crate) fn keep_event_type(&mut self, value: Value<'_>) {
        self.event_type.replace(value.rest, value.len);
        self.is_tidy = false;
    }

    /// The value of an `id` line, which has to be copied. One with a NUL in it is ignored.
    pub(crate) fn keep_id(&mut self, value: Value<'_>) {
        if is_valid_id(value.bytes()) {
            self.id.replace(value.rest, value.len);
            self.id_is_set = true;
            self.is_tidy = false;
        }
    }

    /// Copies what is held of the chunk, which the caller is about to take away.
    #[inline]
    pub(crate) fn keep(&mut self, held: &mut Held<'_>) {
        if let Some(data) = held.data.take() {
            self.push_data(data);
            self.end_data();
        }
        if let Some(event_type) = held.event_type.take() {
            self.keep_event_type(event_type);
        }
        if let Some(id) = held.id.take() {
            self.keep_id(id);
        }
    }

    /// Whether the texts that a blank line would commit (an ID) or dispatch (data and a type) are UTF-8.
    pub(crate) fn is_well_formed(&self, held: &Held<'_>) -> bool {
        let id = held.id.or_else(|| self.id_is_set.then(|| Value::of(&self.id)));
        if id.is_some_and(|id| id.text().is_none()) {
            return false;
        }
        let data = held.data.unwrap_or_else(|| Value::of(&self.data));
        let event_type = held.event_type.unwrap_or_else(|| Value::of(&self.event_type));
        !self.has_data(held) || (data.text().is_some() && event_type.text().is_some())
    }

    /// Sets the last event ID string from its buffer: the first step of dispatching, even if no event comes of it.
    #[inline]
    pub(crate) fn commit_id(&mut self, held: &mut Held<'_>, last_event_id: &mut String) {
        if let Some(id) = held.id.take() {
            decode_into(id, last_event_id);
        } else if self.id_is_set {
            decode_into(Value::of(&self.id), last_event_id);
        } else {
            return;
        }
        if last_event_id.capacity() > KEPT {
            last_event_id.shrink_to(KEPT);
        }
        self.id_is_set = false;
    }

    /// Whether there is an event to dispatch. The standard's data buffer is empty only if no `data` line came.
    pub(crate) fn has_data(&self, held: &Held<'_>) -> bool {
        held.data.is_some() || !self.data.is_empty()
    }

    /// The event. [`Block::recycle`] must follow before the next line is read.
    #[inline]
    pub(crate) fn event<'a>(&'a mut self, held: &Held<'a>, last_event_id: &'a str) -> Event<'a> {
        let data = held.data.unwrap_or_else(|| {
            let Value { rest, len } = Value::of(&self.data);
            Value { rest, len: len.saturating_sub(1) }
        });
        let data = self.decoded_data.decode(data, data.text(), &mut self.is_tidy);
        let event_type = held.event_type.unwrap_or_else(|| Value::of(&self.event_type));
        let event_type = if event_type.len == 0 {
            "message"
        } else {
            self.decoded_event_type.decode(event_type, event_type.short_text(), &mut self.is_tidy)
        };
        Event { event_type, data, last_event_id }
    }

    /// Whether [`Block::recycle`] would do nothing.
    #[inline]
    pub(crate) fn is_tidy(&self) -> bool {
        self.is_tidy
    }

    /// Empties the data buffer after a blank line.
    #[inline]
    pub(crate) fn recycle_data(&mut self) {
        self.data.recycle();
        self.is_tidy &= !self.data.is_large();
    }

    /// Empties the other buffers too.
    pub(crate) fn recycle(&mut self) {
        self.data.recycle();
        self.event_type.recycle();
        self.id.recycle();
        self.id_is_set = false;
        self.decoded_data.recycle();
        self.decoded_event_type.recycle();
        self.is_tidy = ![&self.data, &self.event_type, &self.id].into_iter().any(Scratch::is_large);
    }

    /// Gives back what memory the buffers don't use.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.data.shrink_to_fit();
        self.event_type.shrink_to_fit();
        self.id.shrink_to_fit();
        self.decoded_data.release();
        self.decoded_event_type.release();
    }

    /// Empties the buffers and gives back their memory.
    pub(crate) fn release(&mut self) {
        *self = Self::default();
    }

    /// How many bytes of memory the buffers own.
    pub(crate) fn capacity(&self) -> usize {
        let decoded = self.decoded_data.capacity() + self.decoded_event_type.capacity();
        self.data.capacity() + self.event_type.capacity() + self.id.capacity() + decoded
    }
}

/// Whether the value of an `id` line counts: U+0000 must not be in it. No ill-formed sequence stands for a U+0000.
fn is_valid_id(value: &[u8]) -> bool {
    !value.contains(&0)
}
