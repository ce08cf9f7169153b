//! Line ends against a search byte by byte.

use proptest::collection::vec;
use proptest::prelude::*;
use stream_utf8::lines::{ascii_line_start, equal_bits, line_end_bits, line_end_bits_of_short, line_ends};

fn expected(bytes: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|&at| matches!(bytes[at], b'\n' | b'\r')).collect()
}

/// Every byte value at every place: the neighbours of LF and CR, and those bytes that differ from them in bit 7.
#[test]
fn every_byte_at_every_place_of_a_block() {
    for byte in 0..=255 {
        for at in 0..64 {
            let mut block = [b'a'; 64];
            block[at] = byte;
            let bits = line_end_bits(&block);
            assert_eq!(bits, u64::from(byte == b'\n' || byte == b'\r') << at, "{byte:02X} at {at}");
        }
    }
}

#[test]
fn every_length_around_a_block() {
    for len in 0..200 {
        let bytes: Vec<u8> = (0..len).map(|i| if i % 3 == 0 { b'\n' } else { b'x' }).collect();
        assert_eq!(line_ends(&bytes).collect::<Vec<_>>(), expected(&bytes), "{len} bytes");
        let none = vec![b'x'; len];
        assert_eq!(line_ends(&none).next(), None);
    }
}

#[test]
fn the_iterator_stays_at_its_end() {
    let mut ends = line_ends(b"\n");
    assert_eq!(ends.next(), Some(0));
    assert_eq!(ends.next(), None);
    assert_eq!(ends.next(), None);
}

/// What ends a line that is ASCII, at every place, before every number of bytes.
#[test]
fn the_start_of_a_line_ends_where_it_has_to() {
    // Miri takes its time.
    for len in (0..70).chain([127, 128, 129, 200]).filter(|len| !cfg!(miri) || len % 16 < 2) {
        let mut bytes = vec![b'x'; len];
        assert_eq!(ascii_line_start(&bytes).len(), len);
        for at in (0..len).rev() {
            for byte in [0, 9, 0x0B, 0x7F, b'\n', b'\r', 0x80, 0x8A, 0xC3, 0xFF] {
                bytes[at] = byte;
                let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0x80..)).unwrap_or(len);
                assert_eq!(ascii_line_start(&bytes).as_bytes(), &bytes[..end], "{byte:02X} at {at} of {len}");
            }
            bytes[at] = b"\n\x90\r"[at % 3];
        }
    }
}

#[test]
fn line_ends_are_found_in_every_length() {
    for len in 0..130 {
        for ends in [b"\n\r", b"\r\x8D", b"\x0A\x0B", b"\x0C\x0E"] {
            let bytes: Vec<u8> = (0..len).map(|at| if at % 5 < 2 { ends[at % 5] } else { b'x' }).collect();
            let expected = expected(&bytes).into_iter().filter(|&at| at < 64).fold(0, |bits, at| bits | 1 << at);
            assert_eq!(line_end_bits_of_short(&bytes), expected, "{ends:02X?}, {len} bytes");
        }
    }
}

#[test]
fn equal_bytes_are_found() {
    for byte in [0, 1, b':', 0x80, 0xBA, 0xFF] {
        let block = core::array::from_fn(|at| if at % 3 == 1 { byte } else { byte ^ 0x80 });
        let expected = (0..64).filter(|at| at % 3 == 1).fold(0, |bits, at| bits | 1 << at);
        assert_eq!(equal_bits(&block, byte), expected, "{byte:02X}");
    }
}

#[cfg(not(miri))]
proptest! {
    #[test]
    fn random_bytes(bytes in vec(prop_oneof![Just(b'\n'), Just(b'\r'), 0x08..0x10_u8, 0x80..0x90_u8, any::<u8>()], 0..400)) {
        prop_assert_eq!(line_ends(&bytes).collect::<Vec<_>>(), expected(&bytes));
    }
}
