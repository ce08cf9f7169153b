//! `websocket-proto` on its own: receiving and sending. Ids are `websocket_*/implementation/shape/size`, where size is a
//! message's payload in bytes.

use std::hint::black_box;

use benches::text::Shape;
use benches::websocket::masked_messages;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use websocket_proto::{Config, Connection, Event, MessageBuffer, Role, Server};

const SIZES: [usize; 7] = [16, 40, 125, 512, 1024, 16 * 1024, 1024 * 1024];

/// As large as the reads of a server commonly are.
const READ_LEN: usize = 16 * 1024;

fn receive(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("websocket_receive");
    for (shape, first_byte) in [("text", 0x81), ("binary", 0x82)] {
        for size in SIZES {
            let total = size.max(READ_LEN);
            let (stream, count) = masked_messages(first_byte, size, &Shape::Json.text(total), total / size);
            assert_eq!(receive_all(&stream, &mut vec![0; READ_LEN]), (count, count * size));
            group.throughput(Throughput::Elements(count as u64));
            let mut read = vec![0; READ_LEN];
            group.bench_function(BenchmarkId::new(format!("websocket-proto/{shape}"), size), |b| {
                b.iter(|| receive_all(black_box(&stream), &mut read));
            });
        }
    }
    group.finish();
}

/// How many messages a server receives, and how many bytes they hold; `stream` arrives in reads of the size of `read`.
fn receive_all(stream: &[u8], read: &mut [u8]) -> (usize, usize) {
    let mut connection = Connection::server(Config::default());
    let mut buffer = MessageBuffer::new();
    let (mut count, mut bytes) = (0, 0);
    for chunk in stream.chunks(read.len()) {
        let mut input = &mut read[..chunk.len()];
        input.copy_from_slice(chunk);
        while let Ok(Some(event)) = connection.receive(&mut input, &mut buffer) {
            count += 1;
            bytes += match event {
                Event::Text(text) => black_box(text).len(),
                Event::Binary(payload) => black_box(payload).len(),
                _ => 0,
            };
        }
    }
    (count, bytes)
}

fn send(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("websocket_send");
    for size in SIZES {
        let text = Shape::Json.text(size);
        let mut output = Vec::new();
        let mut server = Connection::new(Server, Config::default());
        assert!(send_one(&mut server, &text, &mut output) > size);
        group.bench_function(BenchmarkId::new("websocket-proto/server-text", size), |b| {
            b.iter(|| send_one(&mut server, black_box(&text), &mut output));
        });
        let mut key = 0_u32;
        let mut client = Connection::client(Config::default(), || {
            key = key.wrapping_add(0x9e37_79b9);
            key.to_be_bytes()
        });
        assert!(send_one(&mut client, &text, &mut output) > size + 4);
        group.bench_function(BenchmarkId::new("websocket-proto/client-text", size), |b| {
            b.iter(|| send_one(&mut client, black_box(&text), &mut output));
        });
    }
    group.finish();
}

fn send_one<R: Role>(connection: &mut Connection<R>, text: &str, output: &mut Vec<u8>) -> usize {
    output.clear();
    match connection.send_text(text, output) {
        Ok(()) => black_box(&output).len(),
        Err(_) => 0,
    }
}

/// What costs much where work is repeated: the time for each fragment, Ping or byte stays the same however many come.
fn receive_floods(criterion: &mut Criterion) {
    let config = Config { max_fragments: u32::MAX, ..Config::default() };
    let mut group = criterion.benchmark_group("websocket_receive_flood");
    group.sample_size(10);
    for count in [10_000, 1_000_000] {
        // With a key of zeros, what is masked is what it was.
        let fragments = [b"\x01\x81\0\0\0\0t".to_vec(), b"\x00\x81\0\0\0\0t".repeat(count - 1)].concat();
        let floods = [
            ("tiny-fragments", [fragments, b"\x80\x80\0\0\0\0".to_vec()].concat(), READ_LEN, 1),
            ("pings", b"\x89\x84\0\0\0\0ping".repeat(count), READ_LEN, count),
            ("bytes", plain_frame(count), 1, 1),
        ];
        for (shape, stream, read_len, expected) in floods {
            assert_eq!(count_events(config, &stream, read_len), expected, "{shape}");
            group.throughput(Throughput::Elements(count as u64));
            group.bench_function(BenchmarkId::new(format!("websocket-proto/{shape}"), count), |b| {
                b.iter(|| count_events(config, black_box(&stream), read_len));
            });
        }
    }
    group.finish();
}

/// A binary message of `len` bytes from a client.
fn plain_frame(len: usize) -> Vec<u8> {
    let mut output = Vec::new();
    let mut client = Connection::client(Config { max_output: usize::MAX, ..Config::default() }, || [0; 4]);
    assert_eq!(client.send_binary(&vec![7; len], &mut output), Ok(()));
    output
}

/// How many events come of `stream`, in reads of `read_len` bytes; Pongs are written after each read.
fn count_events(config: Config, stream: &[u8], read_len: usize) -> usize {
    let mut connection = Connection::server(config);
    let mut buffer = MessageBuffer::new();
    let (mut read, mut output) = (vec![0; read_len], Vec::new());
    let mut count = 0;
    for chunk in stream.chunks(read_len) {
        let mut input = &mut read[..chunk.len()];
        input.copy_from_slice(chunk);
        while let Ok(Some(_)) = connection.receive(&mut input, &mut buffer) {
            count += 1;
        }
        connection.poll_transmit(&mut output);
        output.clear();
    }
    count
}

criterion_group!(benches, receive, send, receive_floods);
criterion_main!(benches);
