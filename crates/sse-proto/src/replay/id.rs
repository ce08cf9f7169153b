//! IDs of the form `epoch-number`.

use core::fmt::{self, Write};

use crate::encoder::EventId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReplayId {
    pub(crate) epoch: u64,
    pub(crate) number: u64,
}

impl ReplayId {
    /// Reads what [`ReplayId::to_text`] writes, and nothing else: no signs, no leading zeros.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let dash = text.iter().position(|&byte| byte == b'-')?;
        Some(Self { epoch: decimal(&text[..dash])?, number: decimal(&text[dash + 1..])? })
    }

    pub(crate) fn to_text(self) -> Text {
        let mut text = Text { bytes: [0; LONGEST], len: 0 };
        // Two numbers of 64 bits and a dash always fit.
        let _ = write!(text, "{}-{}", self.epoch, self.number);
        text
    }
}

fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || (digits[0] == b'0' && digits.len() > 1) {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

const LONGEST: usize = "18446744073709551615-18446744073709551615".len();

/// An ID's text, without an allocation.
pub(crate) struct Text {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Text {
    pub(crate) fn as_event_id(&self) -> EventId<'_> {
        let text = core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default();
        EventId::new(text).unwrap_or_default()
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::ReplayId;

    #[test]
    fn what_is_written_is_read() {
        for (epoch, number) in [(0, 0), (1, 0), (1732180000, 17), (u64::MAX, u64::MAX)] {
            let id = ReplayId { epoch, number };
            let text = id.to_text();
            assert_eq!(text.as_event_id().as_str(), format!("{epoch}-{number}"));
            assert_eq!(ReplayId::parse(text.as_event_id().as_str().as_bytes()), Some(id));
        }
    }

    #[test]
    fn nothing_else_is_read() {
        let others =
            ["", "-", "1", "1-", "-1", "1-1-1", "01-1", "1-01", "+1-1", "1-+1", " 1-1", "1-1 ", "a-1", "1-\u{661}"];
        for text in others.into_iter().chain(["18446744073709551616-1", "1-99999999999999999999999999"]) {
            assert_eq!(ReplayId::parse(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(ReplayId::parse(b"1-\xFF"), None);
    }
}
