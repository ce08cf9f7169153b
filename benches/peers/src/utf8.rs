//! Validation: whole texts, texts in chunks, and texts with an error.

use std::hint::black_box;

use benches::text::Shape;
use encoding_rs::{DecoderResult, UTF_8};
use stream_utf8::{Level, Validator, validate};

use crate::Effort;
use crate::report::{Cell, Counted, Table, Unit};
use crate::texts::{Pool, Texts};
use crate::timing::{Contender, medians, progress};

/// One run of an implementation over the inputs of a round.
type Run = Box<dyn Fn(&mut Texts)>;

const KIB: usize = 1024;
const SIZES: [usize; 12] = [8, 16, 32, 64, 128, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 1024 * KIB, 16 * 1024 * KIB];
const QUICK_SIZES: [usize; 5] = [16, 64, 256, 4 * KIB, 1024 * KIB];
const CHUNK_LENS: [usize; 5] = [7, 64, 1000, 4096, 16384];

pub fn compare(effort: Effort) {
    check();
    let pools: Vec<(Shape, Pool)> = Shape::ALL.map(|shape| (shape, Pool::new(shape))).into();
    whole(effort, &pools, Level::Simd128);
    if Level::available().contains(&Level::Avx512) {
        whole(effort, &pools, Level::Avx2);
    }
    chunked(effort, &pools);
    errors(effort, &pools);
}

type Validate = (&'static str, fn(&[u8]) -> bool);

const OURS: Validate = ("stream-utf8", |bytes| validate(bytes).is_ok());
const PEERS: [Validate; 5] = [
    ("std", |bytes| core::str::from_utf8(bytes).is_ok()),
    ("simdutf8 basic", |bytes| simdutf8::basic::from_utf8(bytes).is_ok()),
    ("simdutf8 compat", |bytes| simdutf8::compat::from_utf8(bytes).is_ok()),
    ("simdutf", simdutf::validate_utf8),
    ("encoding_rs", |bytes| encoding_rs::Encoding::utf8_valid_up_to(bytes) == bytes.len()),
];

type ValidateChunks = (&'static str, Counted, fn(&[u8], usize) -> bool);

const OURS_CHUNKED: ValidateChunks = ("stream-utf8", Counted::Yes, feed_all);
/// Of the peers only these tell after each chunk whether the stream can still be valid; simdutf8's streaming validator
/// tells at the end.
const PEERS_CHUNKED: [ValidateChunks; 3] = [
    ("std by hand", Counted::Yes, std_by_hand),
    ("encoding_rs", Counted::Yes, encoding_rs_chunks),
    ("simdutf8 (deferred)", Counted::No, simdutf8_chunks),
];

fn feed_all(bytes: &[u8], chunk_len: usize) -> bool {
    let mut validator = Validator::new();
    bytes.chunks(chunk_len).all(|chunk| validator.feed(black_box(chunk)).is_ok()) && validator.is_complete()
}

/// What one writes with the standard library alone: the cut character is kept and joined with the next bytes.
fn std_by_hand(bytes: &[u8], chunk_len: usize) -> bool {
    let mut cut = Vec::with_capacity(4);
    for mut chunk in bytes.chunks(chunk_len).map(black_box) {
        while let ([_, ..], Some((&first, rest))) = (cut.as_slice(), chunk.split_first()) {
            cut.push(first);
            chunk = rest;
            match core::str::from_utf8(&cut) {
                Ok(_) => cut.clear(),
                Err(error) if error.error_len().is_some() => return false,
                Err(_) => {}
            }
        }
        match core::str::from_utf8(chunk) {
            Ok(_) => {}
            Err(error) if error.error_len().is_some() => return false,
            Err(error) => cut.extend_from_slice(&chunk[error.valid_up_to()..]),
        }
    }
    cut.is_empty()
}

fn encoding_rs_chunks(bytes: &[u8], chunk_len: usize) -> bool {
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut text = vec![0; chunk_len + 8];
    let chunks_valid = bytes.chunks(chunk_len).all(|chunk| {
        let (result, _, _) = decoder.decode_to_utf8_without_replacement(black_box(chunk), &mut text, false);
        result == DecoderResult::InputEmpty
    });
    chunks_valid && decoder.decode_to_utf8_without_replacement(b"", &mut text, true).0 == DecoderResult::InputEmpty
}

fn simdutf8_chunks(bytes: &[u8], chunk_len: usize) -> bool {
    use simdutf8::basic::imp::Utf8Validator as _;
    // SAFETY: the CPU has AVX2: `peers_chunked` leaves this peer out where it has not.
    unsafe {
        let mut validator = simdutf8::basic::imp::x86::avx2::Utf8ValidatorImp::new();
        bytes.chunks(chunk_len).for_each(|chunk| validator.update(black_box(chunk)));
        validator.finalize().is_ok()
    }
}

fn peers_chunked() -> impl Iterator<Item = ValidateChunks> {
    let avx2 = std::arch::is_x86_feature_detected!("avx2");
    PEERS_CHUNKED.into_iter().filter(move |(name, ..)| avx2 || !name.starts_with("simdutf8"))
}

/// Every implementation must tell right from wrong before it is timed.
fn check() {
    for shape in Shape::ALL {
        for len in [1, 7, 8, 31, 64, 65, 129, 1000, 5000] {
            let mut text = shape.text(len).into_bytes();
            for ill_formed_at in [None, Some(0), Some(len / 2), Some(len - 1)] {
                if let Some(at) = ill_formed_at {
                    text[at] = 0xFF;
                }
                let expected = ill_formed_at.is_none();
                for (name, validate) in PEERS.into_iter().chain([OURS]) {
                    assert_eq!(validate(&text), expected, "{name}: {shape:?}, {len} bytes, FF at {ill_formed_at:?}");
                }
                for (name, _, validate) in peers_chunked().chain([OURS_CHUNKED]) {
                    for chunk_len in CHUNK_LENS {
                        assert_eq!(validate(&text, chunk_len), expected, "{name}: {shape:?}, chunks of {chunk_len}");
                    }
                }
            }
        }
    }
}

fn rounds(effort: Effort, text_len: usize) -> usize {
    if text_len >= 16 * 1024 * KIB { effort.rounds().min(15) } else { effort.rounds() }
}

fn whole(effort: Effort, pools: &[(Shape, Pool)], level: Level) {
    let avx2_alone = level == Level::Avx2;
    let title = if avx2_alone { "utf8: whole texts, AVX2 at most" } else { "utf8: whole texts" };
    let mut table = Table::new(title, Unit::GigabytesPerSecond);
    let sizes: &[usize] = if effort == Effort::Quick { &QUICK_SIZES } else { &SIZES };
    for (shape, pool) in pools {
        for &size in sizes {
            let name = format!("{} {}", shape.name(), size_name(size));
            progress(&format!("{title}: {name}"));
            let mut texts = Texts::new(size);
            let runs: Vec<Run> = [OURS].into_iter().chain(PEERS).map(|(_, validate)| runner(validate)).collect();
            let contenders: Vec<Contender<'_, Texts>> = [OURS]
                .iter()
                .chain(&PEERS)
                .zip(&runs)
                .map(|(&(name, _), run)| Contender { name, counted: Counted::Yes, level, run })
                .collect();
            let medians = medians(&contenders, rounds(effort, size), &mut texts, |texts, turn, pass| {
                texts.prepare(pool, turn, pass);
            });
            let times: Vec<_> = contenders
                .iter()
                .zip(medians)
                .map(|(contender, time)| (contender.name.to_owned(), time / texts.count() as f64, Counted::Yes))
                .collect();
            let goal = if avx2_alone { avx2_goal(size) } else { goal(*shape, size) };
            table.add(&Cell { name: &name, bytes: size, times: &times, goal: Some(goal) });
        }
    }
    table.finish();
}

/// A loop over the texts, with the call behind a function pointer for each implementation alike.
fn runner(validate: fn(&[u8]) -> bool) -> Run {
    Box::new(move |texts| {
        let mut valid = true;
        for text in texts.iter() {
            valid &= validate(black_box(text));
        }
        assert!(valid);
    })
}

fn goal(shape: Shape, size: usize) -> f64 {
    match shape {
        Shape::Json if size >= 1024 * KIB => 2.0,
        Shape::Latin | Shape::Cyrillic | Shape::Cjk | Shape::Emoji if size >= KIB => 1.5,
        _ => 0.95,
    }
}

fn avx2_goal(size: usize) -> f64 {
    if size >= KIB { 1.2 } else { 0.95 }
}

fn size_name(size: usize) -> String {
    match size {
        0..KIB => format!("{size} B"),
        size if size < 1024 * KIB => format!("{} KiB", size / KIB),
        size => format!("{} MiB", size / (1024 * KIB)),
    }
}

fn chunked(effort: Effort, pools: &[(Shape, Pool)]) {
    const LEN: usize = 256 * KIB;
    let mut table = Table::new("utf8: 256 KiB in chunks, a verdict on each", Unit::GigabytesPerSecond);
    let mut own = Vec::new();
    for (shape, pool) in pools {
        let mut whole = None;
        // One chunk first, for the last goal.
        for chunk_len in [LEN].into_iter().chain(CHUNK_LENS) {
            let name = format!("{} by {}", shape.name(), chunk_len);
            progress(&format!("chunks: {name}"));
            let all: Vec<ValidateChunks> = [OURS_CHUNKED].into_iter().chain(peers_chunked()).collect();
            let runs: Vec<Run> = all
                .iter()
                .map(|&(_, _, validate)| -> Run {
                    Box::new(move |texts| assert!(texts.iter().all(|text| validate(text, chunk_len))))
                })
                .collect();
            let contenders: Vec<Contender<'_, Texts>> = all
                .iter()
                .zip(&runs)
                .map(|(&(name, counted, _), run)| Contender { name, counted, level: Level::Simd128, run })
                .collect();
            let mut texts = Texts::new(LEN);
            let medians = medians(&contenders, effort.rounds().min(21), &mut texts, |texts, turn, pass| {
                texts.prepare(pool, turn, pass);
            });
            let times: Vec<_> =
                contenders.iter().zip(medians).map(|(c, time)| (c.name.to_owned(), time, c.counted)).collect();
            match whole {
                None => whole = Some(times[0].1),
                Some(whole) => {
                    table.add(&Cell { name: &name, bytes: LEN, times: &times, goal: Some(1.0) });
                    if chunk_len >= 1000 {
                        own.push((name, times[0].1, whole));
                    }
                }
            }
        }
    }
    table.finish();
    let mut table = Table::new("utf8: chunks against our own single chunk of 256 KiB", Unit::GigabytesPerSecond);
    for (name, time, whole) in own {
        let times = [("in chunks".to_owned(), time, Counted::Yes), ("one chunk".to_owned(), whole, Counted::Yes)];
        table.add(&Cell { name: &name, bytes: LEN, times: &times, goal: Some(0.9) });
    }
    table.finish();
}

/// The time to find an error's place at the end of 64 KiB, against that to pass the same text without the error, and one
/// pass of the standard library over 1 KiB of it.
fn errors(effort: Effort, pools: &[(Shape, Pool)]) {
    const LEN: usize = 64 * KIB;
    let mut table = Table::new("utf8: an error at the end of 64 KiB", Unit::Nanoseconds);
    for (shape, pool) in pools {
        progress(&format!("errors: {}", shape.name()));
        let valid = |texts: &mut Texts| assert!(texts.iter().all(|text| validate(black_box(text)).is_ok()));
        let kibibyte = |texts: &mut Texts| {
            let start = texts.iter().next().map_or(&[][..], |text| &text[..KIB]);
            // It may end in the middle of a character: that is no error of unknown length.
            assert!(core::str::from_utf8(black_box(start)).map_or_else(|error| error.error_len().is_none(), |_| true));
        };
        let level = Level::Simd128;
        let contenders = [
            Contender { name: "valid", counted: Counted::Yes, level, run: &valid },
            Contender { name: "std, 1 KiB", counted: Counted::Yes, level, run: &kibibyte },
        ];
        let mut texts = Texts::new(LEN);
        let passes =
            medians(&contenders, effort.rounds(), &mut texts, |texts, turn, pass| texts.prepare(pool, turn, pass));
        let invalid = |texts: &mut Texts| {
            let error = texts.iter().find_map(|text| validate(black_box(text)).err());
            // The character before it may be cut.
            assert!(error.is_some_and(|error| error.valid_up_to() >= LEN as u64 - 8));
        };
        let contenders = [Contender { name: "with the error", counted: Counted::Yes, level, run: &invalid }];
        let with_error = medians(&contenders, effort.rounds(), &mut texts, |texts, turn, pass| {
            texts.prepare(pool, turn, pass);
            texts.spoil_end();
        });
        let times = [
            ("with the error".to_owned(), with_error[0], Counted::Yes),
            ("valid + 1 KiB by std".to_owned(), passes[0] + passes[1], Counted::Yes),
            ("valid".to_owned(), passes[0], Counted::No),
        ];
        table.add(&Cell { name: shape.name(), bytes: LEN, times: &times, goal: Some(1.0) });
    }
    table.finish();
}
