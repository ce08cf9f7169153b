//! What the Web Platform Tests of `eventsource/` check of a client, for the `EventSource`: a test for each of their files,
//! named after it, with the same exchanges. `docs/conformance.md` lists them.

use std::time::Duration;

use sse_proto::{Action, Closed, EventSource, EventSourceConfig, Failure, Item, OwnedEvent, ReadyState, Response};

const EVENT_STREAM: Option<&[u8]> = Some(b"text/event-stream");
const URL: &str = "http://localhost/resources/message.py";
/// What most of the tests' responses hold.
const MESSAGE: &[u8] = b"data: data\n\n";

/// A source, and what happens to it.
struct Client {
    source: EventSource,
    now: Duration,
}

impl Client {
    fn new() -> Self {
        Self { source: EventSource::new(URL, EventSourceConfig::default()), now: Duration::ZERO }
    }

    /// The request that is to be made: its last event ID.
    fn requested_after(&self) -> Option<String> {
        let Action::Connect(request) = self.source.action() else { panic!("{:?}", self.source.action()) };
        assert_eq!(request.url, URL);
        request.last_event_id.map(str::to_owned)
    }

    fn header(&self, wanted: &str) -> Option<Vec<u8>> {
        let Action::Connect(request) = self.source.action() else { panic!("{:?}", self.source.action()) };
        let mut values = request.headers().filter(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
        let value = values.next();
        assert_eq!(values.next(), None, "{wanted} comes once");
        value
    }

    fn respond(&mut self, status: u16, content_type: Option<&[u8]>) -> ReadyState {
        self.source.handle_response(Response { status, content_type, ..Response::default() }, self.now);
        self.source.ready_state()
    }

    /// The events of a body, which comes byte by byte.
    fn read(&mut self, body: &[u8]) -> Vec<OwnedEvent> {
        let mut events = Vec::new();
        for mut byte in body.chunks(1) {
            while let Some(item) = self.source.receive(&mut byte, self.now).unwrap() {
                if let Item::Event(event) = item {
                    events.push(event.into());
                }
            }
        }
        events
    }

    /// A whole response: the events in it.
    fn exchange(&mut self, body: &[u8]) -> Vec<OwnedEvent> {
        assert_eq!(self.source.ready_state(), ReadyState::Connecting);
        assert_eq!(self.respond(200, EVENT_STREAM), ReadyState::Open);
        let events = self.read(body);
        assert_eq!(self.source.receive_eof(self.now), Ok(None));
        events
    }

    /// Waits until the next request is to be made: for how long.
    fn wait(&mut self) -> Duration {
        assert_eq!(self.source.action(), Action::Wait);
        assert_eq!(self.source.ready_state(), ReadyState::Connecting);
        let until = self.source.next_timeout().unwrap();
        let waited = until - self.now;
        self.now = until;
        self.source.handle_timeout(until);
        waited
    }

    fn is_closed_for(&self, failure: Failure) -> bool {
        self.source.ready_state() == ReadyState::Closed
            && self.source.action() == Action::Closed(&Closed::Failed(failure))
            && self.source.next_timeout().is_none()
    }
}

fn message(data: &str, id: &str) -> OwnedEvent {
    OwnedEvent { event_type: "message".to_owned(), data: data.to_owned(), last_event_id: id.to_owned() }
}

#[test]
fn eventsource_close() {
    let mut client = Client::new();
    assert_eq!(client.source.ready_state(), ReadyState::Connecting);
    assert_eq!(client.respond(200, EVENT_STREAM), ReadyState::Open);
    client.source.close();
    assert_eq!(client.source.ready_state(), ReadyState::Closed);
    assert_eq!(client.read(MESSAGE), [], "what was on its way is not delivered");
    assert_eq!(client.source.action(), Action::Closed(&Closed::ByCaller));

    // Opened, reconnected, told to stop.
    let mut client = Client::new();
    assert_eq!(client.exchange(b"retry: 2\ndata: opened\n\n"), [message("opened", "")]);
    client.wait();
    assert_eq!(client.exchange(b"data: reconnected\n\n"), [message("reconnected", "")]);
    client.wait();
    client.respond(204, EVENT_STREAM);
    assert_eq!(client.read(b"data: closed\n\n"), []);
    assert!(client.is_closed_for(Failure::Status(204)));
}

/// Older versions of the tests have `eventsource-readyState.html`.
#[test]
fn eventsource_ready_state() {
    let mut client = Client::new();
    assert_eq!(client.source.ready_state() as u8, 0);
    assert_eq!(client.respond(200, EVENT_STREAM) as u8, 1);
    client.source.close();
    assert_eq!(client.source.ready_state() as u8, 2);
}

#[test]
fn eventsource_onopen() {
    let mut client = Client::new();
    assert_eq!(client.respond(200, EVENT_STREAM), ReadyState::Open);
    assert_eq!(client.source.action(), Action::Read);
}

#[test]
fn eventsource_onmessage() {
    assert_eq!(Client::new().exchange(MESSAGE), [message("data", "")]);
}

#[test]
fn eventsource_url() {
    assert_eq!(Client::new().source.url(), URL);
}

#[test]
fn eventsource_reconnect() {
    let mut client = Client::new();
    assert_eq!(client.exchange(b"retry: 2\n"), [], "a response without an event is one, too");
    // 2 ms is below the shortest wait.
    assert_eq!(client.wait(), EventSourceConfig::default().min_reconnection_time);
    assert_eq!(client.exchange(MESSAGE), [message("data", "")]);

    let mut client = Client::new();
    assert_eq!(client.exchange(b"retry: 2\ndata: ok\n\n"), [message("ok", "")]);
    client.wait();
    assert_eq!(client.exchange(MESSAGE), [message("data", "")]);
}

#[test]
fn eventsource_request_cancellation() {
    // Stopped before the response has come; then the response comes.
    let mut client = Client::new();
    client.source.close();
    assert_eq!(client.respond(200, EVENT_STREAM), ReadyState::Closed);
    assert_eq!(client.read(b"retry:1000\ndata:abc\n\n"), []);
    assert_eq!(client.source.receive_eof(client.now), Ok(None));
    assert_eq!((client.source.ready_state(), client.source.next_timeout()), (ReadyState::Closed, None));
}

/// The part that concerns the header field: its value is what the stream gave, however long or odd.
#[test]
fn eventsource_cross_origin_preflight() {
    for id in ["abc", "e5p3n<3k0k0s", &"a".repeat(255)] {
        let mut client = Client::new();
        client.exchange(format!("id: {id}\nretry: 200\ndata: x\n\n").as_bytes());
        assert_eq!(client.wait(), Duration::from_millis(200));
        assert_eq!(client.header("last-event-id").as_deref(), Some(id.as_bytes()));
    }
}

/// The parts that are not of the format: a stream that ends is over, with `close_at_end`.
#[test]
fn eventsource_from_readable_stream() {
    let config = EventSourceConfig { close_at_end: true, ..EventSourceConfig::default() };
    for body in [&b"data: hello\n\n"[..], b""] {
        let mut client = Client { source: EventSource::new("about:event-stream", config), now: Duration::ZERO };
        assert_eq!((client.source.ready_state(), client.source.last_event_id()), (ReadyState::Connecting, ""));
        assert!(client.source.export().reconnection_time > Duration::ZERO);
        assert_eq!(client.respond(200, EVENT_STREAM), ReadyState::Open);
        assert_eq!(client.read(body).len(), usize::from(!body.is_empty()));
        assert_eq!(client.source.receive_eof(client.now), Ok(None));
        assert_eq!(client.source.action(), Action::Closed(&Closed::EndOfStream));
    }
    let mut client = Client::new();
    client.respond(200, EVENT_STREAM);
    client.read(b"id: 42\nretry: 5000\ndata: hello\n\n");
    let exported = client.source.export();
    assert_eq!((&*exported.last_event_id, exported.reconnection_time), ("42", Duration::from_secs(5)));
}

#[test]
fn format_field_id() {
    let mut client = Client::new();
    assert_eq!(client.requested_after(), None);
    assert_eq!(client.exchange("id: …\nretry: 200\ndata: hello\n\n".as_bytes()), [message("hello", "…")]);
    assert_eq!(client.wait(), Duration::from_millis(200));
    assert_eq!(client.requested_after().as_deref(), Some("…"));
    assert_eq!(client.header("last-event-id").as_deref(), Some("…".as_bytes()), "in UTF-8");
    assert_eq!(client.exchange("data: …\n\n".as_bytes()), [message("…", "…")]);
}

#[test]
fn format_field_id_2() {
    let mut client = Client::new();
    client.exchange("id: …\nretry: 200\ndata: hello\n\n".as_bytes());
    // It holds for all connections that follow.
    for _ in 0..2 {
        client.wait();
        assert_eq!(client.requested_after().as_deref(), Some("…"));
        assert_eq!(client.exchange("data: …\n\n".as_bytes()), [message("…", "…")]);
    }
}

#[test]
fn format_field_id_null() {
    for id in ["\0\0", "x\0", "\0x", "x\0x", " \0"] {
        let mut client = Client::new();
        for _ in 0..2 {
            assert_eq!((client.requested_after(), client.header("last-event-id")), (None, None), "{id:?}");
            let body = format!("id: {id}\nretry: 200\ndata: hello\n\n");
            assert_eq!(client.exchange(body.as_bytes()), [message("hello", "")]);
            client.wait();
        }
    }
}

#[test]
fn format_field_retry() {
    let mut client = Client::new();
    client.exchange(b"retry:03000\ndata:x\n\n");
    assert_eq!(client.wait(), Duration::from_secs(3));
}

#[test]
fn format_field_retry_bogus() {
    let mut client = Client::new();
    // Not what is waited without a `retry`.
    client.exchange(b"retry:2000\nretry:1000x\ndata:x\n\n");
    assert_eq!(client.wait(), Duration::from_secs(2));
}

#[test]
fn format_mime_bogus() {
    let mut client = Client::new();
    client.respond(200, Some(b"x bogus"));
    assert_eq!(client.read(MESSAGE), []);
    assert!(client.is_closed_for(Failure::ContentType));
}

#[test]
fn format_mime_trailing_semicolon() {
    assert_eq!(Client::new().respond(200, Some(b"text/event-stream;")), ReadyState::Open);
}

#[test]
fn format_mime_valid_bogus() {
    let mut client = Client::new();
    client.respond(200, Some(b"text/x-bogus"));
    assert_eq!(client.read(MESSAGE), []);
    assert!(client.is_closed_for(Failure::ContentType));
}

#[test]
fn format_utf_8() {
    let mut client = Client::new();
    assert_eq!(client.respond(200, Some(b"text/event-stream;charset=windows-1252")), ReadyState::Open);
    assert_eq!(client.read("data:ok…\n\n".as_bytes()), [message("ok…", "")], "it is UTF-8 all the same");
}

#[test]
fn request_accept() {
    assert_eq!(Client::new().header("accept").as_deref(), Some(&b"text/event-stream"[..]));
}

#[test]
fn request_cache_control() {
    let mut client = Client::new();
    for _ in 0..2 {
        assert_eq!(client.header("cache-control").as_deref(), Some(&b"no-cache"[..]));
        client.exchange(MESSAGE);
        client.wait();
    }
}

/// The HTTP layer follows redirects, and tells the response that it gets in the end; then the source is open. Told to
/// the source itself, a redirect is a wrong status.
#[test]
fn request_redirect() {
    for status in [301, 302, 303, 307] {
        let mut client = Client::new();
        client.respond(status, EVENT_STREAM);
        assert!(client.is_closed_for(Failure::Status(status)));
    }
    assert_eq!(Client::new().respond(200, EVENT_STREAM), ReadyState::Open);
}

#[test]
fn request_status_error() {
    for status in [204, 205, 210, 299, 404, 410, 503] {
        let mut client = Client::new();
        client.respond(status, EVENT_STREAM);
        assert_eq!(client.read(MESSAGE), [], "{status}");
        assert!(client.is_closed_for(Failure::Status(status)));
    }
}
