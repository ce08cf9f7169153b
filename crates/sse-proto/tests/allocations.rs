//! In steady state neither parsing nor encoding allocates, and a published event is allocated once for all.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use sse_proto::{Comment, Config, Delivery, EventId, EventName, Item, Parser, Replay, ReplayLimits, ServerEvent};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        BYTES.set(BYTES.get() + layout.size());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often memory was allocated or grown in `work`, and how many bytes were asked for.
fn allocated(work: impl FnOnce()) -> (usize, usize) {
    let before = (ALLOCATIONS.get(), BYTES.get());
    work();
    (ALLOCATIONS.get() - before.0, BYTES.get() - before.1)
}

#[test]
fn allocations_are_counted() {
    let mut grown = Vec::new();
    assert_eq!(allocated(|| grown.push(1_u64)).0, 1);
    assert!(allocated(|| grown.reserve(1000)).1 >= 8000);
}

/// Streams of every shape, a few hundred lines each, of lengths that vary.
fn streams() -> Vec<(&'static str, Vec<u8>)> {
    let stream = |block: &dyn Fn(usize) -> String| (0..200).map(block).collect::<String>().into_bytes();
    let json =
        |n: usize| format!("{{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}", "x".repeat(40 + n * 37 % 90));
    let mut ill_formed = stream(&|n| format!("event: {n}#\nid: #{n}\ndata: a#{n}\n: #\n\n"));
    ill_formed.iter_mut().filter(|byte| **byte == b'#').for_each(|byte| *byte = 0xFF);
    vec![
        ("LLM", stream(&|n| format!("data: {}\n\n", json(n)))),
        ("tiny", stream(&|_| "data: x\n\n".to_owned())),
        ("several lines", stream(&|n| "data: some text of a line\n".repeat(2 + n % 40) + "\n")),
        ("fields", stream(&|n| format!("event: e{}\nid: {n}\nretry: {n}\ndata: {n}\n\n", n % 7))),
        ("CRLF", stream(&|n| format!("data: {}\r\ndata\r\n\r\n", json(n)))),
        ("CR", stream(&|n| format!("data: {}\r\r", json(n)))),
        ("two-byte script", stream(&|n| format!("data: {}\n\n", "привет ".repeat(1 + n % 9)))),
        ("three-byte script", stream(&|n| format!("data: {}\n\n", "你好".repeat(1 + n % 30)))),
        ("comments", stream(&|n| format!(": {}\n", "c".repeat(n % 50)))),
        ("unknown fields", stream(&|n| format!("unknown: {n}\ndata: {n}\n\n"))),
        ("ill-formed", ill_formed),
    ]
}

#[test]
fn parsing_allocates_nothing_in_steady_state() {
    for (shape, stream) in streams() {
        for chunk_len in [1, 2, 7, 16, 64, 100, 1460, usize::MAX] {
            for skip_comments in [false, true] {
                let mut parser = Parser::with_config(Config { skip_comments, ..Config::default() });
                let mut items = 0;
                let mut parse = || {
                    for chunk in stream.chunks(chunk_len) {
                        let mut input = chunk;
                        while let Some(item) = parser.next(&mut input).unwrap() {
                            items += usize::from(!matches!(item, Item::Dropped(_)));
                        }
                    }
                };
                parse();
                assert_eq!(allocated(&mut parse), (0, 0), "{shape} by {chunk_len}");
                assert!(items >= 400 || (skip_comments && shape == "comments"), "{shape}: {items}");
            }
        }
    }
}

#[test]
fn events_that_arrive_whole_allocate_nothing_at_all() {
    for stream in [&b"data: x\n\n: c\n\ndata: y\r\n\r\n"[..], b"event: e\ndata: x\n\n", b"retry: 5\n\n"] {
        assert_eq!(
            allocated(|| {
                let mut parser = Parser::new();
                let mut input = stream;
                while parser.next(&mut input).unwrap().is_some() {}
                assert!(input.is_empty());
            }),
            (0, 0)
        );
    }
}

#[test]
fn encoding_into_a_buffer_that_is_used_again_allocates_nothing() {
    let long = "a line\n".repeat(1000);
    for data in ["", "x", "two\nlines", &"x".repeat(84), &"x".repeat(5000), &long] {
        let mut out = Vec::new();
        let mut slice = vec![0; 16 << 10];
        let mut encode = || {
            let name = EventName::new("price").unwrap();
            let id = EventId::new("1732180000-17").unwrap();
            let event = ServerEvent::new(data).event_type(name).id(id).retry(Duration::from_secs(3));
            out.clear();
            event.append_to(&mut out);
            assert_eq!(event.encode_into(&mut slice), Ok(out.len()));
            Comment::new(data).append_to(&mut out);
        };
        encode();
        assert_eq!(allocated(encode), (0, 0), "{} bytes", data.len());
    }
}

/// What publishing and delivering one event allocates.
fn published(subscribers: usize) -> (usize, usize) {
    let mut replay = Replay::new(1, ReplayLimits { events: 64, ..ReplayLimits::default() });
    let data = "x".repeat(100);
    for _ in 0..100 {
        replay.publish(ServerEvent::new(&data), Duration::ZERO);
    }
    let mut cursors = vec![replay.live(); subscribers];
    let mut delivered = 0;
    let allocated = allocated(|| {
        replay.publish(ServerEvent::new(&data), Duration::ZERO);
        for cursor in &mut cursors {
            if let Some(Delivery::Event(encoded)) = replay.next(cursor) {
                delivered += usize::from(encoded.clone().ends_with(b"\n\n"));
            }
        }
    });
    assert_eq!(delivered, subscribers);
    allocated
}

#[test]
fn what_publishing_allocates_does_not_depend_on_the_subscribers() {
    let (allocations, bytes) = published(0);
    let encoded = "id: 1-101\ndata: \n\n".len() + 100;
    assert_eq!(allocations, 1, "the encoding, and nothing else");
    assert!((encoded..encoded + 64).contains(&bytes), "{bytes} bytes for {encoded}");
    for subscribers in [1, 100, 10_000] {
        assert_eq!(published(subscribers), (allocations, bytes), "{subscribers} subscribers");
    }
}
