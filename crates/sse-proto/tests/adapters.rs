//! The adapters to other crates, with all features on.

#![cfg(all(feature = "bytes", feature = "futures", feature = "http", feature = "json", feature = "tokio-util"))]

mod common;

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use common::vectors::{Expected, vectors};
use futures_util::{FutureExt, StreamExt, stream};
use sse_proto::codec::EventStreamCodec;
use sse_proto::futures::{Event, EventStream, EventStreamError, Eventsource};
use sse_proto::{
    Comment, Config, Encoded, EventId, Exported, Limits, OnLimit, OwnedEvent, OwnedItem, ParseError, Parser, Response,
    ServerEvent,
};
use tokio_util::codec::{Decoder, Encoder};

type Chunk = Result<Bytes, &'static str>;

fn collect(
    events: EventStream<impl futures_util::Stream<Item = Chunk>>,
) -> Vec<Result<Event, EventStreamError<&'static str>>> {
    events.collect::<Vec<_>>().now_or_never().unwrap()
}

fn chunks(chunks: &[&'static [u8]]) -> impl futures_util::Stream<Item = Chunk> {
    stream::iter(chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk))).collect::<Vec<_>>())
}

fn event(data: &str) -> Event {
    Event { event: "message".to_owned(), data: data.to_owned(), ..Event::default() }
}

#[test]
fn a_stream_of_chunks_gives_each_vectors_events() {
    for vector in vectors() {
        for size in [1, 3, 1000] {
            let input = vector.input();
            let chunks =
                stream::iter(input.chunks(size).map(|chunk| Ok::<_, &str>(chunk.to_vec())).collect::<Vec<_>>());
            let events: Vec<_> = chunks.eventsource().map(Result::unwrap).collect::<Vec<_>>().now_or_never().unwrap();
            let events: Vec<Expected> = events
                .into_iter()
                .map(|event| Expected { event_type: event.event, data: event.data, id: event.id })
                .collect();
            assert_eq!(events, vector.expected, "{}", vector.name);
        }
    }
}

#[test]
fn an_event_of_a_stream_carries_the_reconnection_time_before_it() {
    let events = collect(chunks(&[b"retry: 5\n\ndata: a\n\nretry: 6\ndata: b\n\ndata: c\n\n"]).eventsource());
    let retry: Vec<_> = events.into_iter().map(|event| event.unwrap().retry).collect();
    assert_eq!(retry, [Some(Duration::from_millis(5)), Some(Duration::from_millis(6)), None]);
}

#[test]
fn a_stream_passes_on_the_errors_of_its_chunks() {
    let chunks = [Ok(Bytes::from_static(b"data: a\n")), Err("lost"), Ok(Bytes::from_static(b"\ndata: b"))];
    let events = collect(stream::iter(chunks).eventsource());
    assert_eq!(events, [Err(EventStreamError::Transport("lost")), Ok(event("a"))]);
}

#[test]
fn an_event_that_is_kept_keeps_no_chunk() {
    let chunk = Bytes::from([&b"data: kept\n\n:"[..], &[b'x'; 1 << 16], b"\n"].concat());
    let chunks = stream::iter([Ok::<_, &str>(chunk.clone())]).chain(stream::pending());
    let mut events = chunks.eventsource();
    let kept = events.next().now_or_never();
    assert_eq!(kept, Some(Some(Ok(event("kept")))));
    assert!(events.next().now_or_never().is_none());
    assert!(chunk.is_unique(), "neither the event nor the stream holds it");
}

#[test]
fn a_stream_is_over_after_a_limit() {
    let limits = Limits { event_data: 3, ..Limits::default() };
    let parser = Parser::with_config(Config { limits, ..Config::default() });
    let events = collect(chunks(&[b"data: a\n\ndata: abcd\n\n", b"data: b\n\n"]).eventsource_with(parser));
    assert_eq!(events[0], Ok(event("a")));
    let Err(EventStreamError::Parse(error @ ParseError::Limit(_))) = &events[1] else { panic!("{events:?}") };
    assert_eq!(error.to_string(), "event data reached 4 bytes, limit 3");
    assert_eq!(events.len(), 2);
}

#[test]
fn a_stream_tells_how_many_events_were_dropped() {
    let limits = Limits { event_data: 3, ..Limits::default() };
    let config = Config { limits, on_limit: OnLimit::DropEvent, ..Config::default() };
    let mut events = chunks(&[b"data: abcd\n\n", b"data: b\n\n"]).eventsource_with(Parser::with_config(config));
    assert_eq!(events.next().now_or_never().unwrap().unwrap(), Ok(event("b")));
    assert_eq!(events.parser().dropped_events(), 1);
}

#[test]
fn a_stream_dispatches_an_unterminated_event_on_request() {
    let config = Config { dispatch_unterminated: true, ..Config::default() };
    let events = collect(chunks(&[b"data: [DO", b"NE]"]).eventsource_with(Parser::with_config(config)));
    assert_eq!(events, [Ok(event("[DONE]"))]);
    assert_eq!(collect(chunks(&[b"data: [DONE]\n"]).eventsource()), []);
}

#[test]
fn a_stream_knows_its_last_event_id() {
    let mut events = EventStream::new(chunks(&[b"data: a\n\nid: 2\n\n"]));
    events.set_last_event_id("1").unwrap();
    assert!(events.set_last_event_id("1\n").is_err());
    assert_eq!(events.last_event_id(), "1");
    assert_eq!(events.next().now_or_never().unwrap().unwrap().unwrap().id, "1");
    assert!(events.next().now_or_never().unwrap().is_none());
    assert_eq!(events.last_event_id(), "2");
    assert!(events.next().now_or_never().unwrap().is_none(), "it stays over");
}

#[test]
fn a_stream_waits_for_its_chunks() {
    let mut pending = VecDeque::from([None, Some("data: a\n"), None, Some("\n")]);
    let chunks = stream::poll_fn(move |_| match pending.pop_front() {
        Some(Some(chunk)) => std::task::Poll::Ready(Some(Ok::<_, ()>(chunk))),
        Some(None) => std::task::Poll::Pending,
        None => std::task::Poll::Ready(None),
    });
    let mut events = chunks.eventsource();
    assert!(events.next().now_or_never().is_none());
    assert!(events.next().now_or_never().is_none());
    assert_eq!(events.next().now_or_never().unwrap().unwrap(), Ok(event("a")));
}

#[test]
fn the_codec_gives_each_vectors_events() {
    for vector in vectors() {
        for size in [1, 3, 1000] {
            let mut codec = EventStreamCodec::default();
            let mut buffer = BytesMut::new();
            let mut events = Vec::new();
            let mut keep = |item: OwnedItem| {
                if let OwnedItem::Event(OwnedEvent { event_type, data, last_event_id: id }) = item {
                    events.push(Expected { event_type, data, id });
                }
            };
            for chunk in vector.input().chunks(size) {
                buffer.extend_from_slice(chunk);
                while let Some(item) = codec.decode(&mut buffer).unwrap() {
                    keep(item);
                }
                assert!(buffer.is_empty());
            }
            while let Some(item) = codec.decode_eof(&mut buffer).unwrap() {
                keep(item);
            }
            assert_eq!(events, vector.expected, "{}", vector.name);
            assert_eq!(codec.parser().last_event_id(), vector.final_last_event_id);
        }
    }
}

#[test]
fn the_codec_reports_limits_and_unterminated_events() {
    let limits = Limits { line: 8, ..Limits::default() };
    let config = Config { limits, dispatch_unterminated: true, ..Config::default() };
    let mut codec = EventStreamCodec::new(Parser::with_config(config));
    let mut buffer = BytesMut::from(&b": c\nretry: 1\ndata: x"[..]);
    assert_eq!(codec.decode_eof(&mut buffer).unwrap(), Some(OwnedItem::Comment("c".to_owned())));
    assert_eq!(codec.decode_eof(&mut buffer).unwrap(), Some(OwnedItem::Retry(Duration::from_millis(1))));
    let Some(OwnedItem::Event(event)) = codec.decode_eof(&mut buffer).unwrap() else { panic!() };
    assert_eq!((&*event.data, event.as_event().event_type), ("x", "message"));
    assert_eq!(codec.decode_eof(&mut buffer).unwrap(), None);

    let mut buffer = BytesMut::from(&b"data: 789"[..]);
    let error = codec.decode(&mut buffer).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
    assert_eq!(error.to_string(), "line reached 9 bytes, limit 8");
}

#[test]
fn what_is_sent_is_the_same_in_every_buffer() {
    let event = ServerEvent::new("a\r\nb").id(EventId::new("1").unwrap());
    let comment = Comment::new("c\nd");
    let expected = [event.to_vec(), comment.to_vec()].concat();

    let mut buffer = BytesMut::new();
    let mut codec = EventStreamCodec::default();
    codec.encode(event, &mut buffer).unwrap();
    codec.encode(comment, &mut buffer).unwrap();
    assert_eq!(buffer, expected);

    let mut buffer = BytesMut::new();
    assert_eq!(event.put_into(&mut buffer), Ok(event.encoded_len()));
    assert_eq!(comment.put_into(&mut buffer), Ok(comment.encoded_len()));
    assert_eq!(buffer, expected);

    let mut small = [0; 10];
    let error = event.put_into(&mut &mut small[..]).unwrap_err();
    assert_eq!((error.needed, error.available), (event.encoded_len(), 10));
    assert_eq!(small, [0; 10]);
}

#[test]
fn the_header_fields_of_a_response_are_found() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let response =
        http::Response::builder().status(503).header("retry-after", "7").header("date", date).body(()).unwrap();
    let expected =
        Response { status: 503, retry_after: Some(b"7"), date: Some(date.as_bytes()), ..Response::default() };
    assert_eq!(Response::from_parts(response.status(), response.headers()), expected);
}

#[test]
fn the_header_fields_of_a_request_are_the_ones_named() {
    for last_event_id in [None, Some("1 €")] {
        let request = sse_proto::Request { url: "", last_event_id };
        let map = request.header_map().unwrap();
        assert_eq!(map.len(), request.headers().count());
        for (name, value) in request.headers() {
            assert_eq!(map[name].as_bytes(), value);
        }
    }
    let request = sse_proto::Request { url: "", last_event_id: Some("\u{1}") };
    assert!(request.header_map().is_err());
}

#[test]
fn json_that_cannot_be_written_leaves_no_trace() {
    struct Bad;
    impl serde::Serialize for Bad {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("bad"))
        }
    }
    let mut out = Vec::new();
    assert!(ServerEvent::default().append_json_to(&(1, Bad), &mut out).is_err());
    assert_eq!(out, b"");
}

#[test]
fn state_travels_as_json() {
    let exported = Exported {
        url: "http://a/".to_owned(),
        last_event_id: "7".to_owned(),
        reconnection_time: Duration::from_secs(3),
    };
    let text = serde_json::to_string(&exported).unwrap();
    assert_eq!(serde_json::from_str::<Exported>(&text).unwrap(), exported);
    let event = OwnedEvent { event_type: "e".to_owned(), data: "d".to_owned(), last_event_id: "1".to_owned() };
    let text = serde_json::to_string(&event).unwrap();
    assert_eq!(text, r#"{"event_type":"e","data":"d","last_event_id":"1"}"#);
    assert_eq!(serde_json::from_str::<OwnedEvent>(&text).unwrap(), event);
}

#[test]
fn an_encoding_is_shared_with_other_crates() {
    let encoded: Encoded = ServerEvent::new("a").to_shared();
    let bytes = Bytes::from(encoded.clone());
    let shared = std::sync::Arc::<[u8]>::from(encoded.clone());
    assert_eq!((bytes.as_ptr(), shared.as_ptr()), (encoded.as_ptr(), encoded.as_ptr()));
}
