//! The language-neutral test vectors, through the parser.

mod common;

use common::vectors::vectors;
use common::{parse_chunks, parse_with};
use sse_proto::Config;

#[test]
fn whole_and_in_small_chunks() {
    for vector in vectors() {
        let input = vector.input();
        vector.check(&parse_with(Config::default(), &input));
        for size in [1, 2, 3, 5, 7, 16, 63, 64, 65] {
            vector.check(&parse_chunks(Config::default(), input.chunks(size)));
        }
    }
}

#[test]
fn at_the_splits_that_the_vectors_name() {
    let mut named = 0;
    for vector in vectors() {
        let input = vector.input();
        if vector.splits.is_empty() {
            continue;
        }
        let starts = [0].into_iter().chain(vector.splits.iter().copied());
        let ends = vector.splits.iter().copied().chain([input.len()]);
        let chunks = starts.zip(ends).map(|(start, end)| &input[start..end]);
        vector.check(&parse_chunks(Config::default(), chunks));
        named += 1;
    }
    assert!(named > 0);
}

#[test]
fn at_every_split_in_two() {
    for vector in vectors() {
        let input = vector.input();
        // Every one of the short inputs; of the few long ones those near the ends, and some between.
        let step = if input.len() <= 5000 { 1 } else { 997 };
        let ends = (0..50).chain(input.len().saturating_sub(50)..=input.len());
        for split in (0..=input.len()).step_by(step).chain(ends) {
            let (first, second) = input.split_at(split.min(input.len()));
            vector.check(&parse_chunks(Config::default(), [first, second]));
        }
    }
}
