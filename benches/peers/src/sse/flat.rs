//! Time for each byte, by the length of what is parsed.

use std::hint::black_box;
use std::time::Instant;

use benches::sse::Stream;
use sse_proto::{Config, Limits};

use super::chunks::Chunks;
use super::parse::chunk_name;
use super::peers::{Ours, Peer as _};
use super::sink::Dropped;
use super::{KIB, size_name};
use crate::Effort;
use crate::timing::progress;

const SIZES: [usize; 5] = [64 * KIB, 256 * KIB, 1024 * KIB, 4 * 1024 * KIB, 16 * 1024 * KIB];
const CHUNK_LENS: [usize; 4] = [usize::MAX, 16 * KIB, 1460, 16];

/// What is parsed: many events, or one.
#[derive(Clone, Copy)]
enum Shape {
    Events(Stream),
    OneLine,
    OneEvent,
}

impl Shape {
    fn name(self) -> &'static str {
        match self {
            Self::Events(stream) => stream.name(),
            Self::OneLine => "one line",
            Self::OneEvent => "one event of many lines",
        }
    }

    fn bytes(self, size: usize) -> &'static [u8] {
        match self {
            Self::Events(stream) => stream.generate(size).0,
            Self::OneLine => [b"data: ", vec![b'x'; size].as_slice(), b"\n\n"].concat(),
            Self::OneEvent => [b"data: twenty bytes a line\n".repeat(size / 26).as_slice(), b"\n"].concat(),
        }
        .leak()
    }
}

/// Nanoseconds for each KiB of 64 KiB to 16 MiB, in the fastest round. A parser that looks at a byte again and again takes
/// longer and longer.
pub fn compare(effort: Effort) {
    println!("\n## sse: sse-proto, time for each byte by length (ns per KiB)\n");
    println!("| | {} | slowest : fastest |", SIZES.map(size_name).join(" | "));
    println!("|---|{}---|", "---|".repeat(SIZES.len()));
    for shape in [Shape::Events(Stream::Llm), Shape::Events(Stream::Tiny), Shape::OneLine, Shape::OneEvent] {
        let inputs = SIZES.map(|size| shape.bytes(size));
        for chunk_len in CHUNK_LENS {
            let name = format!("{}, {}", shape.name(), chunk_name(chunk_len));
            progress(&format!("time for each byte: {name}"));
            let times = inputs.map(|input| time(input, chunk_len, effort) / (input.len() as f64 / KIB as f64));
            let (slowest, fastest) =
                (times.into_iter().fold(0.0, f64::max), times.into_iter().fold(f64::INFINITY, f64::min));
            let cells = times.map(|time| format!("{time:.1}"));
            println!("| {name} | {} | {:.2} |", cells.join(" | "), slowest / fastest);
        }
    }
}

fn time(input: &'static [u8], chunk_len: usize, effort: Effort) -> f64 {
    let chunks = Chunks::new(chunk_len);
    let mut parser = Ours::with_config(Config { limits: Limits::NONE, ..Config::default() }, chunks.clone());
    let rounds = if input.len() > 1024 * KIB { 9 } else { effort.rounds() };
    let times = (0..rounds).map(|_| {
        chunks.feed(black_box(input));
        let mut sink = Dropped::default();
        let start = Instant::now();
        parser.parse(&mut sink);
        let time = start.elapsed().as_nanos() as f64;
        assert!(sink.events > 0);
        time
    });
    times.fold(f64::INFINITY, f64::min)
}
