use core::ops::Range;

use super::head::{HeadError, HeadLimits};

/// Finds the end of a head in a stream of bytes, and the first thing that makes it none that is read.
///
/// Each byte is looked at once, whatever the inputs are, and a verdict depends on the bytes up to the one that decides it
/// alone: so it is the same for every cut. Lines end with CRLF and nothing else (RFC 9112 2.2 lets a recipient take a
/// lone LF; one line end for all is what keeps two recipients from reading the same bytes as different heads).
#[derive(Clone, Debug)]
pub(super) struct Scanner {
    limits: HeadLimits,
    /// Bytes looked at so far.
    scanned: usize,
    /// Where the current head begins.
    head_start: usize,
    /// Where the current line begins.
    line_start: usize,
    /// The last byte that was looked at.
    last: u8,
    /// The first line that is not empty, with its CRLF, relative to `head_start`; empty until it has ended.
    first_line: Range<usize>,
    /// Field lines that have ended, those of earlier heads included.
    fields: usize,
    /// `fields` where the current head began.
    fields_before: usize,
}

/// What the line ends in an input lead to, before its other bytes are looked at.
enum Event {
    /// The head ended.
    End,
    /// There are more field lines than the limit.
    TooManyFields,
    /// The input ended.
    None,
}

impl Scanner {
    pub(super) const fn new(limits: HeadLimits) -> Self {
        Self {
            limits,
            scanned: 0,
            head_start: 0,
            line_start: 0,
            last: b' ',
            first_line: 0..0,
            fields: 0,
            fields_before: 0,
        }
    }

    pub(super) fn limits_at_start(&self) -> Option<&HeadLimits> {
        (self.scanned == 0).then_some(&self.limits)
    }

    pub(super) const fn scanned(&self) -> usize {
        self.scanned
    }

    pub(super) fn first_line(&self) -> Range<usize> {
        self.first_line.clone()
    }

    pub(super) const fn fields(&self) -> usize {
        self.fields - self.fields_before
    }

    /// Begins the next head where the last one ended.
    pub(super) fn restart(&mut self) {
        self.head_start = self.scanned;
        self.first_line = 0..0;
        self.fields_before = self.fields;
    }

    /// Looks at the next bytes: whether the head has ended.
    ///
    /// [`scanned`](Self::scanned) then counts the bytes up to the one that decided it, or all.
    pub(super) fn scan(&mut self, input: &[u8]) -> Result<bool, HeadError> {
        let budget = self.limits.max_bytes.saturating_sub(self.scanned);
        let window = &input[..input.len().min(budget)];
        let (event, len) = self.find_event(window);
        let bytes = &window[..len];
        if let Some(index) = first_misplaced(self.last, bytes) {
            let offset = self.scanned - self.head_start + index;
            self.scanned += index + 1;
            return Err(HeadError::ControlCharacter { offset });
        }
        self.scanned += len;
        self.last = bytes.last().copied().unwrap_or(self.last);
        match event {
            Event::End => Ok(true),
            Event::TooManyFields => Err(HeadError::TooManyFields { limit: self.limits.max_fields }),
            Event::None if self.scanned < self.limits.max_bytes => Ok(false),
            Event::None if self.first_line.is_empty() => {
                Err(HeadError::FirstLineTooLong { limit: self.limits.max_bytes })
            }
            Event::None => Err(HeadError::TooLong { limit: self.limits.max_bytes }),
        }
    }

    /// Walks the line ends up to the one that decides something: what it decides, and the length up to it.
    fn find_event(&mut self, window: &[u8]) -> (Event, usize) {
        for index in memchr::memchr_iter(b'\n', window) {
            let line_start = self.line_start;
            let line_end = self.scanned + index + 1;
            self.line_start = line_end;
            let empty = line_end - line_start <= 2;
            match (self.first_line.is_empty(), empty) {
                // Empty lines before the first line are skipped (RFC 9112 2.2).
                (true, true) => {}
                (true, false) => self.first_line = line_start - self.head_start..line_end - self.head_start,
                (false, true) => return (Event::End, index + 1),
                (false, false) => {
                    self.fields += 1;
                    if self.fields > self.limits.max_fields {
                        return (Event::TooManyFields, index + 1);
                    }
                }
            }
        }
        (Event::None, window.len())
    }
}

/// The index of the first byte that can't stand where it does: a control character other than HT, a byte after CR that
/// is not LF, or an LF that is not after CR.
fn first_misplaced(before: u8, bytes: &[u8]) -> Option<usize> {
    // The exact place is looked for only where there is one.
    if !misplaced(before, *bytes.first()?) && !any_misplaced(bytes) {
        return None;
    }
    let mut before = before;
    bytes.iter().position(|&byte| misplaced(core::mem::replace(&mut before, byte), byte))
}

/// Whether a byte can't stand after the one before it, judged without a branch for each.
fn any_misplaced(bytes: &[u8]) -> bool {
    bytes.iter().zip(bytes.iter().skip(1)).fold(false, |found, (&before, &byte)| found | misplaced(before, byte))
}

/// Whether `byte` can't stand in a head after the byte `before`.
fn misplaced(before: u8, byte: u8) -> bool {
    let control = (byte < b' ') & (byte != b'\t') & (byte != b'\r') & (byte != b'\n') | (byte == 0x7f);
    control | ((before == b'\r') != (byte == b'\n'))
}
