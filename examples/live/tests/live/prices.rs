//! The SSE stream: headers, named events, ids, and what a client gets that comes back.

use std::collections::HashSet;

use sse_proto::{Item, Parser};

use crate::support::http::{self, Response};
use crate::support::server::Server;

/// One item of the stream, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Received {
    event_type: String,
    data: String,
    last_event_id: String,
}

/// A stream that is read event by event, as a browser would.
struct Stream {
    response: Response,
    parser: Parser,
    /// Events that have arrived and not been looked at.
    arrived: std::collections::VecDeque<Received>,
    retries: Vec<u128>,
}

impl Stream {
    fn open(server: &Server, name: &str, last_event_id: Option<&str>) -> Self {
        let header = last_event_id.map(|id| format!("Last-Event-ID: {id}"));
        let headers: Vec<&str> = ["Accept: text/event-stream"].into_iter().chain(header.as_deref()).collect();
        let response = http::get(server, &format!("/prices?stream={name}"), &headers);
        assert_eq!(response.status, 200);
        assert_eq!(response.header("content-type"), Some("text/event-stream"));
        assert_eq!(response.header("cache-control"), Some("no-cache"));
        Self { response, parser: Parser::new(), arrived: Default::default(), retries: Vec::new() }
    }

    /// Waits for the next event; `None` at the end of the stream, with whether that came in good order.
    fn next(&mut self) -> Result<Received, bool> {
        loop {
            if let Some(event) = self.arrived.pop_front() {
                return Ok(event);
            }
            let chunk = self.response.chunk().ok_or(false)?;
            if chunk.is_empty() {
                return Err(true);
            }
            let mut input = &chunk[..];
            while let Some(item) = self.parser.next(&mut input).expect("within the limits") {
                match item {
                    Item::Event(event) => self.arrived.push_back(Received {
                        event_type: event.event_type.to_owned(),
                        data: event.data.to_owned(),
                        last_event_id: event.last_event_id.to_owned(),
                    }),
                    Item::Retry(time) => self.retries.push(time.as_millis()),
                    _ => {}
                }
            }
        }
    }

    /// The next events that have ids of their own.
    fn take(&mut self, count: usize) -> Vec<Received> {
        let mut taken = Vec::new();
        while taken.len() < count {
            let event = self.next().expect("the stream goes on");
            if matches!(event.event_type.as_str(), "price" | "record") {
                taken.push(event);
            }
        }
        taken
    }
}

fn number(event: &Received) -> u64 {
    let (_, number) = event.last_event_id.rsplit_once('-').expect("an id of two parts");
    number.parse().expect("a number")
}

fn assert_consecutive(events: &[Received]) {
    for pair in events.windows(2) {
        assert_eq!(number(&pair[1]), number(&pair[0]) + 1, "{pair:?}");
    }
}

#[test]
fn events_have_names_and_consecutive_ids() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "a", None);
    let mut types = HashSet::new();
    let mut events = Vec::new();
    while types.len() < 3 || events.len() < 200 {
        let event = stream.next().expect("the stream goes on");
        types.insert(event.event_type.clone());
        let data: serde_json::Value = serde_json::from_str(&event.data).expect("JSON");
        if event.event_type == "figures" {
            assert_eq!(data["sse"]["open"], 1);
        } else {
            assert!(data["price"].as_f64().is_some_and(|price| price > 0.0), "{event:?}");
            events.push(event);
        }
    }
    assert_eq!(types, ["price", "record", "figures"].map(str::to_owned).into());
    assert_eq!(stream.retries, [2000]);
    assert_consecutive(&events);
}

#[test]
fn a_client_that_comes_back_misses_nothing_and_gets_nothing_twice() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "a", None);
    let before = stream.take(10);
    assert_consecutive(&before);
    assert_eq!(http::request(&server, "POST", "/prices/drop?stream=a", &["Content-Length: 0"]).status, 204);
    // What was under way may still come; then the stream ends, and not in good order.
    let mut seen = before;
    let in_good_order = loop {
        match stream.next() {
            Ok(event) if event.event_type == "figures" => {}
            Ok(event) => seen.push(event),
            Err(in_good_order) => break in_good_order,
        }
    };
    assert!(!in_good_order);

    // Meanwhile another client sees events that this one misses.
    let last = seen.last().expect("events").clone();
    let mut witness = Stream::open(&server, "b", Some(&last.last_event_id));
    let missed = witness.take(8);

    let mut stream = Stream::open(&server, "a", Some(&last.last_event_id));
    let resumed = stream.next().expect("the stream goes on");
    assert_eq!((resumed.event_type.as_str(), resumed.last_event_id.as_str()), ("resumed", ""));
    let resumed: serde_json::Value = serde_json::from_str(&resumed.data).expect("JSON");
    assert_eq!(resumed["position"], "held");
    assert!(resumed["replayed"].as_u64().is_some_and(|replayed| replayed >= 8), "{resumed}");
    let after = stream.take(12);
    assert_eq!(after[..8], missed);
    seen.extend(after);
    assert_consecutive(&seen);
}

#[test]
fn an_id_of_another_run_is_told_to_be_unknown() {
    let server = Server::start();
    let mut stream = Stream::open(&server, "a", Some("1-1"));
    let resumed = stream.next().expect("the stream goes on");
    assert_eq!(resumed.event_type, "resumed");
    assert_eq!(resumed.data, r#"{"position":"unknown","replayed":0}"#);
    assert_consecutive(&stream.take(5));
}

#[test]
fn requests_that_are_wrong_get_the_status_that_says_so() {
    let server = Server::start();
    let status = |method, target, headers: &[&str]| http::request(&server, method, target, headers).status;
    assert_eq!(status("POST", "/prices/drop?stream=none", &["Content-Length: 0"]), 404);
    assert_eq!(status("GET", "/prices/drop?stream=none", &[]), 405);
    assert_eq!(status("POST", "/prices", &["Content-Length: 0"]), 405);
    assert_eq!(status("DELETE", "/", &[]), 405);
    assert_eq!(status("GET", "/nothing", &[]), 404);
    assert_eq!(status("GET", "/prices", &["Origin: http://evil.example"]), 403);
}

#[test]
fn the_page_may_load_nothing_from_elsewhere() {
    let server = Server::start();
    for path in
        ["/", "/app.js", "/chat.js", "/dom.js", "/drawing.js", "/prices.js", "/sparkline.js", "/style.css", "/icon.svg"]
    {
        let response = http::get(&server, path, &[]);
        assert_eq!(response.status, 200, "{path}");
        let policy = response.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        assert!(!response.text().is_empty(), "{path}");
    }
}
