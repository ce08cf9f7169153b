use alloc::vec::Vec;
use core::fmt;

use memchr::memchr2;
use stream_utf8::{Utf8Error, Validator};

use super::ServerEvent;
use super::sink::Sink;

/// Writes the data of an event straight into the buffer it is sent from: see [`ServerEvent::data_writer`].
///
/// Takes text by [`fmt::Write`] and, with the feature `std`, bytes by `std::io::Write`, which have to be UTF-8. Line breaks
/// are CRLF, CR and LF alike, also where a CRLF comes in two writes. [`finish`](Self::finish) completes the event; a
/// writer that is dropped before leaves the buffer as it was, so that no half of an event is ever sent.
#[derive(Debug)]
pub struct DataWriter<'a> {
    out: &'a mut Vec<u8>,
    /// Where the event starts in `out`.
    start: usize,
    validator: Validator,
    /// Whether the last byte was a CR, whose line break an LF would belong to.
    after_cr: bool,
    is_finished: bool,
}

impl<'a> DataWriter<'a> {
    pub(super) fn new(event: &ServerEvent<'_>, out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        event.write_fields(out);
        out.put("data: ");
        let mut writer = Self { out, start, validator: Validator::new(), after_cr: false, is_finished: false };
        writer.push(event.data.unwrap_or_default().as_bytes());
        writer
    }

    /// Completes the event and returns the length of its encoding, in bytes.
    ///
    /// # Errors
    ///
    /// [`Utf8Error`] if what was written by `std::io::Write` ends inside a character, or was not UTF-8 before; then the
    /// buffer is as it was.
    pub fn finish(mut self) -> Result<usize, Utf8Error> {
        self.validator.finish()?;
        self.out.put("\n\n");
        self.is_finished = true;
        Ok(self.out.len() - self.start)
    }

    /// Appends bytes whose line breaks start new `data` fields.
    fn push(&mut self, mut bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if core::mem::take(&mut self.after_cr) {
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = memchr2(b'\n', b'\r', bytes) {
            let (line, rest) = bytes.split_at(end);
            self.out.extend_from_slice(line);
            self.out.put("\ndata: ");
            bytes = match rest {
                [b'\r'] => {
                    self.after_cr = true;
                    &[]
                }
                [b'\r', b'\n', rest @ ..] | [_, rest @ ..] | rest => rest,
            };
        }
        self.out.extend_from_slice(bytes);
    }
}

impl fmt::Write for DataWriter<'_> {
    /// Fails if what was written by `std::io::Write` before ends inside a character.
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.validator.finish().map_err(|_| fmt::Error)?;
        self.push(text.as_bytes());
        Ok(())
    }
}

#[cfg(feature = "std")]
impl std::io::Write for DataWriter<'_> {
    /// Takes all bytes, or fails because they are not UTF-8. A character may come in several writes.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.validator.feed(bytes).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))?;
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for DataWriter<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            self.out.truncate(self.start);
        }
    }
}
