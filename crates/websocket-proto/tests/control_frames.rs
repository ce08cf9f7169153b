//! The limit on control frames, for callers who tell the time when `next_timeout` says and no more often.

#![cfg(feature = "alloc")]

mod support;

use std::time::Duration;

use support::masked;
use websocket_proto::{CloseCode, Config, Connection, MessageBuffer, ProtocolError, Server};

/// Receives a Ping at each of `times`, in milliseconds, and tells the time when it is due. Returns how often that was, and
/// how many Pings came before one was refused.
fn drive(connection: &mut Connection<Server>, times: impl Iterator<Item = u64>) -> (usize, Result<(), usize>) {
    let mut buffer = MessageBuffer::new();
    let mut calls = 0;
    let mut now = Duration::ZERO;
    for (index, time) in times.enumerate() {
        let time = Duration::from_millis(time);
        // What is overdue is done at once, and the rest before the Ping comes.
        while time > now
            && let Some(deadline) = connection.next_timeout().filter(|deadline| *deadline <= time)
        {
            now = now.max(deadline);
            assert_eq!(connection.handle_timeout(now), None);
            assert_ne!(connection.next_timeout(), Some(deadline), "what was due is done");
            calls += 1;
        }
        now = time;
        let ping = connection.receive(&mut &mut masked(0x89, b"x")[..], &mut buffer).map(|event| event.is_some());
        if let Err(ProtocolError::TooManyControlFrames { .. }) = ping {
            return (calls, Err(index));
        }
        assert_eq!(ping, Ok(true));
    }
    (calls, Ok(()))
}

fn server(config: Config) -> Connection<Server> {
    let mut connection = Connection::server(config);
    assert_eq!(connection.handle_timeout(Duration::ZERO), None);
    assert_eq!(connection.next_timeout(), None);
    connection
}

#[test]
fn a_ping_now_and_then_is_never_too_many() {
    let mut connection = server(Config::default());
    // Half of the limit is spent 19 times before the last Ping, and each time one call is asked for.
    assert_eq!(drive(&mut connection, (0..10_000).map(|ping| ping * 30_000)), (19, Ok(())));
}

#[test]
fn nor_while_the_connection_is_closing() {
    let mut connection = server(Config { close_timeout: Duration::from_secs(1_000_000), ..Config::default() });
    connection.close(CloseCode::NORMAL, "", &mut Vec::new()).unwrap();
    assert_eq!(drive(&mut connection, (0..10_000).map(|ping| ping * 30_000)), (19, Ok(())));
}

#[test]
fn a_flood_is_refused_at_any_time() {
    assert_eq!(drive(&mut server(Config::default()), (0..2000).map(|ping| ping * 9)), (0, Err(1000)));
    assert_eq!(drive(&mut server(Config::default()), (0..2000).map(|_| 0)), (0, Err(1000)));
    // A tenth more than allowed.
    assert_eq!(drive(&mut server(Config::default()), (0..5000).map(|ping| ping * 100 / 11)), (0, Err(1000)));
    for before in [1, 499, 500, 501, 999, 1000, 1001, 1499, 1500] {
        let quiet = (0..before).map(|ping| ping * 30_000);
        let flood = (0..2000).map(|ping| before * 30_000 + ping);
        let (_, refused) = drive(&mut server(Config::default()), quiet.chain(flood));
        // Up to half of the limit passes before the clock is read, and as much may count from before.
        let flooded = refused.unwrap_err() - usize::try_from(before).unwrap();
        assert!((501..=1500).contains(&flooded), "after {before}, {flooded} more were accepted");
    }
}

#[test]
fn half_of_the_limit_in_an_interval_is_never_refused() {
    let interval = 1000;
    for limit in 1..=12 {
        let config = Config {
            max_control_frames: limit,
            control_interval: Duration::from_millis(interval),
            ..Config::default()
        };
        let burst = usize::try_from(limit / 2).unwrap().max(1);
        for period in [interval, interval + 1, interval + 300, 3 * interval, 100 * interval] {
            for start in [1, 500, 999] {
                let times = (0..100).flat_map(|turn| std::iter::repeat_n(start + turn * period, burst));
                let (_, refused) = drive(&mut server(config), times);
                assert_eq!(refused, Ok(()), "limit {limit}, period {period}, start {start}");
            }
        }
    }
}

#[test]
fn a_connection_that_is_never_told_the_time_asks_for_nothing() {
    let mut connection = Connection::server(Config::default());
    assert_eq!(drive(&mut connection, (0..2000).map(|ping| ping * 30_000)), (0, Ok(())));
    // What came before the first call does not count.
    connection.handle_timeout(Duration::from_secs(60_000));
    assert_eq!(connection.next_timeout(), None);
    assert_eq!(drive(&mut connection, (0..2000).map(|_| 60_000_000)), (0, Err(1000)));
}

#[test]
fn one_who_tells_the_time_at_each_read_is_asked_for_nothing_more() {
    let mut connection = server(Config::default());
    for ping in 0..10_000 {
        connection.handle_timeout(Duration::from_secs(30 * ping));
        assert_eq!(drive(&mut connection, std::iter::once(0)), (0, Ok(())));
        assert_eq!(connection.next_timeout(), None);
    }
}
