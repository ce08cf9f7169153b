use crate::error::ParseError;

/// Why an [`EventSource`](crate::EventSource) is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Closed {
    /// [`EventSource::close`](crate::EventSource::close) was called.
    ByCaller,
    /// The body has ended, and [`EventSourceConfig::close_at_end`](crate::EventSourceConfig::close_at_end) is set.
    EndOfStream,
    /// The connection has failed for good.
    Failed(Failure),
}

/// Why an [`EventSource`](crate::EventSource) won't connect again ("fail the connection", HTML 9.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The response's status is not 200. With 204 servers tell clients to stop.
    #[error("response status is {0}, expected 200")]
    Status(u16),
    /// The response's content type is none, or not `text/event-stream`.
    #[error("response content type is not text/event-stream")]
    ContentType,
    /// So many reconnections in a row did not bring a stable connection.
    #[error("no stable connection after {0} reconnections")]
    Attempts(u32),
    /// The stream exceeds one of the parser's limits.
    #[error(transparent)]
    Parse(ParseError),
}
