//! One event to many subscribers.

use std::hint::black_box;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use sse_proto::{Cursor, Delivery, Replay, ReplayLimits, ServerEvent};

use crate::Effort;

const SUBSCRIBERS: [usize; 3] = [1, 100, 10_000];

/// What publishing and delivering one event of 100 bytes costs, and what a subscriber that waits takes.
pub fn compare(effort: Effort) {
    println!("\n## sse: Replay, one event of 100 bytes to all subscribers\n");
    println!(
        "| subscribers | publish (ns) | deliver (ns per subscriber) | allocations per publish | bytes allocated per publish | bytes per idle subscriber |"
    );
    println!("|---|---|---|---|---|---|");
    for subscribers in SUBSCRIBERS {
        let data = "x".repeat(100);
        let mut replay = Replay::new(1, ReplayLimits::default());
        // Full, as it is after a while.
        for _ in 0..2 * ReplayLimits::default().events {
            replay.publish(ServerEvent::new(&data), Duration::ZERO);
        }
        let mut cursors = Vec::new();
        let idle = measure(|| cursors = vec![replay.live(); subscribers]);

        let (mut publish, mut deliver) = (Vec::new(), Vec::new());
        for _ in 0..effort.rounds() {
            let start = Instant::now();
            replay.publish(black_box(ServerEvent::new(&data)), Duration::ZERO);
            publish.push(start.elapsed().as_nanos() as f64);
            let start = Instant::now();
            assert_eq!(deliver_to(&replay, &mut cursors), subscribers);
            deliver.push(start.elapsed().as_nanos() as f64 / subscribers as f64);
        }
        let allocated = measure(|| {
            replay.publish(ServerEvent::new(&data), Duration::ZERO);
            assert_eq!(deliver_to(&replay, &mut cursors), subscribers);
        });
        println!(
            "| {subscribers} | {:.0} | {:.1} | {} | {} | {} |",
            median(&mut publish),
            median(&mut deliver),
            allocated.count_total,
            allocated.bytes_total,
            idle.bytes_max as usize / subscribers
        );
    }
}

/// Gives every subscriber a share of its event, as a queue of its connection would hold it; how many got it.
fn deliver_to(replay: &Replay, cursors: &mut [Cursor]) -> usize {
    let mut delivered = 0;
    for cursor in cursors {
        while let Some(delivery) = replay.next(cursor) {
            if let Delivery::Event(encoded) = delivery {
                drop(black_box(encoded.clone()));
                delivered += 1;
            }
        }
    }
    delivered
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
