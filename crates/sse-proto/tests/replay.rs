//! Replay after a last event ID and live delivery, as one path.

use std::time::Duration;

use proptest::prelude::*;
use sse_proto::{Cursor, Delivery, EventId, EventName, KeepAlive, Replay, ReplayLimits, Resume, ServerEvent, headers};

const NOW: Duration = Duration::ZERO;

fn replay_of(count: usize, limits: ReplayLimits) -> Replay {
    let mut replay = Replay::new(9, limits);
    for number in 1..=count {
        replay.publish(ServerEvent::new(&number.to_string()), NOW);
    }
    replay
}

/// What is delivered until there is nothing more: the data of events, and `-n` for n missed ones.
fn deliver(replay: &Replay, cursor: &mut Cursor) -> Vec<i64> {
    core::iter::from_fn(|| replay.next(cursor)).map(|delivery| number(&delivery)).collect()
}

fn number(delivery: &Delivery<'_>) -> i64 {
    match delivery {
        Delivery::Event(encoded) => {
            let text = core::str::from_utf8(encoded).unwrap();
            let number = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
            assert_eq!(text, format!("id: 9-{number}\ndata: {number}\n\n"));
            number.parse().unwrap()
        }
        Delivery::Lagged(missed) => -i64::try_from(*missed).unwrap(),
    }
}

fn five(events: usize) -> Replay {
    replay_of(5, ReplayLimits { events, ..ReplayLimits::default() })
}

#[test]
fn a_client_goes_on_after_its_last_event() {
    let mut replay = five(5);
    let Resume::Complete(mut cursor) = replay.after("9-3") else { panic!() };
    assert_eq!(deliver(&replay, &mut cursor), [4, 5]);
    replay.publish(ServerEvent::new("6"), NOW);
    assert_eq!(deliver(&replay, &mut cursor), [6], "and is live");
}

#[test]
fn a_client_that_has_everything_gets_nothing_twice() {
    let replay = five(5);
    let Resume::Complete(mut cursor) = replay.after(b"9-5") else { panic!() };
    assert!(deliver(&replay, &mut cursor).is_empty());
}

#[test]
fn the_event_before_the_oldest_is_no_gap_and_the_one_before_it_is() {
    let replay = five(2);
    let Resume::Complete(mut cursor) = replay.after("9-3") else { panic!() };
    assert_eq!(deliver(&replay, &mut cursor), [4, 5]);
    let Resume::Gap { mut cursor, missed: 1 } = replay.after("9-2") else { panic!() };
    assert_eq!(deliver(&replay, &mut cursor), [4, 5]);
    let Resume::Gap { missed: 3, .. } = replay.after("9-0") else { panic!() };
}

#[test]
fn an_id_of_another_run_or_of_no_event_is_unknown() {
    let replay = five(5);
    for id in ["", "8-3", "10-3", "9-6", "9-18446744073709551615", "3", "9-", "9-03", "9-3 ", "9-x", "\u{FFFD}"] {
        assert_eq!(replay.after(id), Resume::Unknown, "{id:?}");
    }
    assert_eq!(replay.after(b"9-\xFF"), Resume::Unknown);
}

#[test]
fn a_new_client_begins_live_or_with_the_oldest() {
    let mut replay = five(2);
    let (mut live, mut all) = (replay.live(), replay.from_oldest());
    assert_eq!(deliver(&replay, &mut all), [4, 5]);
    assert!(deliver(&replay, &mut live).is_empty());
    replay.publish(ServerEvent::new("6"), NOW);
    assert_eq!(deliver(&replay, &mut all), [6]);
    assert_eq!(deliver(&replay, &mut live), [6]);
}

#[test]
fn the_very_first_event_reaches_who_was_there_before_it() {
    let mut replay = Replay::new(9, ReplayLimits::default());
    assert!(replay.is_empty());
    let mut cursors = [replay.live(), replay.from_oldest()];
    let mark = replay.mark(cursors[0]);
    assert_eq!(&*mark, b"id: 9-0\n\n");
    replay.publish(ServerEvent::new("1"), NOW);
    for cursor in &mut cursors {
        assert_eq!(deliver(&replay, cursor), [1]);
    }
    let Resume::Complete(mut cursor) = replay.after("9-0") else { panic!() };
    assert_eq!(deliver(&replay, &mut cursor), [1]);
    assert_eq!(&*replay.mark(cursor), b"id: 9-1\n\n");
}

#[test]
fn a_slow_subscriber_is_told_how_many_it_has_missed() {
    let mut replay = replay_of(0, ReplayLimits { events: 2, ..ReplayLimits::default() });
    let mut slow = replay.live();
    for number in 1..=5 {
        replay.publish(ServerEvent::new(&number.to_string()), NOW);
    }
    assert_eq!(deliver(&replay, &mut slow), [-3, 4, 5]);
}

#[test]
fn events_are_bounded_in_number_and_bytes() {
    let replay = replay_of(5, ReplayLimits { events: 3, ..ReplayLimits::default() });
    assert_eq!((replay.len(), replay.bytes()), (3, 3 * "id: 9-1\ndata: 1\n\n".len()));

    let size = "id: 9-1\ndata: 1\n\n".len();
    for (bytes, held) in [(3 * size, 3), (3 * size - 1, 2), (size, 1), (0, 1)] {
        let replay = replay_of(5, ReplayLimits { bytes, ..ReplayLimits::default() });
        assert_eq!((replay.len(), replay.bytes()), (held, held * size));
    }
}

#[test]
fn an_event_beyond_the_limits_still_reaches_those_who_wait() {
    for limits in [
        ReplayLimits { bytes: 10, ..ReplayLimits::default() },
        ReplayLimits { events: 0, ..ReplayLimits::default() },
        ReplayLimits { age: Duration::ZERO, ..ReplayLimits::default() },
    ] {
        let mut replay = replay_of(1, limits);
        let mut cursor = replay.live();
        replay.publish(ServerEvent::new("2"), NOW);
        assert_eq!(deliver(&replay, &mut cursor), [2]);
        assert_eq!(replay.len(), 1);
    }
}

#[test]
fn old_events_are_dropped_in_time() {
    let seconds = Duration::from_secs;
    let mut replay = Replay::new(9, ReplayLimits { age: seconds(10), ..ReplayLimits::default() });
    assert_eq!(replay.next_timeout(), None);
    replay.publish(ServerEvent::new("1"), seconds(100));
    assert_eq!(replay.next_timeout(), None, "the newest is held in any case");
    replay.publish(ServerEvent::new("2"), seconds(105));
    assert_eq!(replay.next_timeout(), Some(seconds(110)));
    replay.handle_timeout(seconds(109));
    assert_eq!(replay.len(), 2);
    replay.handle_timeout(seconds(110));
    assert_eq!(deliver(&replay, &mut replay.from_oldest()), [2]);
    replay.publish(ServerEvent::new("3"), seconds(200));
    assert_eq!(replay.len(), 1, "publishing drops them too");
}

#[test]
fn an_event_is_encoded_once_with_the_replays_id() {
    let mut replay = Replay::new(9, ReplayLimits::default());
    let event = ServerEvent::new("x").event_type(EventName::new("tick").unwrap()).id(EventId::new("mine").unwrap());
    let published = replay.publish(event, NOW).clone();
    assert_eq!(&*published, b"event: tick\nid: 9-1\ndata: x\n\n");
    for _ in 0..3 {
        let Some(Delivery::Event(delivered)) = replay.next(&mut replay.from_oldest()) else { panic!() };
        assert_eq!(delivered.as_ptr(), published.as_ptr());
    }
    assert_eq!(size_of::<Cursor>(), 8);
}

#[test]
fn keep_alive_counts_from_what_was_sent_last() {
    let seconds = Duration::from_secs;
    let mut keep_alive = KeepAlive::with_interval(seconds(100), seconds(5));
    assert_eq!(keep_alive.next_timeout(), seconds(105));
    assert_eq!(keep_alive.handle_timeout(seconds(104)), None);
    keep_alive.sent(seconds(104));
    assert_eq!(keep_alive.handle_timeout(seconds(105)), None);
    assert_eq!(keep_alive.handle_timeout(seconds(120)), Some(KeepAlive::COMMENT));
    assert_eq!(keep_alive.next_timeout(), seconds(125));
    assert_eq!(KeepAlive::new(NOW).next_timeout(), seconds(15));
    assert_eq!(KeepAlive::with_interval(seconds(1), Duration::MAX).next_timeout(), Duration::MAX);
}

#[test]
fn header_fields_are_lower_case_as_http_2_wants_them() {
    let names = headers::REQUEST.iter().chain(&headers::RESPONSE).chain([&headers::NO_BUFFERING]).map(|field| field.0);
    for name in names.chain([headers::LAST_EVENT_ID]) {
        assert_eq!(name, name.to_ascii_lowercase());
    }
}

#[derive(Clone, Debug)]
enum Step {
    Publish,
    Wait(u64),
    Expire,
    /// Subscribes anew, as if the last event seen were so many before the newest.
    Resume(u64),
    Deliver(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Publish),
        1 => (0..8_u64).prop_map(Step::Wait),
        1 => Just(Step::Expire),
        1 => (0..12_u64).prop_map(Step::Resume),
        2 => (0..6_usize).prop_map(Step::Deliver),
    ]
}

proptest! {
    /// Against a list of all events ever published, and of those that may still be held.
    #[test]
    fn nothing_is_lost_or_doubled(
        steps in prop::collection::vec(step(), 0..60),
        events in 0..8_usize,
        bytes in 0..150_usize,
        age in 0..20_u64,
    ) {
        let limits = ReplayLimits { events, bytes, age: Duration::from_secs(age) };
        let mut replay = Replay::new(9, limits);
        let mut held: Vec<(i64, usize, Duration)> = Vec::new();
        let (mut newest, mut now) = (0_i64, Duration::ZERO);
        let mut cursor = replay.live();
        let mut seen = 0_i64;
        for step in steps {
            match step {
                Step::Publish => {
                    newest += 1;
                    let len = replay.publish(ServerEvent::new(&newest.to_string()), now).len();
                    held.push((newest, len, now));
                }
                Step::Wait(seconds) => now += Duration::from_secs(seconds),
                Step::Expire => replay.handle_timeout(now),
                Step::Resume(back) => {
                    let last = newest.saturating_sub_unsigned(back).max(0);
                    let oldest = held.first().map_or(newest + 1, |first| first.0);
                    match replay.after(format!("9-{last}")) {
                        Resume::Complete(at) => {
                            prop_assert!(last + 1 >= oldest);
                            (cursor, seen) = (at, last);
                        }
                        Resume::Gap { cursor: at, missed } => {
                            prop_assert_eq!(last + 1 + i64::try_from(missed).unwrap(), oldest);
                            (cursor, seen) = (at, oldest - 1);
                        }
                        Resume::Unknown => prop_assert!(false, "the id is one of its own"),
                    }
                }
                Step::Deliver(most) => for _ in 0..most {
                    let Some(delivery) = replay.next(&mut cursor) else {
                        prop_assert_eq!(seen, newest);
                        break;
                    };
                    match number(&delivery) {
                        missed @ ..0 => {
                            seen -= missed;
                            prop_assert_eq!(seen + 1, held[0].0);
                        }
                        event => {
                            prop_assert_eq!(event, seen + 1);
                            seen = event;
                        }
                    }
                }
            }
            if matches!(step, Step::Publish | Step::Expire) {
                let beyond = |held: &[(i64, usize, Duration)]| {
                    held.len() > events
                        || held.iter().map(|event| event.1).sum::<usize>() > bytes
                        || now - held[0].2 >= limits.age
                };
                while held.len() > 1 && beyond(&held) {
                    held.remove(0);
                }
            }
            prop_assert_eq!(replay.len(), held.len());
            prop_assert_eq!(replay.bytes(), held.iter().map(|event| event.1).sum::<usize>());
        }
    }
}
