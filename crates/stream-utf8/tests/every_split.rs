//! Every way to cut short streams in two or three, at every level: texts of each script, with and without an error. Small
//! enough for Miri.

mod support;

use stream_utf8::{Level, validate};
use support::{check_chunks, expected_verdict, two_way_splits, verdict};

fn streams() -> Vec<Vec<u8>> {
    let texts =
        ["", "plain ASCII, longer than a vector of sixteen", "é語😀", "Größe, размер, 大きさ, 😀🚀: longer than 32"];
    let ill_formed: [&[u8]; 8] = [
        b"\x80",
        b"\xC0\xAF",
        b"\xE0\x9F\xBF",
        b"\xED\xA0\x80",
        b"\xF0\x8F\xBF\xBF",
        b"\xF4\x90\x80\x80",
        b"\xFF",
        b"\xE2\x82",
    ];
    let mut streams: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    for (i, sequence) in ill_formed.iter().enumerate() {
        let text = texts[i % texts.len()].as_bytes();
        streams.push([text, sequence, b" and more"].concat());
        streams.push([text, sequence].concat());
    }
    streams
}

#[test]
fn in_two_at_every_level() {
    for &level in Level::available() {
        Level::limit(level);
        for stream in streams() {
            assert_eq!(verdict(validate(&stream)), expected_verdict(&stream), "{level:?}");
            // Miri is a thousand times slower.
            for chunks in two_way_splits(&stream).step_by(if cfg!(miri) { 17 } else { 1 }) {
                check_chunks(&stream, &chunks);
            }
        }
    }
    Level::limit(Level::Simd128);
}

#[test]
fn in_three_around_each_character() {
    for stream in streams() {
        for first in (0..=stream.len()).step_by(if cfg!(miri) { 23 } else { 1 }) {
            for second in first..=stream.len().min(first + 5) {
                check_chunks(&stream, &[&stream[..first], &stream[first..second], &stream[second..]]);
            }
        }
    }
}
