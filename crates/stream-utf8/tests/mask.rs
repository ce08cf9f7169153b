//! Masking as RFC 6455 5.3 defines it, in place, into another buffer, and together with validation, at every level.

#![cfg_attr(miri, allow(unused_imports, reason = "proptest does not run there"))]

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use stream_utf8::mask::Mask;
use stream_utf8::{Level, Validator};
use support::verdict;

const KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

/// The definition, byte by byte.
fn masked(data: &[u8], key: [u8; 4]) -> Vec<u8> {
    data.iter().enumerate().map(|(i, byte)| byte ^ key[i % 4]).collect()
}

fn some_bytes(len: usize) -> Vec<u8> {
    (0..len).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect()
}

/// Every length to several vectors, and lengths about the limits of the kernels, at every alignment of a vector.
#[test]
fn every_length_and_alignment_at_every_level() {
    let lens = (0..=300).chain(500..530).chain(1000..1100).chain([4095, 4096, 4097, 20_000]);
    for len in lens.filter(|len| !cfg!(miri) || len % 41 == 0) {
        let data = some_bytes(len);
        let expected = masked(&data, KEY);
        for &level in Level::available() {
            Level::limit(level);
            for offset in [0, 1, 2, 3, 5, 15, 16, 31, 33, 63] {
                let mut buffer = vec![0xEE; offset + len + 1];
                buffer[offset..offset + len].copy_from_slice(&data);
                Mask::new(KEY).apply(&mut buffer[offset..offset + len]);
                assert_eq!(buffer[offset..offset + len], expected, "{level:?}, {len} bytes at {offset}");
                assert!(buffer[..offset].iter().chain(&buffer[offset + len..]).all(|&byte| byte == 0xEE));

                let mut copy = vec![0xEE; offset + len + 1];
                assert_eq!(Mask::new(KEY).copy(&data, &mut copy[offset..offset + len]), len);
                assert_eq!(copy[offset..offset + len], expected, "{level:?}, {len} bytes at {offset}");
                assert!(copy[..offset].iter().chain(&copy[offset + len..]).all(|&byte| byte == 0xEE));

                let mut appended = vec![0xEE; offset];
                Mask::new(KEY).append(&data, &mut appended);
                assert!(appended[..offset].iter().all(|&byte| byte == 0xEE));
                assert_eq!(appended[offset..], expected, "{level:?}, {len} bytes at {offset}");

                let header_len = offset % 17;
                let mut framed = vec![0xEE; offset];
                Mask::new(KEY).append_after(*b"0123456789abcdef", header_len, &data, &mut framed);
                let header = &b"0123456789abcdef"[..header_len];
                assert_eq!(framed, [&appended[..offset], header, &expected].concat(), "{level:?}, {len} bytes");
            }
        }
    }
    Level::limit(Level::Simd128);
}

/// Where both ends lie in their pages decides in which order a long copy is made.
#[test]
#[cfg_attr(miri, ignore = "takes too long")]
fn long_copies_at_every_level() {
    const PAGE: usize = 4096;
    for len in [256 * 1024 - 1, 256 * 1024, 256 * 1024 + 333, 300_001] {
        let data = some_bytes(len);
        let expected = masked(&data, KEY);
        for &level in Level::available() {
            Level::limit(level);
            for distance in [0, 1, 14, 64, 100, 2047, 2048, 4000, 4095] {
                let mut copy = vec![0xEE; len + 2 * PAGE];
                let offset = data.as_ptr().addr().wrapping_add(distance).wrapping_sub(copy.as_ptr().addr()) % PAGE;
                assert_eq!(Mask::new(KEY).copy(&data, &mut copy[offset..offset + len]), len);
                assert!(copy[offset..offset + len] == expected, "{level:?}, {len} bytes, {distance} bytes on");
                assert!(copy[..offset].iter().chain(&copy[offset + len..]).all(|&byte| byte == 0xEE));
            }
            let mut data = data.clone();
            Mask::new(KEY).apply(&mut data);
            assert!(data == expected, "{level:?}, {len} bytes");
        }
    }
    Level::limit(Level::Simd128);
}

#[test]
fn at_every_two_way_split() {
    let data = some_bytes(150);
    let expected = masked(&data, KEY);
    for at in 0..=data.len() {
        let mut mask = Mask::new(KEY);
        let mut first = data[..at].to_vec();
        mask.apply(&mut first);
        mask.append(&data[at..], &mut first);
        assert_eq!(first, expected, "split at {at}");
    }
}

#[test]
fn copy_stops_at_the_shorter_buffer_and_goes_on_from_there() {
    let data = some_bytes(100);
    let mut mask = Mask::new(KEY);
    let mut into = [0; 37];
    assert_eq!(mask.copy(&data, &mut into), 37);
    let mut rest = [0; 80];
    assert_eq!(mask.copy(&data[37..], &mut rest), 63);
    assert_eq!([&into[..], &rest[..63]].concat(), masked(&data, KEY));
}

#[test]
fn a_long_text_is_unmasked_and_validated_tile_by_tile() {
    let text = "Größe 語 😀 ".repeat(if cfg!(miri) { 1400 } else { 3000 });
    let mut data = masked(text.as_bytes(), KEY);
    let mut validator = Validator::new();
    Mask::new(KEY).apply_and_validate(&mut data, &mut validator).unwrap();
    assert!(validator.is_complete());
    assert_eq!(data, text.as_bytes());

    let mut broken = text.into_bytes();
    broken[20_001] = 0xFF;
    let mut data = masked(&broken, KEY);
    let error = Mask::new(KEY).apply_and_validate(&mut data, &mut Validator::new());
    assert_eq!(verdict(error), support::expected_verdict(&broken));
    assert_eq!(data[..20_001], broken[..20_001]);
}

/// Every place of an error about a tile's end, and an end inside a character, in a text of several tiles.
#[test]
fn a_long_text_is_unmasked_and_given_as_text() {
    const TILE: usize = 8 * 1024;
    let text = "ab語é😀".repeat(if cfg!(miri) { 800 } else { 2000 });
    let mut data = masked(text.as_bytes(), KEY);
    assert_eq!(Mask::new(KEY).apply_to_text(&mut data), Ok(text.as_str()));
    for at in (TILE - 6..TILE + 6).chain(text.len() - 6..text.len()) {
        let mut broken = text.clone().into_bytes();
        broken[at] = 0xFF;
        let mut data = masked(&broken, KEY);
        let result = Mask::new(KEY).apply_to_text(&mut data).map(drop);
        assert_eq!(verdict(result), support::expected_verdict(&broken), "error at {at}");
        let cut = &text.as_bytes()[..at];
        let mut data = masked(cut, KEY);
        let result = Mask::new(KEY).apply_to_text(&mut data).map(drop);
        assert_eq!(verdict(result), support::expected_verdict(cut), "cut at {at}");
    }
}

/// Short texts are unmasked and checked in one pass: every length, without an error and with one in many places.
#[test]
fn every_length_is_unmasked_and_validated_at_every_level() {
    for unit in ["a", "é", "語", "😀", "ab語"] {
        for len in (0..=280).step_by(if cfg!(miri) { 35 } else { 1 }) {
            let text: Vec<u8> = unit.bytes().cycle().take(len).collect();
            let places = (0..len).step_by(1 + len / if cfg!(miri) { 2 } else { 12 }).map(Some);
            for ill_formed_at in places.chain([None]) {
                let mut bytes = text.clone();
                if let Some(at) = ill_formed_at {
                    bytes[at] = 0xC0;
                }
                for &level in Level::available() {
                    Level::limit(level);
                    check_apply_and_validate(&bytes, unit);

                    let mut data = masked(&bytes, KEY);
                    let text = Mask::new(KEY).apply_to_text(&mut data).map(str::as_bytes);
                    assert_eq!(verdict(text.map(drop)), support::expected_verdict(&bytes));
                    assert!(text.is_err() || text == Ok(&bytes), "{level:?}, {len} bytes of {unit}");
                    if !cfg!(miri) || ill_formed_at.is_none() {
                        check_append_and_validate(&bytes, 0);
                    }
                }
            }
        }
    }
    Level::limit(Level::Simd128);
}

/// Unmasks and validates `bytes`, which are of `unit`, in place.
fn check_apply_and_validate(bytes: &[u8], unit: &str) {
    let (level, len) = (Level::current(), bytes.len());
    let mut data = masked(bytes, KEY);
    let mut validator = Validator::new();
    let result = Mask::new(KEY).apply_and_validate(&mut data, &mut validator);
    let result = result.and_then(|()| validator.finish());
    assert_eq!(verdict(result), support::expected_verdict(bytes), "{level:?}, {len} bytes of {unit}");
    assert_eq!(data, bytes, "{level:?}, {len} bytes of {unit}");
}

/// Unmasks, appends and validates `bytes` behind `offset` others, whole and in two pieces.
fn check_append_and_validate(bytes: &[u8], offset: usize) {
    for at in [bytes.len(), bytes.len() / 2, bytes.len().min(1)] {
        let mut into = vec![0xEE; offset];
        let mut mask = Mask::new(KEY);
        let mut validator = Validator::new();
        let data = masked(bytes, KEY);
        let result = mask
            .append_and_validate(&data[..at], &mut into, &mut validator)
            .and_then(|()| mask.append_and_validate(&data[at..], &mut into, &mut validator))
            .and_then(|()| validator.finish());
        assert_eq!(verdict(result), support::expected_verdict(bytes), "{:?}, {} bytes", Level::current(), bytes.len());
        assert!(into[..offset].iter().all(|&byte| byte == 0xEE));
        // What is well-formed has been appended at least.
        let well_formed = core::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
        assert_eq!(into[offset..offset + well_formed], bytes[..well_formed]);
    }
}

/// Long texts, of which each stride is checked in one pass: lengths about the limits, at every alignment, with an error or
/// the text's end in many places.
#[test]
fn long_texts_are_appended_and_validated_at_every_level() {
    let lens = (256..1100).step_by(if cfg!(miri) { 800 } else { 7 });
    for (unit, len) in ["a", "ab語", "😀"].into_iter().flat_map(|unit| lens.clone().map(move |len| (unit, len))) {
        // ASCII at the start and at the end, so that strides differ.
        let text: Vec<u8> = "x".bytes().cycle().take(len / 3).chain(unit.bytes().cycle()).take(len).collect();
        let places = (0..len).step_by(1 + len / if cfg!(miri) { 2 } else { 9 }).map(Some);
        for ill_formed_at in places.chain([None]) {
            let mut bytes = text.clone();
            if let Some(at) = ill_formed_at {
                bytes[at] = 0xC0;
            }
            for &level in Level::available() {
                Level::limit(level);
                check_append_and_validate(&bytes, len % 67);
                check_apply_and_validate(&bytes, unit);
            }
        }
    }
    Level::limit(Level::Simd128);
}

#[cfg(not(miri))]
proptest! {
    #[test]
    fn pieces_are_the_whole(data in vec(any::<u8>(), 0..600), key: [u8; 4], lens in vec(0..200_usize, 0..10)) {
        let mut pieces = data.clone();
        let mut mask = Mask::new(key);
        let mut rest = pieces.as_mut_slice();
        for len in lens {
            let (piece, after) = rest.split_at_mut(len.min(rest.len()));
            mask.apply(piece);
            rest = after;
        }
        mask.apply(rest);
        prop_assert_eq!(pieces, masked(&data, key));
    }

    #[test]
    fn unmasked_and_validated_is_validated(text in "\\PC{0,200}", key: [u8; 4], at: prop::sample::Index, byte: u8) {
        let mut bytes = text.into_bytes();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut data = masked(&bytes, key);
        let mut validator = Validator::new();
        let result = Mask::new(key).apply_and_validate(&mut data, &mut validator).and_then(|()| validator.finish());
        prop_assert_eq!(verdict(result), support::expected_verdict(&bytes));
        if result.is_ok() {
            prop_assert_eq!(data, bytes);
        }
    }
}
