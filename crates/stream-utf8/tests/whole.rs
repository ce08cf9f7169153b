//! [`validate`] and [`validate_start`] on whole slices of every short length, and the size of what streams keep.

mod support;

use stream_utf8::{Validator, validate, validate_start};
use support::{expected_verdict, verdict};

/// Text of every length, in buffers that end with it or go on with anything: with an error at many places, and with the end
/// inside a character.
#[test]
fn the_start_of_a_slice_at_every_length() {
    for behind in [&b""[..], b"\xFF", b"\n\xC3\xA9 and what follows of other lines, ASCII or not: \xE8\xAA\x9E \xFF"] {
        for unit in ["a", "é", "語", "ab😀"] {
            for len in (0..140).step_by(if cfg!(miri) { 67 } else { 1 }) {
                let mut bytes: Vec<u8> = unit.bytes().cycle().take(len).chain(behind.iter().copied()).collect();
                check_start(&bytes, len);
                for at in (0..len).step_by(7) {
                    let byte = std::mem::replace(&mut bytes[at], 0xED);
                    check_start(&bytes, len);
                    bytes[at] = byte;
                }
            }
        }
    }
}

fn check_start(bytes: &[u8], len: usize) {
    let start = &bytes[..len];
    let text = validate_start(bytes, len);
    assert_eq!(text.map(str::as_bytes).ok(), core::str::from_utf8(start).ok().map(str::as_bytes), "{start:02X?}");
    assert_eq!(verdict(text), expected_verdict(start), "{start:02X?}");
    assert_eq!(verdict(validate(start)), expected_verdict(start), "{start:02X?}");
}

#[test]
fn more_than_there_is_means_all() {
    assert_eq!(validate_start(b"abc", 4), Ok("abc"));
    assert_eq!(validate_start(b"", usize::MAX), Ok(""));
    assert_eq!(verdict(validate_start(b"ab\xC3", 9)), Err((2, None)));
}

#[test]
fn the_state_of_a_stream_is_small() {
    assert_eq!(size_of::<Validator>(), 16);
}
