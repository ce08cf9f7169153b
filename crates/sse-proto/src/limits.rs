/// How much a stream may make a [`Parser`](crate::Parser) hold.
///
/// Lengths are counted in bytes as received: an ill-formed byte counts as one, although the U+FFFD that stands for it
/// takes three. How the stream is cut into chunks plays no part, and memory is reserved only for bytes that have come.
///
/// With the defaults a stream can't make a parser hold more than 33 MiB: the data of an event and a comment, each in a
/// buffer that has grown to twice the limit. Ill-formed UTF-8 makes it 57 MiB, as the text that stands for one of them
/// takes three times its length. An event or a comment that is borrowed from the chunk costs nothing: see
/// [`Parser`](crate::Parser). The numbers are those of [`Parser::capacity`](crate::Parser::capacity).
///
/// ```
/// use sse_proto::{Config, LimitKind, Limits, ParseError, Parser};
///
/// let limits = Limits { event_data: 4, ..Limits::default() };
/// let mut parser = Parser::with_config(Config { limits, ..Config::default() });
/// let mut input = &b"data: 12345\n\n"[..];
/// let Err(ParseError::Limit(error)) = parser.next(&mut input) else { panic!("accepted") };
/// assert_eq!((error.kind, error.limit, error.actual), (LimitKind::EventData, 4, 5));
/// assert_eq!(error.to_string(), "event data reached 5 bytes, limit 4");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The length of a line, in bytes, without its end and without the stream's byte order mark. Default: 8 MiB.
    ///
    /// Comments and fields of unknown names count too.
    pub line: usize,
    /// The length of an event's data, in bytes, with the LF between its lines. Default: 8 MiB.
    pub event_data: usize,
    /// The length of an event type, in bytes. Default: 1 KiB.
    pub event_type: usize,
    /// The length of an event ID, in bytes. Default: 4 KiB, which still fits a request header of common servers.
    pub last_event_id: usize,
    /// How many field lines (of any name, not comments) may stand between two blank lines. Default: 1 048 576.
    pub lines_per_event: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 8 << 20,
            event_data: 8 << 20,
            event_type: 1 << 10,
            last_event_id: 4 << 10,
            lines_per_event: 1 << 20,
        }
    }
}

impl Limits {
    /// No limits at all: for input that is trusted, or bounded by other means.
    pub const NONE: Self = Self {
        line: usize::MAX,
        event_data: usize::MAX,
        event_type: usize::MAX,
        last_event_id: usize::MAX,
        lines_per_event: usize::MAX,
    };
}

/// What a [`Parser`](crate::Parser) does when a stream exceeds one of the [`Limits`].
///
/// ```
/// use sse_proto::{Config, Item, Limits, OnLimit, Parser};
///
/// let limits = Limits { event_data: 4, ..Limits::default() };
/// let mut parser = Parser::with_config(Config { limits, on_limit: OnLimit::DropEvent, ..Config::default() });
/// let mut input = &b"data: too long\ndata: x\n\ndata: fits\n\n"[..];
/// let mut seen = Vec::new();
/// while let Some(item) = parser.next(&mut input)? {
///     match item {
///         Item::Event(event) => seen.push(event.data.to_owned()),
///         Item::Dropped(error) => seen.push(error.to_string()),
///         _ => {}
///     }
/// }
/// assert_eq!(seen, ["event data reached 5 bytes, limit 4", "fits"]);
/// assert_eq!(parser.dropped_events(), 1);
/// # Ok::<(), sse_proto::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnLimit {
    /// Gives up on the stream with an error. The default: a stream that goes over limits made for it is not to be
    /// trusted, and nothing is lost unseen.
    #[default]
    Fail,
    /// Drops the event, tells so with [`Item::Dropped`](crate::Item::Dropped), and goes on after the next blank line.
    ///
    /// What stands before that blank line is dropped with it: an ID (so that the last event ID stays the one before), a
    /// reconnection time, comments. Nothing of it is buffered, so an endless line costs time and no memory.
    DropEvent,
}
