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
        if self.scanned == 0 && self.is_whole_head(window) {
            return Ok(true);
        }
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

    /// Whether the stream so far is exactly one head without any flaw, as it mostly is: a client waits for the response. If
    /// not, nothing has been scanned.
    ///
    /// It spares the walk from line to line, and must say no more than that does.
    fn is_whole_head(&mut self, window: &[u8]) -> bool {
        let Some(lines) = window.strip_suffix(b"\r\n").filter(|lines| lines.ends_with(b"\r\n")) else { return false };
        // Where each LF comes after a CR, a CR after an LF begins an empty line.
        let flaw = |before, byte| misplaced(before, byte) | ((before == b'\n') & (byte == b'\r'));
        if lines.first().is_none_or(|&first| first == b'\r' || misplaced(b' ', first)) || any_pair(lines, flaw) {
            return false;
        }
        let Some(first_end) = memchr::memchr(b'\n', lines) else { return false };
        let fields = memchr::memchr_iter(b'\n', &lines[first_end + 1..]).count();
        if fields > self.limits.max_fields {
            return false;
        }
        (self.scanned, self.line_start) = (window.len(), window.len());
        self.last = b'\n';
        (self.first_line, self.fields) = (0..first_end + 1, fields);
        true
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
    if !misplaced(before, *bytes.first()?) && !any_pair(bytes, misplaced) {
        return None;
    }
    let mut before = before;
    bytes.iter().position(|&byte| misplaced(core::mem::replace(&mut before, byte), byte))
}

/// Whether two bytes that follow one another have this property, judged without a branch for each.
fn any_pair(bytes: &[u8], property: impl Fn(u8, u8) -> bool) -> bool {
    bytes.iter().zip(bytes.iter().skip(1)).fold(false, |found, (&before, &byte)| found | property(before, byte))
}

/// Whether `byte` can't stand in a head after the byte `before`.
fn misplaced(before: u8, byte: u8) -> bool {
    let control = (byte < b' ') & (byte != b'\t') & (byte != b'\r') & (byte != b'\n') | (byte == 0x7f);
    control | ((before == b'\r') != (byte == b'\n'))
}
