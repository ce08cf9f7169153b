//! Keep-alive, idleness and the closing handshake's deadline, in virtual time.

#![cfg(feature = "alloc")]

mod support;

use std::time::Duration;

use support::{client, masked, server};
use websocket_proto::connection::{Timeout, TransportAction};
use websocket_proto::{CloseCode, Config, Connection, MessageBuffer, Role, Server, State};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn keeping_alive() -> Connection<Server> {
    let mut connection =
        Connection::server(Config { ping_interval: Some(seconds(30)), pong_timeout: seconds(10), ..Config::default() });
    assert_eq!(connection.handle_timeout(seconds(100)), None);
    connection
}

fn receive<R: Role>(connection: &mut Connection<R>, mut bytes: Vec<u8>) {
    let mut input = &mut bytes[..];
    while connection.receive(&mut input, &mut MessageBuffer::new()).unwrap().is_some() {}
}

fn output<R: Role>(connection: &mut Connection<R>) -> Vec<u8> {
    let mut output = Vec::new();
    connection.poll_transmit(&mut output);
    output
}

#[test]
fn without_a_clock_there_are_no_deadlines() {
    assert_eq!(server().next_timeout(), None);
    assert_eq!(
        Connection::server(Config { ping_interval: Some(seconds(1)), ..Config::default() }).next_timeout(),
        None
    );
}

#[test]
fn silence_is_met_with_one_ping_and_then_given_up() {
    let mut connection = keeping_alive();
    assert_eq!(connection.next_timeout(), Some(seconds(130)));
    assert_eq!(connection.handle_timeout(seconds(129)), None);
    assert!(output(&mut connection).is_empty());

    assert_eq!(connection.handle_timeout(seconds(130)), None);
    assert_eq!(output(&mut connection), [0x89, 0]);
    assert_eq!(connection.next_timeout(), Some(seconds(140)));
    assert_eq!(connection.handle_timeout(seconds(139)), None);
    assert!(output(&mut connection).is_empty(), "one Ping is enough");

    assert_eq!(connection.handle_timeout(seconds(140)), Some(Timeout::Pong));
    assert_eq!((connection.state(), connection.transport()), (State::Closed, TransportAction::Close));
    assert_eq!((connection.next_timeout(), connection.handle_timeout(seconds(999))), (None, None));
}

#[test]
fn any_byte_is_a_sign_of_life() {
    let mut connection = keeping_alive();
    connection.handle_timeout(seconds(130));
    // Not the Pong, only the first byte of some frame.
    receive(&mut connection, vec![0x81]);
    assert_eq!(connection.handle_timeout(seconds(139)), None);
    assert_eq!(connection.next_timeout(), Some(seconds(169)));
}

#[test]
fn a_clock_that_runs_backwards_is_held() {
    let mut connection = keeping_alive();
    receive(&mut connection, masked(0x81, b"x"));
    assert_eq!(connection.handle_timeout(seconds(50)), None);
    assert_eq!(connection.next_timeout(), Some(seconds(130)));
}

#[test]
fn only_messages_end_idleness() {
    let mut connection = Connection::server(Config { idle_timeout: Some(seconds(60)), ..Config::default() });
    connection.handle_timeout(seconds(0));
    receive(&mut connection, masked(0x81, b"a message"));
    connection.handle_timeout(seconds(10));
    receive(&mut connection, masked(0x89, b"a ping"));
    connection.handle_timeout(seconds(20));
    assert_eq!(connection.next_timeout(), Some(seconds(70)));

    output(&mut connection);
    assert_eq!(connection.handle_timeout(seconds(70)), Some(Timeout::Idle));
    assert_eq!(connection.state(), State::Closing);
    assert_eq!(output(&mut connection), [0x88, 2, 0x03, 0xe9]);
    assert_eq!(connection.next_timeout(), Some(seconds(80)), "and the peer has the close timeout to answer");
    assert_eq!(connection.handle_timeout(seconds(80)), Some(Timeout::Close));
    assert_eq!(connection.transport(), TransportAction::Close);
}

/// Connections that are closed after a minute without a message, and a frame of 60 000 bytes for each: whole, in chunks,
/// and the same compressed.
fn closed_when_idle() -> Vec<(Connection<Server>, Vec<u8>)> {
    let config = |in_chunks| Config { idle_timeout: Some(seconds(60)), in_chunks, ..Config::default() };
    #[cfg_attr(not(feature = "deflate"), expect(unused_mut, reason = "there are no more"))]
    let mut all: Vec<_> =
        [false, true].map(|in_chunks| (Connection::server(config(in_chunks)), masked(0x82, &[7; 60_000]))).into();
    #[cfg(feature = "deflate")]
    for in_chunks in [false, true] {
        use websocket_proto::deflate::{DeflateConfig, Policy, Pool};
        use websocket_proto::handshake::Extensions;

        let offers = Extensions::parse("permessage-deflate").unwrap();
        let parameters = Policy::default().accept(offers).unwrap();
        let connection = Connection::server(config(in_chunks));
        let config = DeflateConfig { release_after: None, ..DeflateConfig::default() };
        // A stored block, and what is left of an empty one.
        let [low, high] = 60_000_u16.to_le_bytes();
        let payload = [&[0, low, high, !low, !high][..], &[7; 60_000], &[0]].concat();
        let connection = connection.with_deflate(&parameters, config, &Pool::default());
        all.push((connection, masked(0xc2, &payload)));
    }
    all
}

#[test]
fn a_message_that_arrives_is_not_idleness() {
    for (mut connection, frame) in closed_when_idle() {
        connection.handle_timeout(seconds(0));
        let mut time = 0;
        for read in frame.chunks(5000) {
            time += 50;
            receive(&mut connection, read.to_vec());
            assert_eq!(connection.handle_timeout(seconds(time)), None);
            assert_eq!(connection.next_timeout(), Some(seconds(time + 60)));
        }
        assert_eq!(connection.handle_timeout(seconds(time + 60)), Some(Timeout::Idle));
    }
}

#[test]
fn a_message_that_stops_arriving_is() {
    for (mut connection, frame) in closed_when_idle() {
        connection.handle_timeout(seconds(0));
        let cuts = [1, 14, 30_000];
        for (read, time) in [&frame[..cuts[0]], &frame[cuts[0]..cuts[1]], &frame[cuts[1]..cuts[2]]].into_iter().zip(1..)
        {
            receive(&mut connection, read.to_vec());
            connection.handle_timeout(seconds(time));
        }
        receive(&mut connection, Vec::new());
        assert_eq!(connection.handle_timeout(seconds(62)), None);
        assert_eq!(connection.handle_timeout(seconds(63)), Some(Timeout::Idle));
    }
}

#[test]
fn a_ping_inside_a_message_does_not_end_idleness() {
    let mut connection = Connection::server(Config { idle_timeout: Some(seconds(60)), ..Config::default() });
    connection.handle_timeout(seconds(0));
    receive(&mut connection, masked(0x01, b"a fragment"));
    connection.handle_timeout(seconds(10));
    for byte in masked(0x89, b"a ping") {
        receive(&mut connection, vec![byte]);
    }
    connection.handle_timeout(seconds(20));
    assert_eq!(connection.next_timeout(), Some(seconds(70)));
}

#[test]
fn a_close_that_is_not_answered_is_given_up() {
    let mut connection = server();
    connection.handle_timeout(seconds(5));
    connection.close(CloseCode::NORMAL, "", &mut Vec::new()).unwrap();
    assert_eq!(connection.next_timeout(), Some(seconds(15)));
    receive(&mut connection, masked(0x81, b"still talking"));
    assert_eq!(connection.handle_timeout(seconds(14)), None);
    assert_eq!(connection.handle_timeout(seconds(15)), Some(Timeout::Close));
    assert_eq!((connection.state(), connection.transport()), (State::Closed, TransportAction::Close));
}

#[test]
fn a_client_waits_for_the_server_to_close_the_transport_but_not_forever() {
    let mut connection = client();
    connection.handle_timeout(seconds(0));
    receive(&mut connection, vec![0x88, 0]);
    assert_eq!(connection.transport(), TransportAction::AwaitPeerClose);
    assert_eq!(connection.next_timeout(), Some(seconds(10)));
    assert_eq!(connection.handle_timeout(seconds(9)), None);
    assert_eq!(connection.handle_timeout(seconds(10)), Some(Timeout::Close));
    assert_eq!(connection.transport(), TransportAction::Close);
}
