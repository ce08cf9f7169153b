//! Masking: in place, and together with validation.
//!
//! Of the peers, yawc and fastwebsockets make their masking public; tokio-websockets and tungstenite don't.

use std::hint::black_box;

use benches::text::Shape;
use stream_utf8::mask::Mask;
use stream_utf8::{Level, Validator};

use crate::Effort;
use crate::report::{Cell, Counted, Table, Unit};
use crate::texts::{Pool, Texts};
use crate::timing::{Contender, medians, progress};

/// One run of an implementation over the inputs of a round.
type Run = Box<dyn Fn(&mut Payloads)>;

const KIB: usize = 1024;
const SIZES: [usize; 7] = [4, 16, 64, 125, KIB, 16 * KIB, 1024 * KIB];
const KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

pub fn compare(effort: Effort) {
    check();
    alone(effort);
    with_validation(effort);
}

type Apply = (&'static str, Counted, fn(&mut [u8], [u8; 4]));

const OURS: Apply = ("stream-utf8", Counted::Yes, |bytes, key| Mask::new(key).apply(bytes));
const PEERS: [Apply; 3] = [
    ("yawc", Counted::Yes, |bytes, key| yawc::mask::apply_mask(bytes, key)),
    ("fastwebsockets", Counted::Yes, |bytes, key| fastwebsockets::unmask(bytes, key)),
    ("byte loop", Counted::Yes, |bytes, key| bytes.iter_mut().enumerate().for_each(|(i, byte)| *byte ^= key[i % 4])),
];

fn check() {
    for len in (0..300).chain([1000, 5000]) {
        let data: Vec<u8> = (0..len).map(|i| (i * 7 % 251) as u8).collect();
        let expected: Vec<u8> = data.iter().enumerate().map(|(i, byte)| byte ^ KEY[i % 4]).collect();
        for (name, _, apply) in PEERS.into_iter().chain([OURS]) {
            let mut masked = data.clone();
            apply(&mut masked, KEY);
            assert_eq!(masked, expected, "{name}, {len} bytes");
        }
    }
}

/// Buffers of one size that lie side by side at no alignment, as payloads do in a read buffer.
struct Payloads {
    bytes: Vec<u8>,
    copy: Vec<u8>,
    len: usize,
}

impl Payloads {
    fn new(len: usize) -> Self {
        let count = (16 * KIB / len).max(1);
        let bytes = vec![0x5A; count * len];
        Self { copy: bytes.clone(), bytes, len }
    }

    fn each(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.bytes.chunks_exact_mut(self.len)
    }

    fn count(&self) -> usize {
        self.bytes.len() / self.len
    }
}

fn alone(effort: Effort) {
    let mut table = Table::new("mask: in place", Unit::Nanoseconds);
    for size in SIZES {
        progress(&format!("mask: {size}"));
        let memcpy = |payloads: &mut Payloads| {
            let Payloads { bytes, copy, len } = payloads;
            for (from, into) in bytes.chunks_exact(*len).zip(copy.chunks_exact_mut(*len)) {
                black_box(into).copy_from_slice(black_box(from));
            }
        };
        let all: Vec<Apply> = [OURS].into_iter().chain(PEERS).collect();
        let runs: Vec<Run> = all
            .iter()
            .map(|&(_, _, apply)| -> Run {
                Box::new(move |payloads| {
                    let key = black_box(KEY);
                    payloads.each().for_each(|payload| apply(black_box(payload), key));
                })
            })
            .collect();
        let mut contenders: Vec<Contender<'_, Payloads>> = all
            .iter()
            .zip(&runs)
            .map(|(&(name, counted, _), run)| Contender { name, counted, level: Level::Simd128, run })
            .collect();
        contenders.push(Contender { name: "memcpy", counted: Counted::No, level: Level::Simd128, run: &memcpy });
        let mut payloads = Payloads::new(size);
        let medians = medians(&contenders, effort.rounds(), &mut payloads, |_, _, _| {});
        let count = payloads.count() as f64;
        let times: Vec<_> =
            contenders.iter().zip(medians).map(|(c, time)| (c.name.to_owned(), time / count, c.counted)).collect();
        table.add(&Cell { name: &format!("{size} B"), bytes: size, times: &times, goal: Some(1.0) });
    }
    table.finish();
}

/// Ours in one call, against each peer's masking and then simdutf8 or simdutf.
fn with_validation(effort: Effort) {
    let mut table = Table::new("mask: with validation, JSON", Unit::Nanoseconds);
    let pool = Pool::new(Shape::Json);
    for size in [16, 64, 125, 190, 256, KIB, 16 * KIB, 1024 * KIB] {
        progress(&format!("mask and validate: {size}"));
        let ours = |texts: &mut Texts| {
            let key = black_box(KEY);
            for payload in texts.iter_mut() {
                let mut validator = Validator::new();
                let result = Mask::new(key).apply_and_validate(black_box(payload), &mut validator);
                assert!(result.and_then(|()| validator.finish()).is_ok());
            }
        };
        let yawc_simdutf8 = |texts: &mut Texts| {
            let key = black_box(KEY);
            for payload in texts.iter_mut() {
                yawc::mask::apply_mask(black_box(payload), key);
                assert!(simdutf8::basic::from_utf8(payload).is_ok());
            }
        };
        let yawc_simdutf = |texts: &mut Texts| {
            let key = black_box(KEY);
            for payload in texts.iter_mut() {
                yawc::mask::apply_mask(black_box(payload), key);
                assert!(simdutf::validate_utf8(payload));
            }
        };
        let fastwebsockets_simdutf8 = |texts: &mut Texts| {
            let key = black_box(KEY);
            for payload in texts.iter_mut() {
                fastwebsockets::unmask(black_box(payload), key);
                assert!(simdutf8::basic::from_utf8(payload).is_ok());
            }
        };
        let contender = |name, run| Contender { name, counted: Counted::Yes, level: Level::Simd128, run };
        let contenders: [Contender<'_, Texts>; 4] = [
            contender("stream-utf8", &ours),
            contender("yawc + simdutf8", &yawc_simdutf8),
            contender("yawc + simdutf", &yawc_simdutf),
            contender("fastwebsockets + simdutf8", &fastwebsockets_simdutf8),
        ];
        let mut texts = Texts::new(size);
        let medians = medians(&contenders, effort.rounds(), &mut texts, |texts, turn, pass| {
            texts.prepare(&pool, turn, pass);
            for text in texts.iter_mut() {
                text.iter_mut().enumerate().for_each(|(i, byte)| *byte ^= KEY[i % 4]);
            }
        });
        let count = texts.count() as f64;
        let times: Vec<_> =
            contenders.iter().zip(medians).map(|(c, time)| (c.name.to_owned(), time / count, c.counted)).collect();
        let goal = if size == 125 || size == 1024 * KIB { 1.3 } else { 1.0 };
        table.add(&Cell { name: &format!("{size} B"), bytes: size, times: &times, goal: Some(goal) });
    }
    table.finish();
}
