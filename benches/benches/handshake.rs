//! `websocket-proto`'s opening handshake on its own, in memory. Ids are `handshake_*/implementation/shape/size`, where size
//! is the head's length in bytes.

use std::hint::black_box;

use benches::handshake::{BROWSER, MINIMAL};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use websocket_proto::handshake::{Acceptance, ClientHandshake, HeadLimits, Key, Offer, Outcome, ServerHandshake};

const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\n\
    Upgrade: websocket\r\n\
    Connection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

fn server(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("handshake_server");
    for (shape, request) in [("minimal", MINIMAL), ("browser", BROWSER)] {
        let mut response = Vec::with_capacity(256);
        serve([request.as_bytes()], HeadLimits::default(), &mut response);
        assert_eq!(response, RESPONSE.as_bytes());
        group.throughput(Throughput::Elements(1));
        group.bench_function(BenchmarkId::new(format!("websocket-proto/{shape}"), request.len()), |b| {
            b.iter(|| serve([black_box(request.as_bytes())], HeadLimits::default(), &mut response));
        });
    }
    group.finish();
}

/// Serves a request that comes in these pieces.
fn serve<'i>(pieces: impl IntoIterator<Item = &'i [u8]>, limits: HeadLimits, response: &mut Vec<u8>) {
    response.clear();
    let mut handshake = ServerHandshake::with_limits(limits);
    for mut input in pieces {
        match handshake.receive(&mut input) {
            Ok(None) => {}
            Ok(Some(request)) => {
                if let Ok(accepted) = request.accept(&Acceptance::default()) {
                    accepted.append_to(response);
                }
            }
            Err(rejection) => rejection.append_to(response),
        }
    }
}

/// A head that comes byte by byte: the time per byte stays the same however long it is.
fn server_byte_by_byte(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("handshake_server_byte_by_byte");
    for size in [1024, 16 * 1024, 256 * 1024] {
        let filler = "a".repeat(size - MINIMAL.len() - "X: \r\n".len());
        let request = MINIMAL.replace("Upgrade: websocket", &format!("X: {filler}\r\nUpgrade: websocket"));
        let limits = HeadLimits { max_bytes: size, ..HeadLimits::default() };
        let mut response = Vec::new();
        serve(request.as_bytes().chunks(1), limits, &mut response);
        assert_eq!((request.len(), response.as_slice()), (size, RESPONSE.as_bytes()));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("websocket-proto/one-long-field", size), |b| {
            b.iter(|| serve(black_box(request.as_bytes()).chunks(1), limits, &mut response));
        });
    }
    group.finish();
}

fn client(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("handshake_client");
    let key = Key::from_nonce(*b"the sample nonce");
    let mut request = Vec::with_capacity(256);
    assert!(ask(&key, RESPONSE.as_bytes(), &mut request));
    assert_eq!(request, MINIMAL.as_bytes());
    group.throughput(Throughput::Elements(1));
    group.bench_function(BenchmarkId::new("websocket-proto/minimal", RESPONSE.len()), |b| {
        b.iter(|| ask(black_box(&key), black_box(RESPONSE.as_bytes()), &mut request));
    });
    group.finish();
}

/// Writes a request and reads its response: whether it establishes the connection.
fn ask(key: &Key, mut response: &[u8], request: &mut Vec<u8>) -> bool {
    request.clear();
    let offer = Offer::new("server.example.com", "/chat");
    let Ok(mut handshake) = ClientHandshake::new(&offer, key, request) else { return false };
    matches!(handshake.receive(&mut response), Ok(Some(Outcome::Established { .. })))
}

criterion_group!(benches, server, server_byte_by_byte, client);
criterion_main!(benches);
