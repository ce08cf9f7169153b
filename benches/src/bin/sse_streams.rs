//! Writes the event streams of the benchmarks to files, and how fast `sse-proto` parses them:
//!
//! ```text
//! sse_streams FOLDER
//! ```
//!
//! `FOLDER/NAME.sse` holds a stream of 256 KiB, and standard output a JSON object: for each name and length of chunks (0
//! stands for the whole stream) the number of events and the megabytes per second.

use std::hint::black_box;
use std::io::Error;
use std::path::PathBuf;
use std::time::Instant;

use benches::sse::Stream;
use sse_proto::{Config, Item, Parser};

const CHUNK_LENS: [usize; 5] = [0, 16384, 1460, 64, 16];
const ROUNDS: usize = 61;

fn main() -> Result<(), Error> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or_else(|| Error::other("usage: sse_streams FOLDER"))?);
    let mut lines = Vec::new();
    for shape in Stream::ALL {
        let (stream, _) = shape.generate(256 << 10);
        std::fs::write(folder.join(shape.name()).with_extension("sse"), &stream)?;
        for chunk_len in CHUNK_LENS {
            let (events, speed) = time(&stream, chunk_len);
            let name = shape.name();
            lines.push(format!(r#"{{"name":"{name}","chunk":{chunk_len},"events":{events},"speed":{speed:.1}}}"#));
        }
    }
    println!("[{}]", lines.join(",\n"));
    Ok(())
}

/// How many events there are, and the median of the megabytes per second.
fn time(stream: &[u8], chunk_len: usize) -> (usize, f64) {
    let mut parser = Parser::with_config(Config { skip_comments: true, ..Config::default() });
    let mut times = Vec::new();
    let mut events = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        events = parse(&mut parser, black_box(stream), chunk_len);
        times.push(start.elapsed().as_nanos());
    }
    times.sort_unstable();
    (events, stream.len() as f64 / times[ROUNDS / 2] as f64 * 1000.0)
}

fn parse(parser: &mut Parser, stream: &[u8], chunk_len: usize) -> usize {
    let (mut events, mut len) = (0, 0);
    for chunk in stream.chunks(if chunk_len == 0 { stream.len() } else { chunk_len }) {
        let mut input = chunk;
        while let Ok(Some(item)) = parser.next(&mut input) {
            if let Item::Event(event) = item {
                events += 1;
                len += event.data.len() + event.event_type.len();
            }
        }
    }
    black_box(len);
    events
}
