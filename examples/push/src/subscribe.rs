//! The response of an axum handler that is an event stream.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use sse_proto::{KeepAlive, headers};
use tokio::time::{Instant, timeout, timeout_at};

use crate::feed::{Feed, Next, Subscription};

/// How long a client may leave what it is sent unread.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// How streams are written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// For how long a stream may be silent before a comment is sent, lest a proxy drops it. The comment also finds out
    /// that a client has gone.
    pub keep_alive: Duration,
    /// After how many events to cut each connection off, as a bad network would; to see how clients take it.
    pub drop_after: Option<u64>,
}

impl Default for Style {
    fn default() -> Self {
        Self { keep_alive: KeepAlive::INTERVAL, drop_after: None }
    }
}

/// Ends a body in the middle: the client sees a broken connection.
#[derive(Debug, thiserror::Error)]
#[error("the stream is cut off")]
pub struct Cut;

/// Answers a request for the events, with these header fields.
#[must_use]
pub fn response(feed: &Arc<Feed>, request: &HeaderMap, style: Style) -> Response {
    let last_event_id = request.get(headers::LAST_EVENT_ID).map(|id| id.as_bytes());
    let (subscription, opening) = feed.subscribe(last_event_id);
    // One block waits here; the next is made when hyper has taken it. A slow client holds no more than that.
    let (sender, body) = Channel::new(1);
    tokio::spawn(write(Arc::clone(feed), subscription, opening, sender, style));

    let mut response = Response::new(Body::new(body));
    // The content type, no caching, and a request to nginx not to buffer.
    *response.headers_mut() = sse_proto::http::response_headers(true);
    response
}

/// Writes one client's stream until the client is gone.
async fn write(
    feed: Arc<Feed>,
    mut subscription: Subscription,
    opening: Bytes,
    mut body: Sender<Bytes, Cut>,
    style: Style,
) {
    let clock = Instant::now();
    let mut keep_alive = KeepAlive::with_interval(clock.elapsed(), style.keep_alive);
    let mut events_left = style.drop_after;
    let mut block = opening;
    loop {
        match timeout(WRITE_TIMEOUT, body.send_data(block)).await {
            Ok(Ok(())) => keep_alive.sent(clock.elapsed()),
            // The client is gone.
            Ok(Err(_)) => return,
            // It is there, but reads nothing.
            Err(_) => return body.abort(Cut),
        }
        if events_left == Some(0) {
            return body.abort(Cut);
        }
        block = loop {
            match timeout_at(clock + keep_alive.next_timeout(), feed.next(&mut subscription)).await {
                Ok(Next::Event(event)) => {
                    events_left = events_left.map(|left| left.saturating_sub(1));
                    break event;
                }
                Ok(Next::Missed(event)) => break event,
                Err(_) => {
                    if let Some(comment) = keep_alive.handle_timeout(clock.elapsed()) {
                        break Bytes::from_static(comment);
                    }
                }
            }
        };
    }
}
