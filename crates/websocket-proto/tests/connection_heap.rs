//! What a connection holds on the heap, as the allocator counts it.

#![cfg(feature = "alloc")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use support::{masked, server};
use websocket_proto::{Event, MessageBuffer};

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        HELD.set(HELD.get().wrapping_add(layout.size()));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        HELD.set(HELD.get().wrapping_sub(layout.size()));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_connection_owns_no_heap_before_and_after_a_message_of_1_mib() {
    let mut large = masked(0x82, &vec![1; 1 << 20]);
    let (head, rest) = large.split_at_mut(20);
    let before = HELD.get();

    let mut connection = server();
    assert_eq!(HELD.get(), before, "at the start");

    let mut buffer = MessageBuffer::new();
    assert_eq!(connection.receive(&mut &mut head[..], &mut buffer), Ok(None));
    assert!(HELD.get() > before, "what has arrived is held");
    assert!(connection.receive(&mut &mut rest[..], &mut buffer).unwrap().is_some());
    assert!(HELD.get() >= before + (1 << 20), "the buffer holds the message");
    assert_eq!(connection.receive(&mut &mut [][..], &mut buffer), Ok(None));
    assert!(HELD.get() <= before + MessageBuffer::KEPT, "the buffer keeps some memory for the next");
    drop(buffer);
    assert_eq!(HELD.get(), before, "the connection is still there");
    assert_eq!(connection.buffered(), 0);
}

#[test]
fn messages_that_lie_whole_in_a_read_allocate_nothing() {
    let mut bytes = [masked(0x81, b"text"), masked(0x82, b"binary"), masked(0x81, &[b'x'; 1000])].concat().repeat(100);
    let mut connection = server();
    let mut buffer = MessageBuffer::new();
    let before = ALLOCATIONS.get();
    let mut input = &mut bytes[..];
    let mut len = 0;
    while let Some(event) = connection.receive(&mut input, &mut buffer).unwrap() {
        len += match event {
            Event::Text(text) => text.len(),
            Event::Binary(bytes) => bytes.len(),
            other => panic!("{other:?}"),
        };
    }
    assert_eq!((len, ALLOCATIONS.get()), (100 * 1010, before));
}
