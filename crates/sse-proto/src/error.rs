use core::fmt;

/// Why a [`Parser`](crate::Parser) gave up on a stream.
///
/// Nothing in the format itself is an error (HTML 9.2.5 gives every byte string a meaning), so what is left is what the
/// parser was configured to refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The stream went over one of the [`Limits`](crate::Limits).
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The text of an event, an ID or a comment is not UTF-8; only with [`Config::refuse_ill_formed`](crate::Config).
    #[error("ill-formed UTF-8 in an event, an ID or a comment")]
    IllFormed,
}

/// One of the [`Limits`](crate::Limits) was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} reached {actual} {}, limit {limit}", self.kind.unit())]
#[non_exhaustive]
pub struct LimitError {
    /// Which one.
    pub kind: LimitKind,
    /// Its configured value.
    pub limit: usize,
    /// The value that was met: the first above the limit, so that it doesn't depend on how the stream was cut.
    pub actual: usize,
}

/// Names one of the [`Limits`](crate::Limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitKind {
    /// [`Limits::line`](crate::Limits::line), in bytes.
    Line,
    /// [`Limits::event_data`](crate::Limits::event_data), in bytes.
    EventData,
    /// [`Limits::event_type`](crate::Limits::event_type), in bytes.
    EventType,
    /// [`Limits::last_event_id`](crate::Limits::last_event_id), in bytes.
    LastEventId,
    /// [`Limits::lines_per_event`](crate::Limits::lines_per_event), in lines.
    LinesPerEvent,
}

impl LimitKind {
    fn unit(self) -> &'static str {
        match self {
            Self::LinesPerEvent => "lines",
            _ => "bytes",
        }
    }
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line => "line",
            Self::EventData => "event data",
            Self::EventType => "event type",
            Self::LastEventId => "event id",
            Self::LinesPerEvent => "event",
        })
    }
}
