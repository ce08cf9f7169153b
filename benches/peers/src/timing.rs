//! Interleaved timing.

use std::time::Instant;

use benches::text::Random;
use stream_utf8::Level;

use crate::report::Counted;

/// Something to time over the inputs of a round.
pub struct Contender<'a, I: ?Sized> {
    pub name: &'a str,
    /// Whether it does what is compared.
    pub counted: Counted,
    /// What our crate may use while it is timed.
    pub level: Level,
    /// One call for each of the round's inputs.
    pub run: &'a dyn Fn(&mut I),
}

/// Times each contender once a round, in an order that changes, as one may leave the next less of the caches. `prepare` makes
/// the inputs of a contender's turn, whose number it is told; with `Pass::WarmUp` the contender then runs untimed, so that
/// its code and tables are in the caches, with `Pass::Timed` its time is taken. Turns had better get inputs of their own:
/// contenders share libraries, and what these have seen in one turn the branch predictor knows in the next.
///
/// Returns the median time of a run in nanoseconds, contender by contender.
pub fn medians<I: ?Sized>(
    contenders: &[Contender<'_, I>],
    rounds: usize,
    input: &mut I,
    prepare: impl Fn(&mut I, usize, Pass),
) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(rounds); contenders.len()];
    let mut order: Vec<usize> = (0..contenders.len()).collect();
    let mut random = Random::new(1);
    let mut turn = 0;
    for _ in 0..rounds {
        shuffle(&mut order, &mut random);
        for &index in &order {
            let contender = &contenders[index];
            Level::limit(contender.level);
            prepare(input, turn, Pass::WarmUp);
            (contender.run)(input);
            prepare(input, turn, Pass::Timed);
            let start = Instant::now();
            (contender.run)(input);
            times[index].push(start.elapsed().as_nanos() as f64);
            turn += 1;
        }
    }
    Level::limit(Level::Simd128);
    times.iter_mut().map(|times| median(times)).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    WarmUp,
    Timed,
}

fn shuffle(order: &mut [usize], random: &mut Random) {
    for end in (1..order.len()).rev() {
        order.swap(end, random.below(end + 1));
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Shows what is being measured.
pub fn progress(what: &str) {
    eprint!("\r\x1b[K{what}");
}
