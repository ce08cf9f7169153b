//! A line that a chunk's edge has cut, as far as it has come.

use super::field::{Field, LONGEST_NAME, split};

/// U+FEFF, which HTML 9.2.5 drops once, at the very start of the stream.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What is known of the current line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line {
    stage: Stage,
    /// The line's first bytes, of which `head_len` have come. Used in [`Stage::Head`] alone.
    head: [u8; 16],
    head_len: u8,
    /// How many bytes of the line have come, the byte order mark not counted.
    len: usize,
}

#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    /// Not yet enough bytes to tell what the line is.
    #[default]
    Head,
    /// All up to the colon: a U+0020 that follows is not part of the value.
    Colon(Field),
    Value(Field),
}

/// What [`Line::take_head`] found.
pub(crate) enum Head {
    /// The bytes to come are the value of a field.
    Value(Field),
    /// All bytes of the line so far; the bytes to come belong to the value.
    Begun([u8; Line::DECIDED]),
    /// The chunk was used up before that.
    Incomplete,
    /// A byte order mark at the start of the stream was taken, which is no part of the line.
    ByteOrderMark,
    /// A byte made the line longer than the limit; it is still at the front of the chunk.
    TooLong,
}

impl Line {
    /// A line of which some bytes have come, and none matters.
    pub(crate) const SKIPPED: Self = Self { stage: Stage::Value(Field::Unknown), head: [0; 16], head_len: 0, len: 0 };

    /// How many bytes tell in any case what a line is: a name, a colon, and one more that may be a space.
    pub(crate) const DECIDED: usize = LONGEST_NAME + 2;

    /// Whether no byte of the line has come, so that it can be read from the next chunk at one go.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self.stage, Stage::Head) && self.head_len == 0
    }

    /// The field whose value the bytes to come are, if that is known.
    #[inline(always)]
    pub(crate) fn field(&self) -> Option<Field> {
        match self.stage {
            Stage::Value(field) => Some(field),
            Stage::Head | Stage::Colon(_) => None,
        }
    }

    /// Whether [`Line::take_head`] has taken more of the line than a name, and is not done.
    #[inline]
    pub(crate) fn is_undecided_beyond_name(&self) -> bool {
        let head_len = usize::from(self.head_len);
        matches!(self.stage, Stage::Head) && (head_len > LONGEST_NAME || self.head[..head_len].contains(&b':'))
    }

    /// The length so far, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Begins with `len` bytes of a line of this field, its name among them.
    #[inline(always)]
    pub(crate) fn begin(&mut self, field: Field, len: usize) {
        self.stage = Stage::Value(field);
        self.len = len;
    }

    /// Ready for the next line.
    #[inline(always)]
    pub(crate) fn clear(&mut self) {
        self.stage = Stage::Head;
        self.head_len = 0;
        self.len = 0;
    }

    /// Counts bytes of the value, which the line itself doesn't keep.
    pub(crate) fn add_value(&mut self, len: usize) {
        self.len = self.len.saturating_add(len);
    }

    /// Takes bytes of the line, which has them from `at` to `end`, until it is clear what the line is. None of them may
    /// exceed a limit, nor be part of a byte order mark.
    #[inline]
    pub(crate) fn take_head(&mut self, chunk: &[u8], at: &mut usize, end: usize) -> Head {
        match self.stage {
            Stage::Value(field) => return Head::Value(field),
            Stage::Colon(_) => return self.take_head_bytewise(chunk, at, end, false, usize::MAX),
            Stage::Head => {}
        }
        let rest = &chunk[*at..];
        let had = usize::from(self.head_len);
        if had == 0 && end - *at >= Self::DECIDED {
            let (field, value) = split(rest);
            // Of a name that means nothing, nor does the rest of the line.
            let value = if field == Field::Unknown { &rest[Self::DECIDED..] } else { value };
            self.stage = Stage::Value(field);
            self.len = rest.len() - value.len();
            *at += self.len;
            return Head::Value(field);
        }
        let taken = (end - *at).min(Self::DECIDED - had);
        if let (Some(room), Some(bytes)) = (self.head[had..].first_chunk_mut::<8>(), rest.first_chunk()) {
            *room = *bytes;
        } else {
            for (room, byte) in self.head[had..].iter_mut().zip(&rest[..taken]) {
                *room = *byte;
            }
        }
        *at += taken;
        self.len += taken;
        let has = had + taken;
        if has < Self::DECIDED {
            #[allow(clippy::cast_possible_truncation, reason = "below DECIDED")]
            let has = has as u8;
            self.head_len = has;
            return Head::Incomplete;
        }
        let head: [u8; Self::DECIDED] = core::array::from_fn(|at| self.head[at]);
        self.stage = Stage::Value(split(&head).0);
        Head::Begun(head)
    }

    /// [`Line::take_head`] where a byte may exceed a limit: a byte at a time, and no more than have to be.
    ///
    /// `at_start` is whether a byte order mark may stand here.
    pub(crate) fn take_head_bytewise(
        &mut self,
        chunk: &[u8],
        at: &mut usize,
        end: usize,
        at_start: bool,
        limit: usize,
    ) -> Head {
        let mut part = &chunk[*at..end];
        let head = self.take_bytes(&mut part, at_start, limit);
        *at = end - part.len();
        head
    }

    fn take_bytes(&mut self, rest: &mut &[u8], at_start: bool, limit: usize) -> Head {
        while let Stage::Head = self.stage {
            let Some((&byte, tail)) = rest.split_first() else { return Head::Incomplete };
            self.head[usize::from(self.head_len)] = byte;
            let head = &self.head[..=usize::from(self.head_len)];
            if at_start && head == BYTE_ORDER_MARK {
                *self = Self::default();
                *rest = tail;
                return Head::ByteOrderMark;
            }
            // What may turn out to be the byte order mark is not counted before it has turned out not to be.
            if head.len() > limit && !(at_start && BYTE_ORDER_MARK.starts_with(head)) {
                return Head::TooLong;
            }
            if byte == b':' {
                self.stage = Stage::Colon(split(head).0);
            } else if head.len() > LONGEST_NAME {
                self.stage = Stage::Value(Field::Unknown);
            }
            self.head_len += 1;
            self.len += 1;
            *rest = tail;
        }
        if let Stage::Colon(field) = self.stage {
            match rest.split_first() {
                None => return Head::Incomplete,
                Some((b' ', tail)) => {
                    if self.len >= limit {
                        return Head::TooLong;
                    }
                    self.len += 1;
                    *rest = tail;
                }
                Some(_) => {}
            }
            self.stage = Stage::Value(field);
        }
        match self.stage {
            Stage::Value(field) => Head::Value(field),
            Stage::Head | Stage::Colon(_) => Head::Incomplete,
        }
    }

    /// Ends the line and tells what it was, with those bytes of its value that were not given by [`Line::take_head`];
    /// `None` for an empty one.
    #[inline]
    pub(crate) fn end(&mut self) -> Option<Ended> {
        let line = *self;
        self.clear();
        let head = match line.stage {
            Stage::Head if line.head_len == 0 => return None,
            Stage::Head => &line.head[..usize::from(line.head_len)],
            Stage::Colon(field) | Stage::Value(field) => return Some(Ended { field, value: [0; 8], value_len: 0 }),
        };
        let (field, rest) = split(head);
        let mut value = [0; 8];
        let value_len = rest.len().min(value.len());
        value[..value_len].copy_from_slice(&rest[..value_len]);
        Some(Ended { field, value, value_len })
    }
}

/// What a line was.
pub(crate) struct Ended {
    pub(crate) field: Field,
    value: [u8; 8],
    value_len: usize,
}

impl Ended {
    /// What of the value had not been told from the name.
    pub(crate) fn value(&self) -> &[u8] {
        &self.value[..self.value_len]
    }
}
