//! Event streams for the benchmarks: a few hundred KiB each, random enough not to be learnt by a branch predictor.

use std::fmt::Write;

use sse_proto::{EventId, EventName, ServerEvent};

use crate::text::Random;

/// What a stream is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Events of a language model: one line of JSON, about 200 bytes.
    Llm,
    /// `data: x`.
    Tiny,
    /// Events of 64 KiB in lines of 20 to 120 bytes.
    MultiLine,
    /// Short events with an ID, a type and now and then a reconnection time.
    Fields,
    /// As `Llm`, its lines ending with CRLF.
    Crlf,
    /// One line of Cyrillic text, two bytes a letter.
    Cyrillic,
    /// One line of Chinese text, three bytes a character.
    Chinese,
    /// Comments only.
    Comments,
}

impl Stream {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Llm,
        Self::Tiny,
        Self::MultiLine,
        Self::Fields,
        Self::Crlf,
        Self::Cyrillic,
        Self::Chinese,
        Self::Comments,
    ];

    /// The name in benchmark ids.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Tiny => "tiny",
            Self::MultiLine => "multi_line",
            Self::Fields => "fields",
            Self::Crlf => "crlf",
            Self::Cyrillic => "cyrillic",
            Self::Chinese => "chinese",
            Self::Comments => "comments",
        }
    }

    /// A stream of at least `size` bytes, whole events, and how many events and comments it holds.
    #[must_use]
    pub fn generate(self, size: usize) -> (Vec<u8>, usize) {
        let mut random = Random::new(self as u64 + 1);
        let mut stream = String::with_capacity(size + (80 << 10));
        let mut items = 0;
        while stream.len() < size {
            self.append(&mut stream, &mut random, items);
            items += 1;
        }
        (stream.into_bytes(), items)
    }

    fn append(self, stream: &mut String, random: &mut Random, number: usize) {
        match self {
            Self::Llm | Self::Crlf => {
                let eol = if self == Self::Crlf { "\r\n" } else { "\n" };
                let len = 20 + random.below(60);
                let _ = write!(
                    stream,
                    r#"data: {{"id":"chatcmpl-{number:012}","object":"chat.completion.chunk","created":1732180000,"choices":[{{"index":0,"delta":{{"content":""#
                );
                letters(stream, random, len, 'a', 26);
                let _ = write!(stream, r#""}},"finish_reason":null}}]}}{eol}{eol}"#);
            }
            Self::Tiny => stream.push_str("data: x\n\n"),
            Self::MultiLine => {
                let end = stream.len() + (64 << 10);
                while stream.len() < end {
                    let len = 20 + random.below(100);
                    stream.push_str("data: ");
                    letters(stream, random, len, 'a', 26);
                    stream.push('\n');
                }
                stream.push('\n');
            }
            Self::Fields => {
                let _ = write!(stream, "event: {}\nid: {number}\n", ["price", "trade", "news"][random.below(3)]);
                if random.below(8) == 0 {
                    let _ = writeln!(stream, "retry: {}", random.below(10_000));
                }
                let len = 5 + random.below(40);
                stream.push_str("data: ");
                letters(stream, random, len, 'a', 26);
                stream.push_str("\n\n");
            }
            Self::Cyrillic | Self::Chinese => {
                let (first, count) = if self == Self::Chinese { ('一', 8000) } else { ('а', 32) };
                let len = 40 + random.below(60);
                stream.push_str("data: ");
                letters(stream, random, len, first, count);
                stream.push_str("\n\n");
            }
            Self::Comments => {
                let len = 5 + random.below(30);
                stream.push_str(": ");
                letters(stream, random, len, 'a', 26);
                stream.push('\n');
            }
        }
    }
}

/// Appends `len` characters out of `count` that begin with `first`.
fn letters(text: &mut String, random: &mut Random, len: usize, first: char, count: usize) {
    text.extend((0..len).filter_map(|_| char::from_u32(u32::from(first) + random.below(count) as u32)));
}

/// The parts of an event that takes 127 bytes.
#[derive(Clone, Debug)]
pub struct EncodedEvent {
    /// Its type.
    pub name: String,
    /// Its ID.
    pub id: String,
    /// Its data, of one line.
    pub data: String,
}

impl Default for EncodedEvent {
    fn default() -> Self {
        let (name, id) = ("price".to_owned(), "1732180000-17".to_owned());
        let len = 127 - format!("event: {name}\nid: {id}\ndata: \n\n").len();
        Self { name, id, data: "x".repeat(len) }
    }
}

impl EncodedEvent {
    /// The event, as it is given to the encoder.
    #[must_use]
    pub fn event(&self) -> ServerEvent<'_> {
        let name = EventName::new(&self.name).unwrap_or_default();
        ServerEvent::new(&self.data).event_type(name).id(EventId::new(&self.id).unwrap_or_default())
    }

    /// What the encoding has to be.
    #[must_use]
    pub fn wire(&self) -> String {
        format!("event: {}\nid: {}\ndata: {}\n\n", self.name, self.id, self.data)
    }
}
