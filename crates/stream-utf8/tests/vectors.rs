//! The shared vectors, whole, byte by byte, and at every two-way split.

mod support;

use serde::Deserialize;
use stream_utf8::validate;
use support::{check_chunks, two_way_splits, verdict};

#[derive(Deserialize)]
struct Vector {
    name: String,
    bytes_hex: String,
    valid: bool,
    valid_up_to: u64,
    error_len: Option<u8>,
    replacement_string: String,
}

impl Vector {
    fn bytes(&self) -> Vec<u8> {
        let digits = self.bytes_hex.as_bytes().chunks(2);
        digits.map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }
}

fn vectors() -> Vec<Vector> {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/utf8.json")).unwrap();
    assert!(vectors.len() > 1000, "the file of vectors was cut short");
    vectors
}

#[test]
fn whole() {
    for vector in vectors() {
        let bytes = vector.bytes();
        let expected = if vector.valid { Ok(()) } else { Err((vector.valid_up_to, vector.error_len)) };
        assert_eq!(verdict(validate(&bytes)), expected, "{}", vector.name);
        assert_eq!(support::validate_chunks(&bytes, &[&bytes]), expected, "{}", vector.name);
        assert_eq!(support::decode_chunks_lossy(&[&bytes]), vector.replacement_string, "{}", vector.name);
        check_chunks(&bytes, &[&bytes]);
    }
}

#[test]
fn byte_by_byte() {
    for vector in vectors() {
        let bytes = vector.bytes();
        check_chunks(&bytes, &bytes.chunks(1).collect::<Vec<_>>());
    }
}

#[test]
fn at_every_two_way_split() {
    for vector in vectors() {
        let bytes = vector.bytes();
        for chunks in two_way_splits(&bytes) {
            check_chunks(&bytes, &chunks);
        }
    }
}

/// The same ill-formed sequence must be found wherever it lies with respect to the blocks of a vector kernel.
#[test]
fn behind_other_text() {
    for vector in vectors() {
        let bytes = vector.bytes();
        for before in ["a".repeat(61), "😀語".repeat(60)] {
            let joined = [before.as_bytes(), &bytes, before.as_bytes()].concat();
            assert_eq!(verdict(validate(&joined)), support::expected_verdict(&joined), "{}", vector.name);
            check_chunks(&joined, &joined.chunks(64).collect::<Vec<_>>());
        }
    }
}
