//! A source that is closed holds no buffers, however it came to that.

use std::time::Duration;

use sse_proto::{Action, Config, EventSource, EventSourceConfig, Item, Limits, OnLimit, Response};

const NOW: Duration = Duration::from_secs(1);
const OK: Response<'_> =
    Response { status: 200, content_type: Some(b"text/event-stream"), retry_after: None, date: None, unix_time: None };

/// A source in the middle of an event, after a comment that had to be decoded.
fn open(config: EventSourceConfig) -> EventSource {
    let mut source = EventSource::new("http://localhost/", config);
    source.handle_response(OK, NOW);
    assert_eq!(feed(&mut source, &[b": ", &[0xFF; 3000][..], b"\nevent: e\ndata: a\ndata: b"].concat()), 1);
    assert!(source.parser().capacity() > 3000);
    source
}

/// How many items there are.
fn feed(source: &mut EventSource, bytes: &[u8]) -> usize {
    let mut input = bytes;
    std::iter::from_fn(|| source.receive(&mut input, NOW).ok().flatten().map(drop)).count()
}

#[test]
fn a_closed_source_holds_no_buffers() {
    let limits = Limits { event_data: 100, ..Limits::default() };
    let config = EventSourceConfig {
        max_attempts: Some(1),
        parser: Config { limits, ..Config::default() },
        ..EventSourceConfig::default()
    };
    let refusing = EventSourceConfig { max_attempts: Some(0), ..config };
    let finite = EventSourceConfig { close_at_end: true, ..config };
    let unterminated = Config { dispatch_unterminated: true, refuse_ill_formed: true, ..config.parser };
    let unterminated = EventSourceConfig { parser: unterminated, ..config };
    let reconnect = |source: &mut EventSource| {
        source.handle_network_error(NOW);
        source.handle_timeout(NOW * 10);
        assert!(matches!(source.action(), Action::Connect(_)));
        assert!(source.parser().capacity() > 0, "a source that goes on keeps them");
    };
    type Close<'a> = &'a dyn Fn(&mut EventSource);
    let ways: [(&str, EventSourceConfig, Close<'_>); 7] = [
        ("by the caller", config, &EventSource::close),
        ("a limit", config, &|source| assert_eq!(feed(source, &[b'x'; 101]), 0)),
        ("the end", finite, &|source| assert_eq!(source.receive_eof(NOW), Ok(None))),
        ("the end, at the last attempt", refusing, &|source| assert_eq!(source.receive_eof(NOW), Ok(None))),
        ("a break, at the last attempt", refusing, &|source| source.handle_network_error(NOW)),
        ("a status", config, &|source| {
            reconnect(source);
            source.handle_response(Response { status: 404, ..OK }, NOW);
        }),
        ("a content type", config, &|source| {
            reconnect(source);
            source.handle_response(Response { content_type: None, ..OK }, NOW);
        }),
    ];
    for (way, config, close) in ways {
        let mut source = open(config);
        close(&mut source);
        assert!(matches!(source.action(), Action::Closed(_)), "{way}");
        assert_eq!(source.parser().capacity(), 0, "{way}");
    }

    let mut source = EventSource::new("http://localhost/", unterminated);
    source.handle_response(OK, NOW);
    assert_eq!(feed(&mut source, b"data: \xFF"), 0);
    assert!(source.receive_eof(NOW).is_err());
    assert_eq!(source.parser().capacity(), 0, "ill-formed text at the end");
}

#[test]
fn shrink_to_fit_keeps_only_an_incomplete_event() {
    let mut source = open(EventSourceConfig::default());
    source.shrink_to_fit();
    assert_eq!(source.parser().capacity(), "a\nbe".len());
    let mut input = &b"c\n\n"[..];
    let Ok(Some(Item::Event(event))) = source.receive(&mut input, NOW) else { panic!("no event") };
    assert_eq!((event.event_type, event.data), ("e", "a\nbc"));
}

#[test]
fn a_source_tells_how_many_events_were_dropped() {
    let limits = Limits { event_data: 1, ..Limits::default() };
    let parser = Config { limits, on_limit: OnLimit::DropEvent, ..Config::default() };
    let mut source =
        EventSource::new("http://localhost/", EventSourceConfig { parser, ..EventSourceConfig::default() });
    source.handle_response(OK, NOW);
    assert_eq!(feed(&mut source, b"data: ab\n\ndata: c\n\n"), 2);
    assert_eq!(source.parser().dropped_events(), 1);
}
