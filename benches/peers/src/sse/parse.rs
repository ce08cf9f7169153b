//! Parsing: how fast, and with how many allocations.

use std::cell::RefCell;

use allocation_counter::measure;
use benches::sse::Stream;
use stream_utf8::Level;

use super::KIB;
use super::chunks::Chunks;
use super::peers::{EventsourceStream, Ours, OursWithoutComments, Peer, SseCodec, SseCore, SseParse, SseStream, Sseer};
use super::sink::{Collected, Dropped};
use crate::Effort;
use crate::report::{Cell, Counted, Table, Unit};
use crate::timing::{Contender, medians, progress};

const SIZE: usize = 256 * KIB;
const CHUNK_LENS: [usize; 5] = [usize::MAX, 16 * KIB, 1460, 64, 16];

/// Who is this many times slower than the fastest is timed a few rounds alone.
const FAR_BEHIND: f64 = 8.0;

pub fn compare(effort: Effort) {
    let title = format!("sse: parsing {} KiB", SIZE / KIB);
    let mut table = Table::new(&title, Unit::MegabytesPerSecond);
    // All peers pass over comments, so that is what is compared. Telling of each is more than any of them does.
    let skip = |shape| if shape == Stream::Comments { runs_without_comments } else { runs };
    let equal = Stream::ALL.map(|shape| (shape, shape.name(), skip(shape) as fn(&Input, usize) -> Vec<Run>));
    let told = (Stream::Comments, "comments, each told", runs as fn(&Input, usize) -> Vec<Run>);
    for (shape, name, runs) in equal.into_iter().chain([told]) {
        let input = Input::new(shape, SIZE);
        for chunk_len in CHUNK_LENS {
            let goal = match (chunk_len, shape) {
                _ if name == told.1 => 1.0,
                (..1460, _) => 1.0,
                (_, Stream::Tiny) => 5.0,
                _ => 3.0,
            };
            let name = format!("{name} {}", chunk_name(chunk_len));
            progress(&format!("{title}: {name}"));
            let times = time(&runs(&input, chunk_len), effort);
            table.add(&Cell { name: &name, bytes: input.bytes.len(), times: &times, goal: Some(goal) });
        }
    }
    table.finish();
}

pub fn chunk_name(chunk_len: usize) -> String {
    if chunk_len == usize::MAX { "whole".to_owned() } else { format!("by {chunk_len}") }
}

/// A stream, and what it says.
struct Input {
    bytes: &'static [u8],
    expected: Collected,
}

impl Input {
    fn new(shape: Stream, size: usize) -> Self {
        let bytes: &'static [u8] = shape.generate(size).0.leak();
        Self { bytes, expected: read(bytes) }
    }
}

/// Reads a stream whose lines all have a colon and a space: the plain way, to check the others by.
fn read(stream: &[u8]) -> Collected {
    let text = String::from_utf8_lossy(stream).replace("\r\n", "\n");
    let mut collected = Collected::default();
    let mut id = "";
    for block in text.split("\n\n") {
        let mut event_type = "message";
        let mut data: Vec<&str> = Vec::new();
        for (field, value) in block.lines().filter_map(|line| line.split_once(": ")) {
            match field {
                "event" => event_type = value,
                "data" => data.push(value),
                "id" => id = value,
                _ => {}
            }
        }
        if !data.is_empty() {
            collected.events.push((event_type.to_owned(), data.join("\n")));
            collected.ids.extend((!id.is_empty()).then(|| id.to_owned()));
        }
    }
    collected
}

type Run = (&'static str, Counted, Box<dyn Fn(&mut ())>);

fn runs(input: &Input, chunk_len: usize) -> Vec<Run> {
    with_peers(runner::<Ours>(input, chunk_len), input, chunk_len)
}

fn runs_without_comments(input: &Input, chunk_len: usize) -> Vec<Run> {
    with_peers(runner::<OursWithoutComments>(input, chunk_len), input, chunk_len)
}

fn with_peers(ours: Run, input: &Input, chunk_len: usize) -> Vec<Run> {
    vec![
        ours,
        runner::<SseCore>(input, chunk_len),
        runner::<SseStream>(input, chunk_len),
        runner::<SseParse>(input, chunk_len),
        runner::<Sseer>(input, chunk_len),
        runner::<SseCodec>(input, chunk_len),
        runner::<EventsourceStream>(input, chunk_len),
    ]
}

fn runner<P: Peer + 'static>(input: &Input, chunk_len: usize) -> Run {
    let chunks = Chunks::new(chunk_len);
    let mut peer = P::new(chunks.clone());
    let mut collected = Collected::default();
    chunks.feed(input.bytes);
    peer.parse(&mut collected);
    let is_right = collected == input.expected;
    assert!(is_right || !P::NAME.starts_with(Ours::NAME), "sse-proto parses something else");

    let state = RefCell::new((peer, Dropped::default()));
    let bytes = input.bytes;
    let events = input.expected.events.len();
    let run = Box::new(move |(): &mut ()| {
        let (peer, sink) = &mut *state.borrow_mut();
        chunks.feed(bytes);
        *sink = Dropped::default();
        peer.parse(std::hint::black_box(sink));
        assert!(sink.events == events || !is_right);
    });
    (P::NAME, if is_right { Counted::Yes } else { Counted::No }, run)
}

/// The time of each run. Three rounds first; then those that are not far behind are timed in full.
fn time(runs: &[Run], effort: Effort) -> Vec<(String, f64, Counted)> {
    let at_first = medians(&runs.iter().map(contender).collect::<Vec<_>>(), 3, &mut (), |(), _, _| {});
    let best = at_first.iter().copied().fold(f64::INFINITY, f64::min);
    let near: Vec<usize> = (0..runs.len()).filter(|&index| at_first[index] < best * FAR_BEHIND).collect();
    let chosen: Vec<Contender<'_, ()>> = near.iter().map(|&index| contender(&runs[index])).collect();
    let in_full = medians(&chosen, effort.rounds(), &mut (), |(), _, _| {});
    let mut times = at_first;
    for (index, time) in near.into_iter().zip(in_full) {
        times[index] = time;
    }
    runs.iter().zip(times).map(|((name, counted, _), time)| ((*name).to_owned(), time, *counted)).collect()
}

fn contender((name, counted, run): &Run) -> Contender<'_, ()> {
    Contender { name, counted: *counted, level: Level::Simd128, run }
}

/// Allocations for each event, in steady state.
pub fn allocations() {
    println!("\n## sse: allocations for each event\n");
    let inputs = Stream::ALL
        .into_iter()
        .filter(|&shape| shape != Stream::Comments)
        .map(|shape| (shape, Input::new(shape, SIZE)));
    for (number, (shape, input)) in inputs.enumerate() {
        for chunk_len in [usize::MAX, 1460, 16] {
            let name = format!("{} {}", shape.name(), chunk_name(chunk_len));
            progress(&format!("allocations: {name}"));
            let runs = runs(&input, chunk_len);
            if number == 0 && chunk_len == usize::MAX {
                let names: Vec<&str> = runs.iter().map(|run| run.0).collect();
                println!("| | {} |\n|---|{}", names.join(" | "), "---|".repeat(names.len()));
            }
            let cells: Vec<String> = runs
                .iter()
                .map(|(_, _, run)| {
                    run(&mut ());
                    let count = measure(|| run(&mut ())).count_total;
                    format!("{:.2}", count as f64 / input.expected.events.len() as f64)
                })
                .collect();
            println!("| {name} | {} |", cells.join(" | "));
        }
    }
}
