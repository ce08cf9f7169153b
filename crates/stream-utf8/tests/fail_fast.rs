//! A stream fails with the byte that makes it hopeless, also in the middle of a sequence (RFC 6455 8.1 and Autobahn's
//! cases 6.4.x want it), and a failure is final.

mod support;

use stream_utf8::{Decoder, LossyDecoder, Validator};
use support::verdict;

#[test]
fn fails_before_the_sequence_is_complete() {
    for (first, second) in [
        (0xE0, 0x9F), // overlong
        (0xED, 0xA0), // surrogate
        (0xF0, 0x8F), // overlong
        (0xF4, 0x90), // above U+10FFFF
    ] {
        let mut validator = Validator::new();
        validator.feed(b"ab").unwrap();
        validator.feed(&[first]).unwrap();
        let failure = validator.feed(&[second]);
        assert_eq!(verdict(failure), Err((2, Some(1))), "{first:02X} {second:02X}");
    }
}

#[test]
fn fails_at_once_on_bytes_that_are_never_valid() {
    for byte in (0x80..=0xC1).chain(0xF5..=0xFF) {
        assert_eq!(verdict(Validator::new().feed(&[byte])), Err((0, Some(1))), "{byte:02X}");
    }
}

#[test]
fn the_error_lies_where_the_sequence_began_in_an_earlier_chunk() {
    let mut validator = Validator::new();
    for chunk in [&b"x\xF0"[..], b"\x9F", b"\x98"] {
        validator.feed(chunk).unwrap();
    }
    assert_eq!(validator.position(), 4);
    assert_eq!(verdict(validator.feed(b"!")), Err((1, Some(3))));
    assert_eq!(verdict(validator.finish()), Err((1, Some(3))));
}

#[test]
fn an_end_inside_a_character_is_an_error_of_unknown_length() {
    let mut validator = Validator::new();
    validator.feed("€".as_bytes().split_at(2).0).unwrap();
    assert!(!validator.is_complete());
    assert_eq!(verdict(validator.finish()), Err((0, None)));
    validator.feed(b"\xAC").unwrap();
    assert_eq!(verdict(validator.finish()), Ok(()));
}

#[test]
fn reset_forgets_the_failure_and_the_cut_character() {
    let mut validator = Validator::new();
    validator.feed(b"\xFF").unwrap_err();
    validator.reset();
    assert_eq!(validator.position(), 0);
    validator.feed(b"\xE2").unwrap();
    validator.reset();
    assert_eq!(verdict(validator.feed(b"a")), Ok(()));

    let mut decoder = Decoder::new();
    assert!(decoder.decode(b"\xFF").next().unwrap().is_err());
    decoder.reset();
    assert_eq!(decoder.decode(b"a").next().unwrap().unwrap(), "a");

    let mut lossy = LossyDecoder::new();
    assert!(lossy.decode(b"\xE2").next().is_none());
    lossy.reset();
    assert!(lossy.finish().is_none());
}

#[test]
fn the_text_before_the_error_comes_out_first() {
    let mut decoder = Decoder::new();
    let mut pieces = decoder.decode(b"abc\xFFdef");
    assert_eq!(pieces.next().unwrap().unwrap(), "abc");
    assert_eq!(verdict(pieces.next().unwrap()), Err((3, Some(1))));
    assert!(pieces.next().is_none());
    assert!(pieces.next().is_none());
    assert_eq!(verdict(decoder.decode(b"more").next().unwrap()), Err((3, Some(1))));
}
