//! Random streams, cut at random places, against `core::str`.

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use stream_utf8::validate;
use support::{check_chunks, expected_verdict, verdict};

/// Bytes that are mostly text, with an ill-formed byte here and there.
fn nearly_text() -> impl Strategy<Value = Vec<u8>> {
    let run = prop_oneof![
        6 => "\\PC{0,40}".prop_map(String::into_bytes),
        3 => "[a-z0-9 ]{0,200}".prop_map(String::into_bytes),
        3 => "[а-я€語😀]{0,60}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..4),
        1 => vec(0x80..=0xFF_u8, 0..6),
    ];
    vec(run, 0..12).prop_map(|runs| runs.concat())
}

/// Cuts `bytes` after each of `lens` in turn, over and over.
fn cut<'a>(mut bytes: &'a [u8], lens: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    for len in lens.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (chunk, rest) = bytes.split_at((*len).min(bytes.len()));
        chunks.push(chunk);
        bytes = rest;
    }
    chunks
}

proptest! {
    #[test]
    fn one_shot_equals_core(bytes in nearly_text()) {
        prop_assert_eq!(verdict(validate(&bytes)), expected_verdict(&bytes));
    }

    #[test]
    fn random_bytes_equal_core(bytes in vec(any::<u8>(), 0..80)) {
        prop_assert_eq!(verdict(validate(&bytes)), expected_verdict(&bytes));
        check_chunks(&bytes, &[&bytes]);
    }

    #[test]
    fn chunks_never_change_the_outcome(
        bytes in nearly_text(),
        // The leading length is not 0, so that the cutting ends.
        first in 1..100_usize,
        more in vec(0..100_usize, 0..8),
    ) {
        let lens: Vec<usize> = core::iter::once(first).chain(more).collect();
        check_chunks(&bytes, &cut(&bytes, &lens));
    }

    #[test]
    fn tiny_chunks_never_change_the_outcome(bytes in nearly_text(), lens in vec(1..5_usize, 1..8)) {
        check_chunks(&bytes, &cut(&bytes, &lens));
    }
}
