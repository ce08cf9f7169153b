//! `sse-proto` on its own: parsing, encoding, replay. Ids are `sse_*/implementation/shape/size`, where size is the
//! chunks' in bytes (`whole` for one chunk), the long line's, the event's, or the number of subscribers.

use std::hint::black_box;
use std::time::Duration;

use benches::sse::{EncodedEvent, Stream};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use sse_proto::{Comment, Cursor, Delivery, Item, Parser, Replay, ReplayLimits, ServerEvent};

const CHUNK_LENS: [usize; 4] = [16, 64, 1460, 16384];

fn parsing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sse_parse");
    for shape in Stream::ALL {
        let (stream, items) = shape.generate(256 << 10);
        group.throughput(Throughput::Bytes(stream.len() as u64));
        for (chunk_len, size) in
            CHUNK_LENS.map(|len| (len, len.to_string())).into_iter().chain([(stream.len(), "whole".to_owned())])
        {
            let mut parser = Parser::new();
            assert_eq!(parse(&mut parser, &stream, chunk_len).0, items);
            group.bench_function(BenchmarkId::new(format!("sse-proto/{}", shape.name()), size), |b| {
                b.iter(|| parse(&mut parser, black_box(&stream), chunk_len));
            });
        }
    }
    group.finish();
}

/// How many events and comments a stream holds, and how long they are. One parser serves for all runs, as for a
/// connection that lasts.
fn parse(parser: &mut Parser, stream: &[u8], chunk_len: usize) -> (usize, usize) {
    let (mut items, mut len) = (0, 0);
    for chunk in stream.chunks(chunk_len) {
        let mut input = chunk;
        while let Ok(Some(item)) = parser.next(&mut input) {
            let text = match item {
                Item::Event(event) => event.data,
                Item::Comment(text) => text,
                _ => continue,
            };
            items += 1;
            len += text.len();
        }
    }
    (items, len)
}

/// Time per byte must not grow with the line: the parser looks at no byte twice.
fn long_lines(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sse_long_line");
    for size in [64 << 10, 256 << 10, 1 << 20, 4 << 20] {
        let stream = [b"data: ", vec![b'x'; size].as_slice(), b"\n\n"].concat();
        group.throughput(Throughput::Bytes(stream.len() as u64));
        for chunk_len in [16, 1460] {
            let mut parser = Parser::new();
            assert_eq!(parse(&mut parser, &stream, chunk_len), (1, size));
            group.bench_function(BenchmarkId::new(format!("sse-proto/chunks_of_{chunk_len}"), size), |b| {
                b.iter(|| parse(&mut parser, black_box(&stream), chunk_len));
            });
        }
    }
    group.finish();
}

fn encoding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sse_encode");
    let short = EncodedEvent::default();
    let lines = "twenty bytes a line\n".repeat(50);
    let events = [
        ("event", short.event()),
        ("lines", ServerEvent::new(&lines)),
        ("retry", ServerEvent::default().retry(Duration::from_secs(3))),
    ];
    for (shape, event) in events {
        let len = event.encoded_len();
        assert_eq!(event.to_vec().len(), len);
        group.throughput(Throughput::Bytes(len as u64));
        let mut out = Vec::with_capacity(len);
        group.bench_function(BenchmarkId::new(format!("append_to/{shape}"), len), |b| {
            b.iter(|| {
                out.clear();
                black_box(event).append_to(&mut out);
                out.len()
            });
        });
        let mut out = vec![0; len];
        group.bench_function(BenchmarkId::new(format!("encode_into/{shape}"), len), |b| {
            b.iter(|| black_box(event).encode_into(&mut out).is_ok());
        });
    }
    let comment = Comment::new("");
    group.bench_function(BenchmarkId::new("encoded_len/comment", comment.encoded_len()), |b| {
        b.iter(|| black_box(comment).encoded_len());
    });
    group.finish();
}

/// Publishing must not cost more with more subscribers; delivering costs each a step of its cursor, and no copy.
fn replay(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sse_replay");
    let data = "x".repeat(100);
    let mut replay = Replay::new(1, ReplayLimits::default());
    group.bench_function(BenchmarkId::new("publish/event", 100), |b| {
        b.iter(|| replay.publish(black_box(ServerEvent::new(&data)), Duration::ZERO).len());
    });
    for subscribers in [100, 10_000] {
        let mut cursors = vec![replay.live(); subscribers];
        assert_eq!(deliver(&mut replay, &mut cursors, &data), subscribers);
        group.throughput(Throughput::Elements(subscribers as u64));
        group.bench_function(BenchmarkId::new("publish_and_deliver/subscribers", subscribers), |b| {
            b.iter(|| deliver(&mut replay, &mut cursors, &data));
        });
    }
    group.finish();
}

/// Publishes an event and gives every subscriber its share of it; how many got it.
fn deliver(replay: &mut Replay, cursors: &mut [Cursor], data: &str) -> usize {
    replay.publish(ServerEvent::new(data), Duration::ZERO);
    let mut delivered = 0;
    for cursor in cursors {
        if let Some(Delivery::Event(encoded)) = replay.next(cursor) {
            drop(black_box(encoded.clone()));
            delivered += 1;
        }
    }
    delivered
}

criterion_group!(benches, parsing, long_lines, encoding, replay);
criterion_main!(benches);
