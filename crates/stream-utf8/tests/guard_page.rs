//! No kernel touches a byte outside its input: inputs that start and end at a page that may not be accessed.

#![cfg(all(target_os = "linux", target_pointer_width = "64", not(miri)))]

use std::ptr;

use stream_utf8::lines::{ascii_line_start, line_end_bits_of_short, line_ends};
use stream_utf8::mask::Mask;
use stream_utf8::{Level, Validator, validate, validate_start};

/// Some pages between two that may not be accessed.
struct Guarded {
    map: *mut libc::c_void,
    page: usize,
    len: usize,
}

impl Guarded {
    fn new(pages: usize) -> Self {
        // SAFETY: the call has no preconditions.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap();
        let len = pages * page;
        // SAFETY: a new private mapping at an address that the system chooses; then a part of it is made accessible.
        let map = unsafe {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            let map = libc::mmap(ptr::null_mut(), len + 2 * page, libc::PROT_NONE, flags, -1, 0);
            assert_ne!(map, libc::MAP_FAILED);
            assert_eq!(libc::mprotect(map.byte_add(page), len, libc::PROT_READ | libc::PROT_WRITE), 0);
            map
        };
        Self { map, page, len }
    }

    fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: these `len` bytes are accessible, were zeroed by the system, and are borrowed through `self` alone.
        unsafe { std::slice::from_raw_parts_mut(self.map.byte_add(self.page).cast(), self.len) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the mapping is this one's, and nothing borrows from it any more.
        unsafe { libc::munmap(self.map, self.len + 2 * self.page) };
    }
}

#[test]
fn inputs_at_both_edges_of_accessible_memory() {
    let mut from = Guarded::new(1);
    let mut into = Guarded::new(1);
    let (from, into) = (from.bytes(), into.bytes());
    for unit in ["a", "é", "語", "😀", "a語"] {
        for &level in Level::available() {
            Level::limit(level);
            for len in (0..=330).chain([500, 512, 513, 767, 768, 800, 1024, 1100, 4095, 4096]) {
                let edges = [0..len, from.len() - len..from.len()];
                for range in edges {
                    let bytes = &mut from[range.clone()];
                    bytes.iter_mut().zip(unit.bytes().cycle()).for_each(|(byte, text)| *byte = text);
                    check(bytes, &mut into[range]);
                }
            }
        }
    }
    Level::limit(Level::Simd128);
}

fn check(bytes: &mut [u8], into: &mut [u8]) {
    let expected_ok = core::str::from_utf8(bytes).is_ok();
    assert_eq!(validate(bytes).is_ok(), expected_ok);
    assert!(Validator::new().feed(bytes).is_ok(), "the start of well-formed text");
    // A character that is open before the bytes is one more reason to look at them otherwise.
    let follows = core::str::from_utf8(&[b"\xF0\x9F", &*bytes].concat()).is_ok();
    let mut validator = Validator::new();
    let result = validator.feed(b"\xF0\x9F").and_then(|()| validator.feed(bytes)).and_then(|()| validator.finish());
    assert_eq!(result.is_ok(), follows);
    for len in [bytes.len() / 2, bytes.len().saturating_sub(1), bytes.len(), bytes.len() + 1] {
        let start = bytes.get(..len).unwrap_or(bytes);
        assert_eq!(validate_start(bytes, len).is_ok(), core::str::from_utf8(start).is_ok());
    }
    assert_eq!(line_ends(bytes).next(), None);
    assert_eq!(line_end_bits_of_short(bytes), 0);
    assert_eq!(ascii_line_start(bytes).len(), bytes.iter().take_while(|byte| byte.is_ascii()).count());

    let key = [1, 2, 3, 4];
    assert_eq!(Mask::new(key).copy(bytes, into), bytes.len());
    assert!(bytes.iter().zip(&*into).enumerate().all(|(i, (byte, masked))| byte ^ key[i % 4] == *masked));
    let mut text = Vec::new();
    let mut validator = Validator::new();
    assert!(Mask::new(key).append_and_validate(into, &mut text, &mut validator).is_ok(), "unmasked again");
    assert_eq!(text, bytes);
    Mask::new(key).apply(bytes);
    assert_eq!(bytes, into);
    assert_eq!(Mask::new(key).apply_to_text(into).is_ok(), expected_ok);
    assert_eq!(into, text);
}
