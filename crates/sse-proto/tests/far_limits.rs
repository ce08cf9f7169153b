//! Where limits are far, lines are read many at a time: the limits still stop at the same byte.

mod common;

use common::{parse_chunks, parse_with};
use sse_proto::{Config, Limits, OnLimit};

/// Parses a stream whole and byte by byte, with `set` having set a limit to each of `values`.
fn compare(stream: &[u8], values: impl Iterator<Item = usize>, set: impl Fn(&mut Limits, usize)) {
    let mut errors = 0;
    for value in values {
        let mut limits = Limits::default();
        set(&mut limits, value);
        for (skip_comments, on_limit) in
            [(false, OnLimit::Fail), (true, OnLimit::Fail), (false, OnLimit::DropEvent), (true, OnLimit::DropEvent)]
        {
            let config = Config { limits, on_limit, skip_comments, ..Config::default() };
            let whole = parse_with(config, stream);
            errors += usize::from(whole.error.is_some());
            assert_eq!(whole, parse_chunks(config, stream.chunks(1)), "a limit of {value}, {config:?}");
            assert_eq!(whole, parse_chunks(config, stream.chunks(200)), "a limit of {value}, {config:?}");
        }
    }
    assert!(errors > 0, "no limit was exceeded");
}

/// Lines of all lengths up to `longest`, so that limits and line ends meet in every way.
fn lines(name: &str, longest: usize) -> Vec<u8> {
    (0..=longest)
        .flat_map(|len| [name.as_bytes(), "x".repeat(len * 37 % (longest + 1)).as_bytes(), b"\n"].concat())
        .collect()
}

#[test]
fn event_data() {
    let stream = [&lines("data: ", 40)[..], &b"data: the last line, and what comes after it\n\n".repeat(8)].concat();
    compare(&stream, (0..1000).step_by(7), |limits, value| limits.event_data = value);
}

#[test]
fn lines_per_event() {
    let stream = [&lines("data: ", 40)[..], b"id: 1\nevent: a\nother\n", &lines("data: ", 70), b"\ndata\n\n"].concat();
    compare(&stream, (0..120).step_by(2), |limits, value| limits.lines_per_event = value);
}

#[test]
fn line() {
    let stream = [lines("data: ", 60), lines(": ", 60), lines("data:", 60), b"\n".to_vec()].concat();
    compare(&stream, 0..70, |limits, value| limits.line = value);
}

#[test]
fn line_of_comments_that_are_passed_over() {
    let stream = [b"data: a\n\n", &lines(": ", 140)[..], b"data: b\n\n"].concat();
    compare(&stream, (40..150).step_by(3), |limits, value| limits.line = value);
}
