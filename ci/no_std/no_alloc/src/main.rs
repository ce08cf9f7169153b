//! `stream-utf8` and the framing layer of `websocket-proto`, without `std`, without `alloc` and without an allocator.

#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};
use core::panic::PanicInfo;

use stream_utf8::{Decoder, LossyDecoder, Validator, validate};
use websocket_proto::Server;
use websocket_proto::frame::{FrameDecoder, FramePart, FrameRules};

/// Where the linker starts to look for what is needed.
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    black_box(read_text(black_box("text \u{1f980}".as_bytes())));
    black_box(read_frames(&mut black_box(*b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58")));
    loop {
        spin_loop();
    }
}

fn read_text(bytes: &[u8]) -> usize {
    let mut len = validate(bytes).map_or(0, str::len);

    let mut validator = Validator::new();
    len += usize::from(validator.feed(bytes).is_ok() && validator.finish().is_ok());

    let mut decoder = Decoder::new();
    len += decoder.decode(bytes).flatten().map(|piece| piece.as_str().len()).sum::<usize>();

    let mut lossy = LossyDecoder::new();
    len + lossy.decode(bytes).map(|piece| piece.as_str().len()).sum::<usize>()
}

fn read_frames(received: &mut [u8]) -> usize {
    let mut decoder = FrameDecoder::new(FrameRules::for_role::<Server>());
    let mut input = received;
    let mut len = 0;
    while let Ok(Some(part)) = decoder.next(&mut input) {
        match part {
            FramePart::Start(header) => len += header.encode().len(),
            FramePart::Payload(piece) => len += piece.len(),
            FramePart::End => len += 1,
        }
    }
    len
}

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    loop {
        spin_loop();
    }
}
