//! `websocket-proto` with permessage-deflate, on its own. Ids are `deflate_*/implementation/shape/size`, where the
//! shape says whether there is context takeover, and size is a message's length in bytes before compression.
//!
//! The messages are JSON, each another part of one text. The sizes that they are compressed to are printed first.

use std::hint::black_box;

use benches::text::{Shape, cut};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use websocket_proto::connection::SharedMessage;
use websocket_proto::deflate::{DeflateConfig, Level, MemoryLevel, Parameters, Policy, Pool};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Config, Connection, Event, MessageBuffer, Server};

const SIZES: [usize; 4] = [125, 1024, 16 * 1024, 64 * 1024];
/// How long all messages that follow each other are together, in bytes: more than a window holds, so that the next round
/// finds nothing of the one before.
const TOTAL: usize = 256 * 1024;
const SHAPES: [(&str, &str); 2] = [
    ("takeover", "permessage-deflate"),
    ("no-takeover", "permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
];
const LEVELS: [u8; 3] = [1, 3, 6];

fn messages(size: usize) -> Vec<String> {
    cut(&Shape::Json.text(TOTAL), size)
}

fn parameters(offer: &str) -> Parameters {
    let offers = Extensions::parse(offer).expect("a list");
    Policy::default().accept(offers).expect("an offer that can be accepted")
}

fn server(offer: &str, level: u8) -> Connection<Server> {
    server_with(offer, level, MemoryLevel::DEFAULT.get())
}

fn server_with(offer: &str, level: u8, memory_level: u8) -> Connection<Server> {
    let config = DeflateConfig {
        level: Level::new(level).expect("a level"),
        memory_level: MemoryLevel::new(memory_level).expect("a memory level"),
        ..DeflateConfig::default()
    };
    Connection::server(Config { max_output: usize::MAX, ..Config::default() }).with_deflate(
        &parameters(offer),
        config,
        &Pool::default(),
    )
}

fn send(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deflate_send");
    for (shape, offer) in SHAPES {
        for level in LEVELS {
            for size in SIZES {
                let messages = messages(size);
                let len: usize = messages.iter().map(String::len).sum();
                let mut output = Vec::new();
                let mut connection = server(offer, level);
                let compressed = send_all(&mut connection, &messages, &mut output);
                assert!(compressed < len, "{compressed} bytes of {len}");
                println!("{shape}, level {level}, messages of {size} bytes: to {}%", 100 * compressed / len);
                group.throughput(Throughput::Bytes(len as u64));
                group.bench_function(BenchmarkId::new(format!("websocket-proto-{level}/{shape}"), size), |b| {
                    b.iter(|| send_all(&mut connection, black_box(&messages), &mut output));
                });
            }
        }
    }
    group.finish();
}

/// What a smaller memory level costs, in time and in bytes; ids end with it.
fn memory_level(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deflate_memory_level");
    for size in [1024, 64 * 1024] {
        let messages = messages(size);
        let len: usize = messages.iter().map(String::len).sum();
        for level in [1, 6] {
            for memory_level in [1, 3, 5, 8, 9] {
                let mut output = Vec::new();
                let mut connection = server_with(SHAPES[0].1, level, memory_level);
                let compressed = send_all(&mut connection, &messages, &mut output);
                assert!(compressed < len, "{compressed} bytes of {len}");
                let percent = 100.0 * compressed as f64 / len as f64;
                println!("memory level {memory_level}, level {level}, messages of {size} bytes: to {percent:.1}%");
                group.throughput(Throughput::Bytes(len as u64));
                let id = BenchmarkId::new(format!("websocket-proto-{level}/takeover/{size}"), memory_level);
                group.bench_function(id, |b| b.iter(|| send_all(&mut connection, black_box(&messages), &mut output)));
            }
        }
    }
    group.finish();
}

/// How many bytes are sent.
fn send_all(connection: &mut Connection<Server>, messages: &[String], output: &mut Vec<u8>) -> usize {
    output.clear();
    for message in messages {
        if connection.send_text(message, output).is_err() {
            return 0;
        }
    }
    black_box(&output).len()
}

fn receive(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deflate_receive");
    for (shape, offer) in SHAPES {
        for size in SIZES {
            let messages = messages(size);
            let len: usize = messages.iter().map(String::len).sum();
            let mut stream = Vec::new();
            send_all(&mut server(offer, 1), &messages, &mut stream);
            let mut client = Connection::client(Config::default(), || [0; 4]).with_deflate(
                &parameters(offer),
                DeflateConfig::default(),
                &Pool::default(),
            );
            let mut buffer = MessageBuffer::new();
            // What is received again refers to nothing but what was received again: the first message of a compressor that
            // is new refers to none before it.
            let mut read = stream.clone();
            let mut receive_all = || {
                read.copy_from_slice(&stream);
                let mut input = &mut read[..];
                let mut received = 0;
                while let Ok(Some(Event::Text(text))) = client.receive(&mut input, &mut buffer) {
                    received += black_box(text).len();
                }
                received
            };
            assert_eq!(receive_all(), len);
            group.throughput(Throughput::Bytes(len as u64));
            group.bench_function(BenchmarkId::new(format!("websocket-proto/{shape}"), size), |b| {
                b.iter(&mut receive_all);
            });
        }
    }
    group.finish();
}

fn shared(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deflate_shared");
    let pool = Pool::default();
    for size in SIZES {
        let message = &messages(size)[0];
        let compress = || SharedMessage::text(message).compress(DeflateConfig::default(), &pool);
        assert!(compress().compressed_bytes().is_some_and(|frame| frame.len() < size));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("websocket-proto/compress", size), |b| b.iter(compress));
    }
    group.finish();
}

criterion_group!(benches, send, memory_level, receive, shared);
criterion_main!(benches);
