//! A handshake whose head lies whole in one input allocates nothing.

#![cfg(feature = "alloc")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use websocket_proto::handshake::{Acceptance, ServerHandshake};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
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

const REQUEST: &[u8] = b"GET /chat HTTP/1.1\r\n\
    Host: server.example.com\r\n\
    Upgrade: websocket\r\n\
    Connection: keep-alive, Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    Origin: http://example.com\r\n\
    Sec-WebSocket-Protocol: chat, superchat\r\n\
    Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\
    Sec-WebSocket-Version: 13\r\n\r\n";

/// Serves the request in two pieces, and counts allocations.
fn allocations_of(first: &[u8], second: &[u8]) -> usize {
    let mut response = Vec::with_capacity(512);
    let before = ALLOCATIONS.get();
    let mut handshake = ServerHandshake::new();
    for mut input in [first, second] {
        if let Some(request) = handshake.receive(&mut input).unwrap() {
            let subprotocol = request.choose_subprotocol(&["superchat"]);
            assert_eq!(request.extensions().count(), 1);
            let acceptance = Acceptance { subprotocol, headers: &[("Server", "x")], ..Acceptance::default() };
            request.accept(&acceptance).unwrap().append_to(&mut response);
        }
    }
    drop(handshake);
    assert!(response.ends_with(b"Server: x\r\n\r\n"));
    ALLOCATIONS.get() - before
}

#[test]
fn none_for_a_whole_head() {
    assert_eq!(allocations_of(REQUEST, b"frames"), 0);
    assert_eq!(allocations_of(b"", REQUEST), 0);
}

#[test]
fn some_for_a_head_that_is_cut() {
    let (first, second) = REQUEST.split_at(100);
    assert_eq!(allocations_of(first, second), 2, "one buffer, which grows once");
}
