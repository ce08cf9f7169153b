//! Text of several shapes and any size, the same in every run.
//!
//! The text is random, so that a branch predictor can't learn it: real text has no period either.

/// What a text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One-byte characters alone.
    Ascii,
    /// Words of Latin letters, one in four of them with diacritics: mixed one- and two-byte characters.
    Latin,
    /// Words of two-byte characters between ASCII spaces.
    Cyrillic,
    /// Three-byte characters, with three-byte punctuation.
    Cjk,
    /// Four-byte characters, with an ASCII space now and then.
    Emoji,
    /// JSON records with ASCII keys and numbers, and strings in several scripts.
    Json,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 6] = [Self::Ascii, Self::Latin, Self::Cyrillic, Self::Cjk, Self::Emoji, Self::Json];

    /// The name for a benchmark id.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ascii => "ascii",
            Self::Latin => "latin",
            Self::Cyrillic => "cyrillic",
            Self::Cjk => "cjk",
            Self::Emoji => "emoji",
            Self::Json => "json",
        }
    }

    /// Text of exactly `len` bytes; if the last character does not fit, spaces fill its place.
    #[must_use]
    pub fn text(self, len: usize) -> String {
        let mut random = Random::new(self as u64 + 1);
        let mut text = String::with_capacity(len + 64);
        while text.len() < len {
            self.append(&mut text, &mut random);
        }
        let end = (0..=len).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        text.truncate(end);
        text.extend(core::iter::repeat_n(' ', len - end));
        text
    }

    fn append(self, text: &mut String, random: &mut Random) {
        match self {
            Self::Ascii => word(text, random, "etaoinshrdlucmfwypvbgkjqxz", " .,"),
            Self::Latin if random.below(4) == 0 => word(text, random, "aäeéèiïoöuüß", " .,"),
            Self::Latin => word(text, random, "etaoinshrdlucmfwypvbgkjqxz", " .,"),
            Self::Cyrillic => word(text, random, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэф", " "),
            Self::Cjk => word(
                text,
                random,
                "的一是不了人我在有他这中大来上国個到説時要就出会可也你対生能而子那得于着下自之年過発後作里",
                "，。",
            ),
            Self::Emoji => word(text, random, "😀😁😂🤣😃😄😅😆😉😊🚀🎉🌍🌈🔥💡", " "),
            Self::Json => record(text, random),
        }
    }
}

/// A word of 2 to 9 of `letters`, and one of `ends`.
fn word(text: &mut String, random: &mut Random, letters: &str, ends: &str) {
    for _ in 0..2 + random.below(8) {
        text.extend(random.pick(letters));
    }
    text.extend(random.pick(ends));
}

/// A JSON record as an API or an event stream would send it.
fn record(text: &mut String, random: &mut Random) {
    let id = random.below(1_000_000);
    let price = random.below(100_000);
    text.push_str(&format!("{{\"id\":{id},\"price\":{}.{:02},\"user\":\"", price / 100, price % 100));
    let script = match random.below(8) {
        0 => Shape::Cyrillic,
        1 => Shape::Cjk,
        2 => Shape::Emoji,
        3 | 4 => Shape::Latin,
        _ => Shape::Ascii,
    };
    for _ in 0..1 + random.below(4) {
        script.append(text, random);
    }
    text.push_str("\",\"tags\":[\"a\",\"b\"],\"ok\":true},\n");
}

/// The parts of `text`, one after the other, each of `size` bytes, or a few less lest a character is cut.
///
/// There are as many as parts of `size` bytes would be; what is left behind them is not among them.
#[must_use]
pub fn cut(text: &str, size: usize) -> Vec<String> {
    let mut rest = text;
    std::iter::repeat_with(|| {
        let end = (0..=size).rev().find(|&end| rest.is_char_boundary(end)).unwrap_or(0);
        let (part, after) = rest.split_at(end);
        rest = after;
        part.to_owned()
    })
    .take(text.len() / size)
    .collect()
}

/// A small generator of pseudo-random numbers (the generator known as splitmix64), the same in every run.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator; the same seed gives the same numbers.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next_u64() % end.max(1) as u64) as usize
    }

    fn pick(&mut self, letters: &str) -> Option<char> {
        let at = self.below(letters.chars().count());
        letters.chars().nth(at)
    }
}
