//! Every kernel that this CPU runs against `core`: on representatives of every class of bytes in each test run, on all
//! sequences of up to four bytes in release mode:
//!
//! ```text
//! cargo test --release -p stream-utf8 --lib -- --ignored exhaustive
//! ```
//!
//! Whether a byte is well placed depends on four bytes, so that these are all the cases that a lane can meet. The
//! sequences lie across the edges of vectors, so that every lane's way to its predecessors is taken.
//!
//! The level is one for the whole process. The other unit tests give the same results at every level.

use std::ops::Range;
use std::sync::Mutex;
use std::thread;
use std::vec::Vec;

use super::last::Last;
use super::level::Level;
use super::{Outcome, advance, follow};

/// Where a sequence is put: across and beside the edges of vectors of 16, 32 and 64 bytes, and at the text's start.
const PLACES: [usize; 16] = [0, 1, 13, 14, 15, 16, 29, 30, 31, 32, 61, 62, 63, 64, 253, 254];

/// Holds the level still while a test uses it.
static LEVEL: Mutex<()> = Mutex::new(());

/// Runs `test` at each level that this CPU has.
fn at_every_level(test: impl Fn(Level)) {
    let guard = LEVEL.lock();
    for &level in Level::available() {
        assert_eq!(Level::limit(level), level);
        test(level);
    }
    Level::limit(Level::Simd128);
    drop(guard);
}

/// Lengths of text that the kernel of `level` checks in different ways: a vector or two, four of them, and many.
fn text_lens(level: Level) -> &'static [usize] {
    match level {
        Level::Avx512 => &[60, 120, 250, 350],
        Level::Avx2 => &[60, 120, 350],
        _ => &[30, 60, 83],
    }
}

/// Each of those lengths with each place at which a sequence of `sequence_len` bytes fits and ASCII follows.
fn lens_and_places(level: Level, sequence_len: usize) -> Vec<(usize, usize)> {
    let with_places =
        |&len| PLACES.into_iter().filter(move |place| place + sequence_len < len).map(move |at| (len, at));
    text_lens(level).iter().flat_map(with_places).collect()
}

/// Checks a sequence at `place` in a text of ASCII, of which `text` holds the rest.
#[inline]
fn check(text: &mut [u8], place: usize, sequence: &[u8]) {
    text[place..place + sequence.len()].copy_from_slice(sequence);
    let outcome = advance(text);
    // ASCII follows: a sequence that is cut short is an error.
    let expected = core::str::from_utf8(sequence);
    let agrees = match expected {
        Ok(_) => outcome == Outcome::Edge,
        Err(error) => rejected_near(outcome, place + error.valid_up_to()),
    };
    assert!(agrees, "{:?}: {sequence:02X?} at {place}: {outcome:?}, expected {expected:?}", Level::current());
    text[place..place + sequence.len()].fill(b'a');
}

/// Whether an error at `at` was found, and is searched for where it is.
fn rejected_near(outcome: Outcome, at: usize) -> bool {
    matches!(outcome, Outcome::Rejected { after } if (at.saturating_sub(2304)..=at + 3).contains(&after))
}

/// What `core` says of a text.
fn expected(bytes: &[u8]) -> Option<Outcome> {
    match core::str::from_utf8(bytes) {
        Ok(_) => Some(Outcome::Edge),
        Err(error) if error.error_len().is_none() => Some(Outcome::Open),
        Err(_) => None,
    }
}

/// Checks a sequence at the very end of a text, where it may be open.
#[inline]
fn check_at_end(text: &mut [u8], sequence: &[u8]) {
    let place = text.len() - sequence.len();
    text[place..].copy_from_slice(sequence);
    let outcome = advance(text);
    let agrees = match expected(sequence) {
        Some(expected) => outcome == expected,
        None => matches!(outcome, Outcome::Rejected { .. }),
    };
    assert!(agrees, "{:?}: {sequence:02X?}: {outcome:?}", Level::current());
    text[place..].fill(b'a');
}

/// The first and last byte of each range in the table of well-formed sequences, and their neighbours.
const REPRESENTATIVES: [u8; 24] = [
    0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0,
    0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
];

#[test]
fn representatives_at_every_place() {
    // Miri is a thousand times slower.
    let bytes = if cfg!(miri) { &REPRESENTATIVES[9..12] } else { &REPRESENTATIVES[..] };
    at_every_level(|level| {
        let cases = lens_and_places(level, 4);
        let mut text = std::vec![b'a'; 350];
        for (i, &a) in bytes.iter().enumerate() {
            for (&b, &c) in bytes.iter().flat_map(|b| bytes.iter().map(move |c| (b, c))) {
                for (j, &d) in bytes.iter().enumerate() {
                    let (len, place) = cases[(i + 7 * j + usize::from(b ^ c)) % cases.len()];
                    check(&mut text[..len], place, &[a, b, c, d]);
                    check_at_end(&mut text[..len], &[a, b, c, d]);
                }
            }
        }
    });
}

#[test]
fn every_length_of_text_with_an_error_at_every_place() {
    let longest = if cfg!(miri) { 70 } else { 700 };
    // Those that are taken in strides, one in four of which is tested for ASCII.
    let long: &[usize] = if cfg!(miri) { &[] } else { &[2047, 2048, 2112, 2113, 2304, 2600, 4500] };
    at_every_level(|_| {
        for len in (0..longest).step_by(if cfg!(miri) { 17 } else { 3 }).chain(long.iter().copied()) {
            check_errors("é語😀a".bytes().cycle().take(len).collect());
            check_errors("é語😀a".bytes().chain([b'a'; 990]).cycle().take(len).collect());
        }
    });
}

/// Puts an ill-formed byte at many places of a text, which may end inside a character.
fn check_errors(mut text: Vec<u8>) {
    let len = text.len();
    assert_eq!(Some(advance(&text)), expected(&text), "{len} bytes");
    assert_eq!(follow(Last::NONE, &text), Some(Last::NONE.after(&text)), "{len} bytes");
    for at in (0..len).step_by(1 + len / 40) {
        let byte = text[at];
        text[at] = 0xFF;
        let outcome = advance(&text);
        assert!(rejected_near(outcome, at), "{len} bytes, FF at {at}: {outcome:?}");
        assert_eq!(follow(Last::NONE, &text), None, "{len} bytes, FF at {at}");
        text[at] = byte;
    }
}

/// A lead is cut just before ASCII that goes on for strides, at every place of the strides: the byte before a stride that is
/// passed over as ASCII counts.
#[test]
fn a_character_cut_before_strides_of_ascii() {
    let (step, alignments) = if cfg!(miri) { (1021, 1) } else { (1, 3) };
    at_every_level(|level| {
        for (i, ascii_len) in (0..6 * 256).step_by(step).enumerate() {
            let lead: &[u8] = [&b"\xC3"[..], b"\xE2\x82", b"\xF0\x9F\x98", b"\xE2"][i % 4];
            let text: Vec<u8> =
                "語é😀a".bytes().cycle().take(70 * 10).chain([b'x'; 6 * 256].into_iter().take(ascii_len)).collect();
            for alignment in 0..alignments {
                // Strides are aligned in memory, which is not always the same for a vector of bytes.
                let mut bytes = std::vec![b'a'; 21 * alignment];
                let start = bytes.len();
                bytes.extend(text.iter().chain(lead).chain(&[b'a'; 1500]));
                let bytes = &bytes[start..];
                assert_eq!(expected(bytes), None, "ill-formed by construction");
                let outcome = advance(bytes);
                assert!(
                    rejected_near(outcome, text.len()),
                    "{level:?}, {ascii_len} bytes before {lead:02X?}: {outcome:?}"
                );
                assert_eq!(follow(Last::NONE, bytes), None, "{level:?}, {ascii_len} bytes before {lead:02X?}");
            }
        }
    });
}

/// Runs `test` for each pair of first bytes, on as many threads as there are CPUs.
fn for_all_pairs(test: impl Fn(u8, u8) + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let part = |thread: usize| -> Range<usize> { 256 * thread / threads..256 * (thread + 1) / threads };
    thread::scope(|scope| {
        for thread in 0..threads {
            let test = &test;
            scope.spawn(move || {
                for a in part(thread) {
                    for b in 0..=255 {
                        test(u8::try_from(a).unwrap(), b);
                    }
                }
            });
        }
    });
}

#[test]
#[ignore = "takes minutes, in release mode"]
fn exhaustive_sequences_of_up_to_three_bytes_at_every_place() {
    at_every_level(|level| {
        for_all_pairs(|a, b| {
            let mut text = [b'a'; 350];
            for (len, place) in lens_and_places(level, 3) {
                let text = &mut text[..len];
                check(text, place, &[a]);
                check(text, place, &[a, b]);
                (0..=255).for_each(|c| check(text, place, &[a, b, c]));
            }
            for &len in text_lens(level) {
                let text = &mut text[..len];
                check_at_end(text, &[a]);
                check_at_end(text, &[a, b]);
                (0..=255).for_each(|c| check_at_end(text, &[a, b, c]));
            }
        });
    });
}

/// Each of the 2³² sequences at one place in a text of one length; both change with its bytes.
#[test]
#[ignore = "takes minutes, in release mode"]
fn exhaustive_sequences_of_four_bytes() {
    at_every_level(|level| {
        let cases = lens_and_places(level, 4);
        for_all_pairs(|a, b| {
            let mut text = [b'a'; 350];
            for c in 0..=255 {
                let (len, place) = cases[(usize::from(a) + usize::from(b) + usize::from(c)) % cases.len()];
                for d in 0..=255 {
                    check(&mut text[..len], place, &[a, b, c, d]);
                }
            }
        });
    });
}

/// Cuts a text at every place near a sequence, and near the ends of vectors behind the cut.
fn check_cuts(text: &[u8], at: Range<usize>) {
    let valid = core::str::from_utf8(text).is_ok();
    for cut in at {
        let (first, second) = text.split_at(cut);
        let last = follow(Last::NONE, first);
        let first_valid = expected(first).is_some();
        assert_eq!(last.is_some(), first_valid, "{:?}: {text:02X?} up to {cut}", Level::current());
        let Some(last) = last else { continue };
        assert_eq!(last, Last::NONE.after(first));
        let follows = follow(last, second).is_some_and(Last::is_edge);
        assert_eq!(follows, valid, "{:?}: {text:02X?} cut at {cut}", Level::current());
    }
}

#[test]
fn representatives_cut_at_every_place() {
    let bytes = if cfg!(miri) { &REPRESENTATIVES[9..11] } else { &REPRESENTATIVES[..] };
    at_every_level(|_| {
        for (i, &a) in bytes.iter().enumerate() {
            for (j, (&b, &c)) in bytes.iter().flat_map(|b| bytes.iter().map(move |c| (b, c))).enumerate() {
                // What is behind a cut is shorter than a vector, or takes several.
                let len = [6, 23, 40, 75, 140, 400][(i + j) % 6];
                let mut text = std::vec![b'a'; len];
                let place = [1, 16, 32, 64][j % 4].min(len - 5);
                for &d in bytes {
                    text[place..place + 4].copy_from_slice(&[a, b, c, d]);
                    check_cuts(&text, place..place + 5);
                }
            }
        }
    });
}

/// Every cut of each sequence that starts with a lead or with an `a`, and what comes of it behind the cut: in few bytes, and
/// in several vectors.
#[test]
#[ignore = "takes minutes, in release mode"]
fn exhaustive_cuts_of_sequences_of_four_bytes() {
    at_every_level(|_| {
        for_all_pairs(|a, b| {
            if a < 0xC0 && a != b'a' {
                return;
            }
            let mut long = [b'a'; 160];
            for (c, d) in (0..=255).flat_map(|c| (0..=255).map(move |d| (c, d))) {
                let sequence = [a, b, c, d];
                let hopeless = expected(&sequence).is_none();
                for cut in 1..4 {
                    let (first, second) = sequence.split_at(cut);
                    let Some(last) = follow(Last::NONE, first) else { continue };
                    let after = follow(last, second);
                    assert_eq!(after.is_none(), hopeless, "{first:02X?} {second:02X?}");
                    long[..second.len()].copy_from_slice(second);
                    let len = [40, 90, 160][cut - 1];
                    let whole = core::str::from_utf8(&sequence).is_ok();
                    assert_eq!(follow(last, &long[..len]).is_some(), whole, "{first:02X?} {second:02X?}, {len} bytes");
                    long[..second.len()].fill(b'a');
                }
            }
        });
    });
}
