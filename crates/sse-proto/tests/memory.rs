//! What is borrowed, what is copied, and that copies are given back.

use std::ops::Range;

use sse_proto::{Config, Event, Item, Limits, Parser};

fn address(text: &str) -> Range<*const u8> {
    text.as_bytes().as_ptr_range()
}

fn is_within(text: &str, chunk: &[u8]) -> bool {
    let (text, chunk) = (address(text), chunk.as_ptr_range());
    chunk.start <= text.start && text.end <= chunk.end
}

fn next_event<'p, 'i: 'p>(parser: &'p mut Parser, input: &mut &'i [u8]) -> Event<'p> {
    match parser.next(input) {
        Ok(Some(Item::Event(event))) => event,
        other => panic!("no event: {other:?}"),
    }
}

#[test]
fn an_event_that_arrives_whole_is_borrowed() {
    let chunk = "event: tick\ndata: é€\n\ndata: b\r\n\r\n: comment\n".as_bytes();
    let mut parser = Parser::new();
    let mut input = chunk;
    let event = next_event(&mut parser, &mut input);
    assert!(is_within(event.event_type, chunk) && is_within(event.data, chunk));
    assert!(is_within(next_event(&mut parser, &mut input).data, chunk));
    let Ok(Some(Item::Comment(text))) = parser.next(&mut input) else { panic!() };
    assert!(is_within(text, chunk));
    assert_eq!(parser.capacity(), 0, "nothing was copied");
}

#[test]
fn the_item_outlives_the_input_variable() {
    let chunk = b"data: a\n\n".to_vec();
    let mut parser = Parser::new();
    let event = {
        let mut input = &chunk[..];
        next_event(&mut parser, &mut input)
    };
    assert_eq!(event.data, "a");
}

#[test]
fn an_event_of_several_lines_is_copied_once_into_a_buffer_that_stays() {
    let mut parser = Parser::new();
    let mut capacity = None;
    for _ in 0..1000 {
        let mut input = &b"data: aaaaaaaa\ndata: bbbbbbbb\n\n"[..];
        assert_eq!(next_event(&mut parser, &mut input).data, "aaaaaaaa\nbbbbbbbb");
        assert_eq!(*capacity.get_or_insert(parser.capacity()), parser.capacity());
    }
}

#[test]
fn a_large_event_has_its_memory_given_back_after_small_ones() {
    let large = "x".repeat(400_000);
    let streams = [
        format!("data: {large}\ndata: {large}\n\n"),
        format!("event: {large}\ndata\n\n"),
        format!("id: {large}\ndata\n\n"),
        format!(": {large}\ndata\n\n"),
    ];
    for stream in streams {
        let limits = Limits::NONE;
        let mut parser = Parser::with_config(Config { limits, ..Config::default() });
        let mut largest = 0;
        for chunk in stream.as_bytes().chunks(1000) {
            let mut input = chunk;
            while parser.next(&mut input).unwrap().is_some() {
                largest = largest.max(parser.capacity());
            }
        }
        assert!(largest >= 400_000);
        // Small events, cut and not, one of them to replace the ID.
        for _ in 0..64 {
            for chunk in [&b"id: 1\nda"[..], b"ta: hi\n", b"\n: h", b"i\ndata: hi\n\n"] {
                let mut input = chunk;
                while parser.next(&mut input).unwrap().is_some() {}
            }
        }
        assert!(parser.capacity() <= 32 << 10, "{} bytes are still held", parser.capacity());
    }
}

#[test]
fn events_that_arrive_whole_give_back_the_memory_of_those_before_them() {
    for large in ["x".repeat(400_000).into_bytes(), vec![0xFF; 400_000]] {
        let mut stream = [b"data: ", &large[..], b"\ndata: ", &large[..], b"\n\n"].concat();
        stream.extend_from_slice(&b"data: hi\n\n".repeat(64));
        let mut parser = Parser::new();
        let mut input = &stream[..];
        assert!(next_event(&mut parser, &mut input).data.len() > 800_000);
        assert!(parser.capacity() > 800_000);
        for _ in 0..64 {
            assert_eq!(next_event(&mut parser, &mut input).data, "hi");
        }
        assert!(parser.capacity() <= 32 << 10, "{} bytes are still held", parser.capacity());
    }
}

#[test]
fn shrink_to_fit_gives_back_all_but_an_incomplete_event() {
    let mut parser = Parser::new();
    let mut input = &b"data: a\ndata: b\n\n"[..];
    next_event(&mut parser, &mut input);
    parser.shrink_to_fit();
    assert_eq!(parser.capacity(), 0);

    assert_eq!(parser.next(&mut &b"data: abc"[..]), Ok(None));
    parser.shrink_to_fit();
    assert_eq!(parser.capacity(), 3);
    assert_eq!(next_event(&mut parser, &mut &b"d\n\n"[..]).data, "abcd");
}

/// A length that makes a buffer that has been doubled often enough a little too short for a line of 8 MiB.
const CHUNK: usize = 65_400;

/// The largest capacity while a parser with the default limits reads a stream in chunks.
fn largest_capacity(parts: &[&[u8]]) -> usize {
    let mut parser = Parser::new();
    let mut largest = 0;
    for part in parts {
        for chunk in part.chunks(CHUNK) {
            let mut input = chunk;
            loop {
                let is_item = parser.next(&mut input).unwrap().is_some();
                largest = largest.max(parser.capacity());
                if !is_item {
                    break;
                }
            }
        }
    }
    largest
}

#[test]
fn no_stream_makes_a_parser_hold_more_than_the_limits_say() {
    const MIB: usize = 1 << 20;
    // The longest lines that are allowed, which have to be cut to be copied.
    let value = |byte: u8| vec![byte; 8 * MIB - "data: ".len()];
    let (good, bad) = (value(b'x'), value(0xFF));
    let (data, comment, end) = (&b"data: "[..], &b":     "[..], &b"\n"[..]);
    for (bytes, limit) in [(&good[..], 33 * MIB), (&bad, 57 * MIB)] {
        let streams: [&[&[u8]]; 4] = [
            &[data, bytes, end, comment, bytes, end, end],
            &[comment, bytes, end, data, bytes, end, end, comment, bytes, end],
            // A buffer that was a comment's is not kept as that of a type or an ID.
            &[
                data, bytes, end, comment, bytes, end, b"eve", b"nt: e\n", comment, bytes, end, b"i", b"d: 1\n",
                comment, bytes, end, end,
            ],
            // What one event has left behind does not lie beside the next.
            &[comment, bytes, b"\n: ", bytes, b"\ndata: ", bytes, b"\n\ndata: ", bytes, b"\n\n: ", bytes, end],
        ];
        let largest = streams.map(largest_capacity);
        assert!(largest.iter().all(|largest| *largest <= limit), "{largest:?}, limit {limit}");
        assert!(largest.iter().any(|largest| *largest > limit - 2 * MIB), "{largest:?}, limit {limit}");
    }
}
