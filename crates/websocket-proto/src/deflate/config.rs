use core::time::Duration;

/// How a connection compresses and inflates; what is negotiated with the peer is the [`Policy`](super::Policy)'s.
///
/// The defaults are safe to expose to the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeflateConfig {
    /// How much work to put into compression; [`Level::DEFAULT`] by default.
    pub level: Level,
    /// How much memory to put into compression; [`MemoryLevel::DEFAULT`] by default.
    pub memory_level: MemoryLevel,
    /// The shortest message to compress, in bytes; 64 by default.
    ///
    /// A shorter one is sent as it is, and so is one that compression would make longer.
    pub min_len: usize,
    /// How many times its own length a received message may inflate to; 100 by default.
    ///
    /// More is refused with Close code 1009 while it is inflated, beyond [`ratio_allowance`](Self::ratio_allowance). Its
    /// own length is that of its frames so far, and of the one that arrives up to where it is inflated: by 32 KiB that
    /// have arrived, or with [`in_chunks`](crate::Config::in_chunks) by 256 bytes, of which each counts from its first
    /// byte on; each frame's end ends such a step. What a header announces doesn't count, and how reads cut the frame
    /// doesn't matter. DEFLATE reaches 1032.
    pub max_ratio: u32,
    /// What a received message may inflate to whatever its ratio, in bytes; 1 MiB by default, which is the default of
    /// [`Config::max_message_len`](crate::Config::max_message_len) as well.
    pub ratio_allowance: u64,
    /// After how long without a compressed message to give the compressor and the decompressor back to the pool; 5 seconds
    /// by default, `None` for never.
    ///
    /// Only counts if the machine is told the time ([`handle_timeout`](crate::Connection::handle_timeout)); without context
    /// takeover they are given back after each message anyway.
    pub release_after: Option<Duration>,
}

impl Default for DeflateConfig {
    fn default() -> Self {
        Self {
            level: Level::DEFAULT,
            memory_level: MemoryLevel::DEFAULT,
            min_len: 64,
            max_ratio: 100,
            ratio_allowance: 1 << 20,
            release_after: Some(Duration::from_secs(5)),
        }
    }
}

/// How much work to put into compression: 1, the fastest, to 9, the smallest result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// Level 1.
    pub const FASTEST: Self = Self(1);
    /// Level 1: on messages of a few KiB, the codes that the higher levels make for each of them cost more time than they
    /// save bytes (`cargo bench -p benches --bench deflate` prints both).
    pub const DEFAULT: Self = Self::FASTEST;
    /// Level 9.
    pub const SMALLEST: Self = Self(9);

    /// The level with this number, or `None` unless it is from 1 to 9.
    #[must_use]
    pub const fn new(level: u8) -> Option<Self> {
        if level >= Self::FASTEST.0 && level <= Self::SMALLEST.0 { Some(Self(level)) } else { None }
    }

    /// The level's number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// How much memory a compressor takes for what it has matched and not yet written: 1, the least, to 9, the most. It is
/// what zlib calls `memLevel`.
///
/// With [`window_bits`](super::Limits::max_window_bits) it bounds what a connection with context takeover holds while it is
/// in use. The less there is, the shorter are the blocks of DEFLATE, and the more of them a long message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemoryLevel(u8);

impl MemoryLevel {
    /// Memory level 1.
    pub const LEAST: Self = Self(1);
    /// Memory level 8, as in zlib.
    pub const DEFAULT: Self = Self(8);
    /// Memory level 9.
    pub const MOST: Self = Self(9);

    /// The memory level with this number, or `None` unless it is from 1 to 9.
    #[must_use]
    pub const fn new(level: u8) -> Option<Self> {
        if level >= Self::LEAST.0 && level <= Self::MOST.0 { Some(Self(level)) } else { None }
    }

    /// The memory level's number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}
