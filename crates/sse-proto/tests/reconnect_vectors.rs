//! The language-neutral vectors of scripted connections, with virtual time.

mod common;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::Owned;
use common::vectors::Expected;
use serde::Deserialize;
use sse_proto::{Action, Closed, EventSource, EventSourceConfig, Failure, ReadyState, Response};

#[derive(Deserialize)]
struct Vector {
    name: String,
    connections: Vec<Connection>,
    expected_events: Vec<Expected>,
    expected_end: String,
}

#[derive(Deserialize)]
struct Connection {
    status: u16,
    content_type: Option<String>,
    body_base64: Option<String>,
    /// Absent if it doesn't matter; `null` if there must be none.
    #[serde(default, deserialize_with = "present")]
    expect_last_event_id: Option<Option<String>>,
    /// Whether the body breaks off.
    #[serde(default)]
    abort: bool,
}

fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Runs the source over the connections, the bodies in chunks of `size` bytes, and gives the events.
fn run(vector: &Vector, size: usize) -> (Vec<Owned>, Closed) {
    let mut source = EventSource::new("http://localhost/", EventSourceConfig::default());
    let mut events = Vec::new();
    let mut now = Duration::ZERO;
    let mut connections = vector.connections.iter();
    loop {
        now = source.next_timeout().unwrap_or(now);
        source.handle_timeout(now);
        let request = match source.action() {
            Action::Connect(request) => request,
            Action::Closed(closed) => {
                assert!(connections.next().is_none(), "{}: closed too early", vector.name);
                return (events, *closed);
            }
            action => panic!("{}: {action:?}", vector.name),
        };
        // A redirect is followed with the same request.
        let connection = connections.find(|connection| !(300..400).contains(&connection.status)).unwrap();
        if let Some(id) = &connection.expect_last_event_id {
            assert_eq!(request.last_event_id, id.as_deref(), "{}", vector.name);
            let header = request.headers().find(|(name, _)| *name == "last-event-id");
            assert_eq!(header.map(|header| header.1), id.as_ref().map(String::as_bytes), "{}", vector.name);
        }
        let content_type = connection.content_type.as_ref().map(String::as_bytes);
        source.handle_response(Response { status: connection.status, content_type, ..Response::default() }, now);
        let body = STANDARD.decode(connection.body_base64.as_deref().unwrap_or_default()).unwrap();
        for chunk in body.chunks(size) {
            let mut input = chunk;
            while let Some(item) = source.receive(&mut input, now).unwrap() {
                if let item @ Owned::Event { .. } = item.into() {
                    events.push(item);
                }
            }
        }
        if source.ready_state() == ReadyState::Open {
            match connection.abort {
                true => source.handle_network_error(now),
                false => assert_eq!(source.receive_eof(now), Ok(None)),
            }
        }
    }
}

#[test]
fn each_vector_at_several_chunk_sizes() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/sse-reconnect.json")).unwrap();
    assert_eq!(vectors.len(), 29);
    for vector in vectors {
        for size in [1, 2, 3, 7, 1000] {
            let (events, closed) = run(&vector, size);
            let expected: Vec<Owned> = vector
                .expected_events
                .iter()
                .map(|event| common::event_with(&event.event_type, &event.data, &event.id))
                .collect();
            assert_eq!(events, expected, "{}", vector.name);
            assert_eq!(vector.expected_end, "closed");
            let status = vector.connections.last().unwrap().status;
            match status {
                200 => assert_eq!(closed, Closed::Failed(Failure::ContentType), "{}", vector.name),
                status => assert_eq!(closed, Closed::Failed(Failure::Status(status)), "{}", vector.name),
            }
        }
    }
}
