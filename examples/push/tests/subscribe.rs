//! The response to a subscriber, polled by hand instead of by hyper, so that nothing depends on time or on sockets' buffers.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt;
use push::feed::Feed;
use push::subscribe::{Style, response};
use sse_proto::{Item, OwnedEvent, Parser, ReplayLimits, ServerEvent};

/// A subscriber's body, and what reads it.
struct Subscriber {
    body: Body,
    parser: Parser,
    rest: Vec<u8>,
}

fn feed(held: usize) -> Arc<Feed> {
    let limits = ReplayLimits { events: held, ..ReplayLimits::default() };
    Arc::new(Feed::new(limits, Duration::from_secs(3)))
}

fn publish(feed: &Feed, numbers: impl Iterator<Item = u64>) {
    for number in numbers {
        feed.publish(ServerEvent::new(&number.to_string()));
    }
}

fn subscribe(feed: &Arc<Feed>, last_event_id: Option<&str>, style: Style) -> Subscriber {
    let mut request = HeaderMap::new();
    if let Some(id) = last_event_id {
        request.insert("last-event-id", HeaderValue::from_str(id).expect("a header value"));
    }
    let response = response(feed, &request, style);
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["cache-control"], "no-cache");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    Subscriber { body: response.into_body(), parser: Parser::new(), rest: Vec::new() }
}

impl Subscriber {
    /// The next block that is written; `None` if the body is cut off.
    async fn block(&mut self) -> Option<Vec<u8>> {
        let frame = self.body.frame().await.expect("a stream has no end");
        Some(frame.ok()?.into_data().expect("no trailers").to_vec())
    }

    /// The next event.
    async fn event(&mut self) -> OwnedEvent {
        loop {
            let mut input = &self.rest[..];
            while let Some(item) = self.parser.next(&mut input).expect("a short event") {
                if let Item::Event(event) = item {
                    let event = event.into();
                    self.rest = input.to_vec();
                    return event;
                }
            }
            self.rest = self.block().await.expect("the stream goes on");
        }
    }

    /// The data of the next events, all of which are of type `message`.
    async fn data(&mut self, count: usize) -> Vec<u64> {
        let mut data = Vec::new();
        for _ in 0..count {
            let event = self.event().await;
            assert_eq!(event.event_type, "message");
            data.push(event.data.parse().expect("a number"));
        }
        data
    }
}

#[tokio::test]
async fn a_new_client_gets_what_comes_from_now_on() {
    let feed = feed(10);
    publish(&feed, 1..=3);
    let mut subscriber = subscribe(&feed, None, Style::default());
    let opening = String::from_utf8(subscriber.block().await.expect("an opening")).expect("text");
    let (retry, mark) = opening.split_once("\n\n").expect("two blocks");
    assert_eq!(retry, "retry: 3000");
    assert!(mark.starts_with("id: ") && mark.ends_with("-3\n\n"), "{mark}");
    publish(&feed, 4..=5);
    assert_eq!(subscriber.data(2).await, [4, 5]);
}

#[tokio::test]
async fn a_client_that_comes_back_gets_what_it_missed() {
    let feed = feed(10);
    let mut subscriber = subscribe(&feed, None, Style::default());
    publish(&feed, 1..=6);
    let mut id = String::new();
    for _ in 0..4 {
        id = subscriber.event().await.last_event_id;
    }
    drop(subscriber);
    let mut subscriber = subscribe(&feed, Some(&id), Style::default());
    publish(&feed, 7..=8);
    assert_eq!(subscriber.data(4).await, [5, 6, 7, 8]);
}

#[tokio::test]
async fn even_before_its_first_event_a_client_can_come_back() {
    let feed = feed(10);
    let mut subscriber = subscribe(&feed, None, Style::default());
    let opening = subscriber.block().await.expect("an opening");
    let mut parser = Parser::new();
    let mut input = &opening[..];
    while parser.next(&mut input).expect("a short block").is_some() {}
    publish(&feed, 1..=2);
    let mut subscriber = subscribe(&feed, Some(parser.last_event_id()), Style::default());
    assert_eq!(subscriber.data(2).await, [1, 2]);
}

#[tokio::test]
async fn a_gap_is_told() {
    let feed = feed(10);
    let mut subscriber = subscribe(&feed, None, Style::default());
    publish(&feed, 1..=1);
    let id = subscriber.event().await.last_event_id;
    publish(&feed, 2..=15);
    let mut subscriber = subscribe(&feed, Some(&id), Style::default());
    let missed = subscriber.event().await;
    assert_eq!((&*missed.event_type, &*missed.data), ("missed", "4"));
    assert_eq!(subscriber.data(10).await, Vec::from_iter(6..=15));
}

#[tokio::test]
async fn an_unknown_id_is_told_and_forgotten() {
    let feed = feed(10);
    publish(&feed, 1..=3);
    for id in ["17-2", "nonsense", ""] {
        let mut subscriber = subscribe(&feed, Some(id), Style::default());
        let reset = subscriber.event().await;
        assert_eq!(reset.event_type, "reset", "{id}");
        assert!(subscriber.parser.next(&mut &subscriber.rest[..]).expect("a short block").is_none());
        // The mark after it, so that the client does not come back with the same ID.
        assert!(subscriber.parser.last_event_id().ends_with("-3"), "{}", subscriber.parser.last_event_id());
    }
}

#[tokio::test]
async fn a_client_that_reads_too_slowly_is_told() {
    let feed = feed(10);
    let mut subscriber = subscribe(&feed, None, Style::default());
    publish(&feed, 1..=1);
    assert_eq!(subscriber.data(1).await, [1]);
    // The writer takes the next event and waits for room; then events come that nobody reads.
    publish(&feed, 2..=2);
    tokio::task::yield_now().await;
    publish(&feed, 3..=100);
    let mut data = Vec::new();
    let missed = loop {
        let event = subscriber.event().await;
        if event.event_type == "missed" {
            break event.data.parse::<u64>().expect("a number");
        }
        data.push(event.data.parse().expect("a number"));
    };
    let first = data.last().expect("those that were on their way") + missed + 1;
    assert_eq!(data, Vec::from_iter(2..first - missed));
    assert_eq!(first, 91, "the oldest that is held");
    assert_eq!(subscriber.data(10).await, Vec::from_iter(first..=100));
}

#[tokio::test]
async fn silence_is_filled_with_comments() {
    let feed = feed(10);
    let style = Style { keep_alive: Duration::from_millis(1), ..Style::default() };
    let mut subscriber = subscribe(&feed, None, style);
    subscriber.block().await.expect("an opening");
    for _ in 0..3 {
        assert_eq!(subscriber.block().await.as_deref(), Some(&b":\n\n"[..]));
    }
}

#[tokio::test]
async fn connections_are_cut_off_on_request() {
    let feed = feed(10);
    let mut subscriber = subscribe(&feed, None, Style { drop_after: Some(2), ..Style::default() });
    publish(&feed, 1..=3);
    assert_eq!(subscriber.data(2).await, [1, 2]);
    assert_eq!(subscriber.block().await, None);
}

#[tokio::test]
async fn all_subscribers_get_the_same() {
    let feed = feed(1000);
    let mut subscribers: Vec<_> = (0..100).map(|_| subscribe(&feed, None, Style::default())).collect();
    publish(&feed, 1..=50);
    for subscriber in &mut subscribers {
        assert_eq!(subscriber.data(50).await, Vec::from_iter(1..=50));
    }
}
