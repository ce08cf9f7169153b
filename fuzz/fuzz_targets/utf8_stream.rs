//! Any stream, cut anywhere, through every kernel that this CPU has: the verdict, the error's position and the decoded
//! text are those of the joined bytes.
//!
//! Oracles: `core::str` for position and text, `simdutf8` as a second opinion on validity.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stream_utf8::{Decoder, Level, LossyDecoder, Utf8Error, Validator, decode_lossy, validate};

fuzz_target!(|input: (Vec<u8>, &[u8])| {
    let (lens, bytes) = input;
    let expected = core::str::from_utf8(bytes).map_err(|error| (error.valid_up_to() as u64, error.error_len()));
    assert_eq!(simdutf8::basic::from_utf8(bytes).is_ok(), expected.is_ok());

    let chunks = cut(bytes, &lens);
    for &level in Level::available() {
        Level::limit(level);
        assert_eq!(validate(bytes).map_err(place), expected);
        assert_eq!(validate_chunks(&chunks), expected.map(|_| ()));

        let (text, verdict) = decode_chunks(&chunks);
        assert_eq!(verdict, expected.map(|_| ()));
        let well_formed = expected.map_or_else(|(valid_up_to, _)| valid_up_to as usize, str::len);
        assert_eq!(text.as_bytes(), &bytes[..well_formed]);

        let lossy = String::from_utf8_lossy(bytes);
        assert_eq!(decode_lossy(bytes), lossy);
        assert_eq!(decode_chunks_lossy(&chunks), lossy);
    }
});

fn place(error: Utf8Error) -> (u64, Option<usize>) {
    (error.valid_up_to(), error.error_len().map(usize::from))
}

/// Cuts `bytes` after each of `lens` in turn; the last chunk takes what is left.
fn cut<'a>(mut bytes: &'a [u8], lens: &[u8]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    for &len in lens {
        let (chunk, rest) = bytes.split_at(usize::from(len).min(bytes.len()));
        chunks.push(chunk);
        bytes = rest;
    }
    chunks.push(bytes);
    chunks
}

fn validate_chunks(chunks: &[&[u8]]) -> Result<(), (u64, Option<usize>)> {
    let mut validator = Validator::new();
    for chunk in chunks {
        validator.feed(chunk).map_err(place)?;
    }
    validator.finish().map_err(place)
}

fn decode_chunks(chunks: &[&[u8]]) -> (String, Result<(), (u64, Option<usize>)>) {
    let mut decoder = Decoder::new();
    let mut text = String::new();
    for chunk in chunks {
        if let Err(error) = decoder.decode_into(chunk, &mut text) {
            return (text, Err(place(error)));
        }
    }
    (text, decoder.finish().map_err(place))
}

fn decode_chunks_lossy(chunks: &[&[u8]]) -> String {
    let mut decoder = LossyDecoder::new();
    let mut text = String::new();
    for chunk in chunks {
        decoder.decode_into(chunk, &mut text);
    }
    text.extend(decoder.finish().as_deref());
    text
}
