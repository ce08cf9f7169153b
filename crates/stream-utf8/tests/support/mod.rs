//! Drives the crate over a stream that was cut into chunks, and says what `core::str` makes of the joined bytes.

#![allow(dead_code, reason = "each test file uses its own part of this module")]

use stream_utf8::{Decoder, LossyDecoder, Utf8Error, Validator};

/// The verdict on a whole stream: `valid_up_to` and `error_len` of the error, if there is one.
pub(crate) type Verdict = Result<(), (u64, Option<u8>)>;

pub(crate) fn verdict<T>(result: Result<T, Utf8Error>) -> Verdict {
    result.map(|_| ()).map_err(|error| (error.valid_up_to(), error.error_len()))
}

/// What `core::str::from_utf8` says.
pub(crate) fn expected_verdict(bytes: &[u8]) -> Verdict {
    core::str::from_utf8(bytes).map(|_| ()).map_err(|error| {
        let error_len = error.error_len().map(|len| u8::try_from(len).expect("at most 3"));
        (error.valid_up_to() as u64, error_len)
    })
}

/// The length of the shortest prefix that no continuation can make valid, if there is one.
pub(crate) fn shortest_hopeless_prefix(bytes: &[u8]) -> Option<usize> {
    let error = core::str::from_utf8(bytes).err()?;
    error.error_len()?;
    let hopeless = |&len: &usize| core::str::from_utf8(&bytes[..len]).is_err_and(|e| e.error_len().is_some());
    (error.valid_up_to()..=bytes.len()).find(hopeless)
}

/// Checks every streaming type on `chunks`, whose concatenation is `bytes`.
pub(crate) fn check_chunks(bytes: &[u8], chunks: &[&[u8]]) {
    assert_eq!(chunks.concat(), bytes, "the chunks are not the stream");
    let expected = expected_verdict(bytes);
    assert_eq!(validate_chunks(bytes, chunks), expected, "Validator, {chunks:02X?}");

    let (text, decoded) = decode_chunks(chunks);
    assert_eq!(decoded, expected, "Decoder, {chunks:02X?}");
    let well_formed = core::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    assert_eq!(text.as_bytes(), &bytes[..well_formed], "Decoder, {chunks:02X?}");

    assert_eq!(decode_chunks_lossy(chunks), String::from_utf8_lossy(bytes), "LossyDecoder, {chunks:02X?}");
}

/// Feeds the chunks to a [`Validator`], and checks that it fails with the very chunk that makes the stream hopeless,
/// and that it counts what it accepts.
pub(crate) fn validate_chunks(bytes: &[u8], chunks: &[&[u8]]) -> Verdict {
    let hopeless_at = shortest_hopeless_prefix(bytes);
    let mut validator = Validator::new();
    let mut fed = 0;
    for chunk in chunks {
        fed += chunk.len();
        let result = validator.feed(chunk);
        assert_eq!(
            result.is_err(),
            hopeless_at.is_some_and(|at| at <= fed),
            "verdict after {fed} bytes, {chunks:02X?}"
        );
        if result.is_err() {
            assert_eq!(validator.feed(b"more"), result, "a failure is final");
            assert_eq!(validator.finish(), result, "a failure is final");
            return verdict(result);
        }
        assert_eq!(validator.position(), fed as u64);
        assert_eq!(validator.is_complete(), core::str::from_utf8(&bytes[..fed]).is_ok());
    }
    verdict(validator.finish())
}

/// The text that came before the end or the error, and the verdict.
pub(crate) fn decode_chunks(chunks: &[&[u8]]) -> (String, Verdict) {
    let mut decoder = Decoder::new();
    let mut text = String::new();
    for chunk in chunks {
        for piece in decoder.decode(chunk) {
            match piece {
                Ok(piece) => text.push_str(checked(piece.as_str())),
                Err(error) => return (text, verdict::<()>(Err(error))),
            }
        }
    }
    (text, verdict(decoder.finish()))
}

pub(crate) fn decode_chunks_lossy(chunks: &[&[u8]]) -> String {
    let mut decoder = LossyDecoder::new();
    let mut text = String::new();
    for chunk in chunks {
        for piece in decoder.decode(chunk) {
            text.push_str(checked(piece.as_str()));
        }
    }
    if let Some(piece) = decoder.finish() {
        text.push_str(&piece);
    }
    text
}

/// Cuts `bytes` into two chunks at every place.
pub(crate) fn two_way_splits(bytes: &[u8]) -> impl Iterator<Item = [&[u8]; 2]> {
    (0..=bytes.len()).map(|at| bytes.split_at(at)).map(|(first, second)| [first, second])
}

/// A piece, after checking what is promised of it: that it is text, and not empty.
fn checked(piece: &str) -> &str {
    assert!(!piece.is_empty(), "an empty piece");
    core::str::from_utf8(piece.as_bytes()).expect("a piece that is not UTF-8")
}
