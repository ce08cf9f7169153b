//! `stream-utf8` on its own: one shot, in chunks, and decoding. Ids are `utf8_*/implementation/shape/size`.

use std::hint::black_box;

use benches::text::Shape;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use stream_utf8::{Decoder, LossyDecoder, Validator, validate};

const SIZES: [usize; 5] = [16, 128, 1024, 16 * 1024, 1024 * 1024];
const CHUNK_LENS: [usize; 5] = [7, 64, 1000, 4096, 16384];

fn one_shot(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("utf8_validate");
    for shape in Shape::ALL {
        for size in SIZES {
            let text = shape.text(size);
            let bytes = text.as_bytes();
            assert_eq!(validate(bytes), Ok(text.as_str()));
            group.throughput(Throughput::Bytes(size as u64));
            let id = |implementation| BenchmarkId::new(format!("{implementation}/{}", shape.name()), size);
            group.bench_function(id("stream-utf8"), |b| b.iter(|| validate(black_box(bytes)).is_ok()));
            group.bench_function(id("core"), |b| b.iter(|| core::str::from_utf8(black_box(bytes)).is_ok()));
        }
    }
    group.finish();
}

fn feed_all(bytes: &[u8], chunk_len: usize) -> bool {
    let mut validator = Validator::new();
    bytes.chunks(chunk_len).all(|chunk| validator.feed(chunk).is_ok()) && validator.is_complete()
}

fn chunked(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("utf8_feed");
    for shape in Shape::ALL {
        let text = shape.text(256 * 1024);
        let bytes = text.as_bytes();
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        for chunk_len in CHUNK_LENS {
            assert!(feed_all(bytes, chunk_len));
            let id = BenchmarkId::new(format!("stream-utf8/{}", shape.name()), chunk_len);
            group.bench_function(id, |b| b.iter(|| feed_all(black_box(bytes), chunk_len)));
        }
    }
    group.finish();
}

fn decoding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("utf8_decode");
    for shape in Shape::ALL {
        let text = shape.text(64 * 1024);
        let bytes = text.as_bytes();
        assert_eq!(decode(bytes), bytes.len());
        assert_eq!(decode_lossy(bytes), bytes.len());
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        let id = |implementation| BenchmarkId::new(format!("{implementation}/{}", shape.name()), bytes.len());
        group.bench_function(id("decoder"), |b| b.iter(|| decode(black_box(bytes))));
        group.bench_function(id("lossy_decoder"), |b| b.iter(|| decode_lossy(black_box(bytes))));
    }
    group.finish();
}

/// How many bytes of text come out of `bytes`, in chunks of 4096.
fn decode(bytes: &[u8]) -> usize {
    let mut decoder = Decoder::new();
    let mut decoded = 0;
    for chunk in bytes.chunks(4096) {
        decoded += decoder.decode(chunk).flatten().map(|piece| piece.len()).sum::<usize>();
    }
    decoded
}

/// As [`decode`], with replacement.
fn decode_lossy(bytes: &[u8]) -> usize {
    let mut decoder = LossyDecoder::new();
    bytes.chunks(4096).map(|chunk| decoder.decode(chunk).map(|piece| piece.len()).sum::<usize>()).sum()
}

criterion_group!(benches, one_shot, chunked, decoding);
criterion_main!(benches);
