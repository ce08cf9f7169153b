//! The client's driver against servers that misbehave.

use std::time::Duration;

use push::follow::{self, Follower, Step};
use sse_proto::{EventSourceConfig, Exported, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

/// A listener, and a follower of what it will serve.
async fn pair(config: EventSourceConfig) -> (TcpListener, Follower) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let follower = Follower::new(reqwest::Client::new(), follow::beginning(&url), config).expect("an empty ID");
    (listener, follower)
}

/// A connection whose request has been read: the request, and the connection.
async fn accept(listener: &TcpListener) -> (String, TcpStream) {
    let (mut stream, _) = listener.accept().await.expect("it connects");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a whole request"));
    }
    (String::from_utf8(head).expect("text"), stream)
}

async fn data(follower: &mut Follower) -> String {
    match follower.next().await {
        Step::Event(event) => event.data,
        other => panic!("expected an event: {other:?}"),
    }
}

#[tokio::test]
async fn a_silent_connection_is_given_up() {
    let idle_timeout = Some(Duration::from_millis(50));
    let config = EventSourceConfig { idle_timeout, reconnection_time: Duration::ZERO, ..EventSourceConfig::default() };
    let (listener, mut follower) = pair(config).await;
    let server = tokio::spawn(async move {
        let (_, mut silent) = accept(&listener).await;
        silent.write_all(format!("{HEAD}id: 1\ndata: one\n\n").as_bytes()).await.expect("it reads");
        let (request, mut stream) = accept(&listener).await;
        stream.write_all(format!("{HEAD}data: two\n\n").as_bytes()).await.expect("it reads");
        // The silent connection was closed, not just forgotten.
        let mut rest = Vec::new();
        silent.read_to_end(&mut rest).await.expect("the end");
        request
    });
    assert_eq!(follower.next().await, Step::Opened);
    assert_eq!(data(&mut follower).await, "one");
    let Step::Lost { reason, .. } = follower.next().await else { panic!("still connected") };
    assert_eq!(reason, "silent for too long");
    assert_eq!(follower.next().await, Step::Opened);
    assert_eq!(data(&mut follower).await, "two");
    assert!(server.await.expect("the server runs").contains("\r\nlast-event-id: 1\r\n"));
}

#[tokio::test]
async fn nothing_is_lost_when_waiting_is_cancelled() {
    let (listener, mut follower) = pair(EventSourceConfig::default()).await;
    let server = tokio::spawn(async move {
        let (_, mut stream) = accept(&listener).await;
        stream.write_all(HEAD.as_bytes()).await.expect("it reads");
        for number in 0..200 {
            // In two parts, so that much of the waiting is for the rest of an event.
            for part in [format!("id: {number}\nda"), format!("ta: {number}\n\n")] {
                stream.write_all(part.as_bytes()).await.expect("it reads");
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
        }
    });
    assert_eq!(follower.next().await, Step::Opened);
    let mut cancelled = 0;
    for number in 0..200 {
        let event = loop {
            match timeout(Duration::from_micros(100), follower.next()).await {
                Ok(Step::Event(event)) => break event,
                Ok(other) => panic!("expected an event: {other:?}"),
                Err(_) => cancelled += 1,
            }
        };
        assert_eq!((event.data, event.last_event_id), (number.to_string(), number.to_string()));
    }
    assert!(cancelled > 0, "nothing was cancelled");
    server.await.expect("the server runs");
}

#[tokio::test]
async fn a_position_is_that_of_the_last_event_told() {
    let (listener, mut follower) = pair(EventSourceConfig::default()).await;
    let server = tokio::spawn(async move {
        let (_, mut stream) = accept(&listener).await;
        // All in one read.
        let body = "retry: 700\nid: a\ndata: one\n\nid: b\ndata: two\n\nid: c\ndata: three\n\n";
        stream.write_all(format!("{HEAD}{body}").as_bytes()).await.expect("it reads");
        // Handed out with its connection, which stays open.
        accept(&listener).await
    });
    assert_eq!(follower.next().await, Step::Opened);
    let expected = |id: &str, follower: &Follower| Exported {
        last_event_id: id.to_owned(),
        reconnection_time: Duration::from_millis(700),
        ..follower.export()
    };
    for (text, id) in [("one", "a"), ("two", "b")] {
        assert_eq!(data(&mut follower).await, text);
        assert_eq!(follower.export(), expected(id, &follower));
    }
    // Another goes on from there, and asks for what this one was not told.
    let start = follower.export();
    drop(follower);
    let mut other = Follower::new(reqwest::Client::new(), start, EventSourceConfig::default()).expect("a valid ID");
    // It does not get a response, so it waits until the request is there.
    let request = tokio::select! {
        step = other.next() => panic!("no response was sent: {step:?}"),
        accepted = server => accepted.expect("the server runs").0,
    };
    assert!(request.contains("\r\nlast-event-id: b\r\n"), "{request}");
}

#[tokio::test]
async fn a_stream_beyond_the_limits_is_closed() {
    let mut config = EventSourceConfig::default();
    config.parser.limits = Limits { line: 100, ..Limits::default() };
    let (listener, mut follower) = pair(config).await;
    tokio::spawn(async move {
        let (_, mut stream) = accept(&listener).await;
        let body = format!("data: fine\n\ndata: {}", "x".repeat(1000));
        stream.write_all(format!("{HEAD}{body}").as_bytes()).await.expect("it reads");
        std::future::pending::<()>().await;
    });
    assert_eq!(follower.next().await, Step::Opened);
    assert_eq!(data(&mut follower).await, "fine");
    let closed = Step::Closed(Err("line reached 101 bytes, limit 100".to_owned()));
    assert_eq!(follower.next().await, closed);
    assert_eq!(follower.next().await, closed, "it stays so");
}

#[tokio::test]
async fn an_id_that_http_does_not_allow_ends_it() {
    let (listener, mut follower) = pair(EventSourceConfig::default()).await;
    tokio::spawn(async move {
        let (_, mut stream) = accept(&listener).await;
        let body = "retry: 0\nid: \u{1}\ndata: x\n\n";
        stream.write_all(format!("{HEAD}{body}").as_bytes()).await.expect("it reads");
    });
    assert_eq!(follower.next().await, Step::Opened);
    assert_eq!(data(&mut follower).await, "x");
    assert!(matches!(follower.next().await, Step::Lost { .. }));
    let closed = follower.next().await;
    assert!(matches!(&closed, Step::Closed(Err(reason)) if reason.contains("last event ID")), "{closed:?}");
}
