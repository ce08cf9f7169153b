//! A client that takes what it gets, drops its connection and comes back by its last event ID sees every event once, in
//! order, or is told how many it has missed.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use sse_proto::{Delivery, Item, Parser, Replay, ReplayLimits, Resume, ServerEvent};

#[derive(Arbitrary, Debug)]
enum Step {
    Publish(u8),
    Wait(u8),
    Deliver(u8),
    Reconnect,
}

fuzz_target!(|input: (u8, u16, u8, Vec<Step>)| {
    let (events, bytes, age, steps) = input;
    let limits = ReplayLimits { events: events.into(), bytes: bytes.into(), age: Duration::from_secs(age.into()) };
    let mut replay = Replay::new(3, limits);
    let (mut published, mut received, mut now) = (0_u64, 0_u64, Duration::ZERO);
    let mut parser = Parser::new();
    let mut cursor = replay.live();
    assert!(parser.next(&mut &*replay.mark(cursor)).unwrap().is_none());
    for step in steps {
        match step {
            Step::Publish(size) => {
                published += 1;
                let data = format!("{published}\n{}", "x".repeat(size.into()));
                replay.publish(ServerEvent::new(&data), now);
            }
            Step::Wait(seconds) => {
                now += Duration::from_secs(seconds.into());
                replay.handle_timeout(now);
            }
            Step::Deliver(most) => {
                for _ in 0..most {
                    match replay.next(&mut cursor) {
                        None => {
                            assert_eq!(received, published);
                            break;
                        }
                        Some(Delivery::Lagged(missed)) => received += missed,
                        Some(Delivery::Event(encoded)) => {
                            received += 1;
                            let mut input = &**encoded;
                            let Ok(Some(Item::Event(event))) = parser.next(&mut input) else { panic!("no event") };
                            assert_eq!(event.data.split('\n').next(), Some(&*received.to_string()));
                        }
                    }
                }
            }
            Step::Reconnect => {
                parser.reset();
                let last: u64 = parser.last_event_id().strip_prefix("3-").unwrap().parse().unwrap();
                match replay.after(parser.last_event_id()) {
                    Resume::Complete(at) => (cursor, received) = (at, last),
                    Resume::Gap { cursor: at, missed } => (cursor, received) = (at, last + missed),
                    Resume::Unknown => panic!("the id is one of its own"),
                }
            }
        }
        assert!(replay.len() <= usize::from(events).max(1));
        assert!(replay.bytes() <= usize::from(bytes) || replay.len() == 1);
    }
});
