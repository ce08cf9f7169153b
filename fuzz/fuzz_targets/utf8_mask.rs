//! Any bytes, masked in pieces, through every kernel that this CPU has.
//!
//! Oracles: the definition of RFC 6455 5.3 byte by byte; `core::str` for what is unmasked and validated in one pass; a
//! search byte by byte for line ends.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stream_utf8::lines::line_ends;
use stream_utf8::mask::Mask;
use stream_utf8::{Level, TextBuilder, Validator};

fuzz_target!(|input: ([u8; 4], Vec<u8>, &[u8])| {
    let (key, lens, bytes) = input;
    let masked: Vec<u8> = bytes.iter().enumerate().map(|(i, byte)| byte ^ key[i % 4]).collect();
    let expected = core::str::from_utf8(bytes).map(|_| ()).map_err(|error| error.valid_up_to() as u64);
    for &level in Level::available() {
        Level::limit(level);
        let mut in_place = bytes.to_vec();
        let mut copied = Vec::new();
        let (mut mask, mut copying) = (Mask::new(key), Mask::new(key));
        for_each_piece(&mut in_place, &lens, |piece| {
            let mut copy = vec![0; piece.len()];
            assert_eq!(copying.copy(piece, &mut copy), piece.len());
            copied.extend(copy);
            mask.apply(piece);
        });
        assert_eq!(in_place, masked);
        assert_eq!(copied, masked);

        let mut unmasking = Mask::new(key);
        let mut validator = Validator::new();
        let mut result = Ok(());
        for_each_piece(&mut in_place, &lens, |piece| {
            if result.is_ok() {
                result = unmasking.apply_and_validate(piece, &mut validator);
            }
        });
        let result = result.and_then(|()| validator.finish());
        assert_eq!(result.map_err(|error| error.valid_up_to()), expected);
        if result.is_ok() {
            assert_eq!(in_place, bytes);
        }
        assert_eq!(put_together(key, &masked, &lens).as_deref(), core::str::from_utf8(bytes).ok());
        append(key, &masked, &lens, bytes);
    }
    let expected = (0..bytes.len()).filter(|&at| matches!(bytes[at], b'\n' | b'\r'));
    assert!(line_ends(bytes).eq(expected));
});

/// Puts the text together from masked pieces, some of them read into the builder's room, and unmasks it whole: both must
/// give the same.
fn put_together(key: [u8; 4], masked: &[u8], lens: &[u8]) -> Option<String> {
    let mut whole = masked.to_vec();
    let whole = Mask::new(key).apply_to_text(&mut whole).map(str::to_owned);
    let mut pieces = masked.to_vec();
    let mut mask = Mask::new(key);
    let mut builder = TextBuilder::with_memory(vec![0xAA; masked.len() / 2]);
    let mut result = Ok(());
    for_each_piece(&mut pieces, lens, |piece| {
        if result.is_err() {
            return;
        }
        let room = builder.room(piece.len());
        result = if piece.len() % 2 == 0 && room.len() == piece.len() {
            room.copy_from_slice(piece);
            builder.fill_masked(piece.len(), &mut mask)
        } else {
            builder.push_masked(piece, &mut mask)
        };
    });
    let text = result.and_then(|()| builder.finish());
    assert_eq!(text, whole);
    text.ok()
}

/// Appends masked pieces with validation, and without it behind a header.
fn append(key: [u8; 4], masked: &[u8], lens: &[u8], bytes: &[u8]) {
    let mut pieces = masked.to_vec();
    let (mut validating, mut appending) = (Mask::new(key), Mask::new(key));
    let (mut checked, mut appended) = (b"head".to_vec(), Vec::new());
    let mut validator = Validator::new();
    let mut result = Ok(());
    for_each_piece(&mut pieces, lens, |piece| {
        if result.is_ok() {
            result = validating.append_and_validate(piece, &mut checked, &mut validator);
        }
        let before = appended.len();
        appending.append_after(*b"a header of 16 B", piece.len(), piece, &mut appended);
        let header_len = piece.len().min(16);
        assert_eq!(appended[before..before + header_len], b"a header of 16 B"[..header_len]);
        appended.drain(before..before + header_len);
    });
    assert_eq!(appended, bytes);
    assert_eq!(checked[..4], *b"head");
    let well_formed = core::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    assert_eq!(checked[4..4 + well_formed], bytes[..well_formed]);
}

/// Calls `with` for pieces of `lens` bytes, and for what is left.
fn for_each_piece(mut bytes: &mut [u8], lens: &[u8], mut with: impl FnMut(&mut [u8])) {
    for &len in lens {
        let (piece, rest) = bytes.split_at_mut(usize::from(len).min(bytes.len()));
        with(piece);
        bytes = rest;
    }
    with(bytes);
}
