//! The three crates without `std`, with an allocator of the program's.

#![no_std]
#![no_main]

extern crate alloc;

use alloc::vec::Vec;
use core::alloc::{GlobalAlloc, Layout};
use core::hint::{black_box, spin_loop};
use core::panic::PanicInfo;
use core::ptr;

use sse_proto::{Item, Parser, ServerEvent};
use websocket_proto::handshake::{Acceptance, ServerHandshake};
use websocket_proto::{Config, Connection, Event, MessageBuffer};

/// Where the linker starts to look for what is needed.
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    let _ = black_box(stream_utf8::validate(black_box(b"text")));
    black_box(forward(black_box(b"data: text\n\n")));
    black_box(shake_hands(black_box(b"GET / HTTP/1.1\r\n\r\n")));
    black_box(echo(&mut black_box(*b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58")));
    loop {
        spin_loop();
    }
}

fn forward(received: &[u8]) -> Vec<u8> {
    let mut parser = Parser::new();
    let mut output = Vec::new();
    let mut input = received;
    while let Ok(Some(item)) = parser.next(&mut input) {
        if let Item::Event(event) = item {
            ServerEvent::new(event.data).append_to(&mut output);
        }
    }
    output
}

fn shake_hands(received: &[u8]) -> Vec<u8> {
    let mut handshake = ServerHandshake::new();
    let mut output = Vec::new();
    let mut input = received;
    match handshake.receive(&mut input) {
        Ok(Some(request)) => {
            if let Ok(accepted) = request.accept(&Acceptance::default()) {
                accepted.append_to(&mut output);
            }
        }
        Ok(None) => {}
        Err(rejection) => rejection.append_to(&mut output),
    }
    output
}

fn echo(received: &mut [u8]) -> Vec<u8> {
    let mut connection = Connection::server(Config::default());
    let mut buffer = MessageBuffer::new();
    let mut output = Vec::new();
    let mut input = received;
    while let Ok(Some(event)) = connection.receive(&mut input, &mut buffer) {
        let sent = match event {
            Event::Text(text) => connection.send_text(text, &mut output),
            Event::Binary(bytes) => connection.send_binary(bytes, &mut output),
            _ => Ok(()),
        };
        if sent.is_err() {
            break;
        }
    }
    connection.poll_transmit(&mut output);
    output
}

/// An allocator without memory: the program is linked, not run.
struct NoMemory;

// SAFETY: a null pointer is how `alloc` reports that there is no memory, so no block is ever handed out.
unsafe impl GlobalAlloc for NoMemory {
    unsafe fn alloc(&self, _layout: Layout) -> *mut u8 {
        ptr::null_mut()
    }

    unsafe fn dealloc(&self, _block: *mut u8, _layout: Layout) {}
}

#[global_allocator]
static ALLOCATOR: NoMemory = NoMemory;

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    loop {
        spin_loop();
    }
}
