//! The crates of this workspace and their peers, timed in one process.
//!
//! ```text
//! usage: compare [SUBJECT…] [--quick]
//!   SUBJECT   utf8, mask, sse, websocket, deflate; all of them if none is named
//!   --quick   fewer sizes and rounds
//! ```
//!
//! Each implementation's result is checked, then all are timed in turn, round after round, so that whatever else the
//! machine does meets them alike. A cell shows the medians and the ratio of the best peer's time to ours: above 1 ours is
//! faster. `<` marks a ratio below its goal. Progress goes to standard error, the tables to standard output.

mod deflate;
mod mask;
mod report;
mod sse;
mod texts;
mod timing;
mod utf8;
mod websocket;

use std::process::ExitCode;

/// What each subject is called, and what compares it.
const SUBJECTS: [(&str, Compare); 5] = [
    ("utf8", utf8::compare),
    ("mask", mask::compare),
    ("sse", sse::compare),
    ("websocket", websocket::compare),
    ("deflate", deflate::compare),
];

type Compare = fn(Effort);

/// How much time the comparison may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effort {
    Quick,
    Full,
}

impl Effort {
    /// How often each implementation is timed in a cell.
    fn rounds(self) -> usize {
        match self {
            Self::Quick => 15,
            Self::Full => 61,
        }
    }
}

fn main() -> ExitCode {
    let mut effort = Effort::Full;
    let mut chosen = Vec::new();
    for argument in std::env::args().skip(1) {
        match SUBJECTS.iter().find(|(name, _)| *name == argument) {
            Some((_, compare)) => chosen.push(*compare),
            None if argument == "--quick" => effort = Effort::Quick,
            None => {
                let names: Vec<&str> = SUBJECTS.iter().map(|(name, _)| *name).collect();
                eprintln!(
                    "usage: compare [SUBJECT…] [--quick]\n  SUBJECT   {}; all of them if none is named",
                    names.join(", ")
                );
                return ExitCode::from(if argument == "--help" { 0 } else { 2 });
            }
        }
    }
    if chosen.is_empty() {
        chosen.extend(SUBJECTS.map(|(_, compare)| compare));
    }
    report::machine();
    for compare in chosen {
        compare(effort);
    }
    ExitCode::SUCCESS
}
