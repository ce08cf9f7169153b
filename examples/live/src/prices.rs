//! The price ticker: Server-Sent Events.
//!
//! `GET /prices?stream=NAME` is a stream of three kinds of event. Those of type `price` and `record` have ids and are
//! held in a ring ([`Feed`]): a client that comes back with `Last-Event-ID` gets what followed, after an event
//! `resumed` that says how much that is. Those of type `figures` have no id: they are of the moment, and a reconnecting
//! client does not want the old ones. As they come every second, no comment is needed to keep an idle connection alive.
//!
//! `POST /prices/drop?stream=NAME` cuts the stream off in the middle, as a bad network would.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Request, StatusCode};
use serde_json::{Value, json};
use sse_proto::{Comment, EventName, ServerEvent, headers};
use tokio::time::{Interval, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::app::{App, WRITE_TIMEOUT};
use crate::response::{self, Cut, Response};
use feed::{Next, Position, Resumed, Subscription, name};

pub(crate) use feed::{Feed, Topic};
pub(crate) use streams::Streams;

mod feed;
mod streams;

/// How long clients wait before they reconnect: long enough to see that events are missed meanwhile and come by replay.
const RECONNECTION_TIME: Duration = Duration::from_secs(2);
/// Between two events of type `figures`.
const FIGURES_INTERVAL: Duration = Duration::from_secs(1);
/// How many events wait for a client that reads slowly, apart from what hyper and the operating system hold.
const QUEUE: usize = 16;

const RESUMED: EventName<'_> = name("resumed");
const FIGURES: EventName<'_> = name("figures");

/// Answers `GET /prices`.
pub(crate) fn subscribe(app: &Arc<App>, request: &Request<Incoming>) -> Response {
    let mut opening = ServerEvent::default().retry(RECONNECTION_TIME).to_vec();
    let subscription = match request.headers().get(headers::LAST_EVENT_ID) {
        None => app.feed.begin(),
        Some(id) => {
            app.figures.reconnects.add(1);
            let (subscription, resumed) = app.feed.resume(id.as_bytes());
            ServerEvent::new(&resumed.to_json().to_string()).event_type(RESUMED).append_to(&mut opening);
            subscription
        }
    };
    let (body, channel) = Channel::new(QUEUE);
    let name = stream_name(request).unwrap_or_default().to_owned();
    app.tasks.spawn(serve(Arc::clone(app), name, opening, subscription, body));

    let mut response = response::stream(channel);
    for (name, value) in headers::RESPONSE {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Answers `POST /prices/drop`.
pub(crate) fn drop_stream(app: &App, request: &Request<Incoming>) -> Response {
    match stream_name(request).map_or(0, |name| app.streams.cut(name)) {
        0 => response::say(StatusCode::NOT_FOUND, "No stream of this name is open."),
        _ => response::empty(StatusCode::NO_CONTENT),
    }
}

/// Writes one client's stream until it or the server ends it.
async fn serve(
    app: Arc<App>,
    name: String,
    opening: Vec<u8>,
    subscription: Subscription,
    mut body: Sender<Bytes, Cut>,
) {
    let _open = app.figures.streams.hold();
    let cut = CancellationToken::new();
    let _registered = app.streams.register(name, cut.clone());
    let mut source = Source { app: &app, subscription, figures: interval(FIGURES_INTERVAL) };
    let mut chunk = Bytes::from(opening);
    loop {
        let len = chunk.len();
        match timeout(WRITE_TIMEOUT, body.send_data(chunk)).await {
            Ok(Ok(())) => app.figures.sse_bytes.add(len),
            // The client is gone.
            Ok(Err(_)) => return,
            // It is there, but reads nothing.
            Err(_) => return body.abort(Cut),
        }
        chunk = tokio::select! {
            chunk = source.next() => chunk,
            () = cut.cancelled() => return body.abort(Cut),
            // Without the sender the body is complete, and hyper ends the response in good order.
            () = app.shutdown.cancelled() => return,
        };
    }
}

/// What one client's stream is made from.
struct Source<'a> {
    app: &'a App,
    subscription: Subscription,
    figures: Interval,
}

impl Source<'_> {
    /// The next block of the stream. Nothing is lost when this is cancelled.
    async fn next(&mut self) -> Bytes {
        tokio::select! {
            next = self.app.feed.next(&mut self.subscription) => match next {
                Next::Event(event) => {
                    self.app.figures.events.add(1);
                    event
                }
                // The ids show the client that something is missing; this tells a person why.
                Next::Lagged(lost) => Comment::new(&format!("{lost} events skipped: this stream is read too slowly")).to_vec().into(),
            },
            _ = self.figures.tick() => {
                self.app.figures.events.add(1);
                ServerEvent::new(&self.app.figures.to_json().to_string()).event_type(FIGURES).to_vec().into()
            }
        }
    }
}

impl Resumed {
    /// The data of the event `resumed`.
    fn to_json(self) -> Value {
        let position = match self.position {
            Position::Held => "held",
            Position::Gone => "gone",
            Position::Unknown => "unknown",
        };
        json!({ "replayed": self.replayed, "position": position })
    }
}

/// The name that a page has given its stream.
fn stream_name(request: &Request<Incoming>) -> Option<&str> {
    let query = request.uri().query()?;
    query.split('&').find_map(|parameter| parameter.strip_prefix("stream="))
}
