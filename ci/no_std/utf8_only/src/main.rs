//! `stream-utf8` alone, without `std`, without `alloc` and without an allocator.

#![no_std]
#![no_main]

use core::hint::{black_box, spin_loop};
use core::panic::PanicInfo;

use stream_utf8::{Decoder, LossyDecoder, Validator, validate};

/// Where the linker starts to look for what is needed.
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> ! {
    let bytes: &[u8] = black_box("text \u{1f980}".as_bytes());
    let mut len = validate(bytes).map_or(0, str::len);

    let mut validator = Validator::new();
    len += usize::from(validator.feed(bytes).is_ok() && validator.finish().is_ok());

    let mut decoder = Decoder::new();
    len += decoder.decode(bytes).flatten().map(|piece| piece.as_str().len()).sum::<usize>();

    let mut lossy = LossyDecoder::new();
    len += lossy.decode(bytes).map(|piece| piece.as_str().len()).sum::<usize>();

    black_box(len);
    loop {
        spin_loop();
    }
}

#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    loop {
        spin_loop();
    }
}
