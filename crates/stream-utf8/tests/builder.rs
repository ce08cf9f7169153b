//! Text put together from pieces, masked or not: for every split, the verdict and the text of the joined bytes.

mod support;

use stream_utf8::mask::Mask;
use stream_utf8::{TextBuilder, Utf8Error};
use support::{expected_verdict, verdict};

const KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

/// Asserts that the text is what `core` makes of all `bytes`, or the error is the one that `core` finds.
#[track_caller]
fn assert_text(text: Result<String, Utf8Error>, bytes: &[u8], how: &str) {
    assert_eq!(text.as_deref().ok(), core::str::from_utf8(bytes).ok(), "{how}");
    assert_eq!(verdict(text.map(drop)), expected_verdict(bytes), "{how}");
}

#[test]
fn at_every_two_way_split() {
    let long = "é語😀 and ASCII, ".repeat(if cfg!(miri) { 2 } else { 20 });
    for bytes in [long.as_bytes(), b"caf\xC3", b"caf\xC3!", b"\xED\xA0\x80 a surrogate", b""] {
        let mut masked = bytes.to_vec();
        Mask::new(KEY).apply(&mut masked);
        for at in 0..=bytes.len() {
            let mut builder = TextBuilder::with_memory(b"what was here".to_vec());
            let pushed = builder.push(&bytes[..at]).and_then(|()| builder.push(&bytes[at..]));
            let text = pushed.and_then(|()| builder.finish());
            assert_text(text, bytes, &format!("split at {at}"));

            let mut builder = TextBuilder::new();
            let mut mask = Mask::new(KEY);
            let pushed = builder.push_masked(&masked[..at], &mut mask);
            let pushed = pushed.and_then(|()| builder.push_masked(&masked[at..], &mut mask));
            let text = pushed.and_then(|()| builder.finish());
            assert_text(text, bytes, &format!("split at {at}, masked"));
        }
    }
}

#[test]
fn in_room_at_every_two_way_split() {
    let long = "é語😀 and ASCII, ".repeat(if cfg!(miri) { 2 } else { 20 });
    for bytes in [long.as_bytes(), b"caf\xC3", b"caf\xC3!", b"\xED\xA0\x80 a surrogate", b""] {
        let mut masked = bytes.to_vec();
        Mask::new(KEY).apply(&mut masked);
        for at in 0..=bytes.len() {
            // All in the room; the start pushed and the rest in the room; the other way round.
            for (first, second) in [(true, true), (false, true), (true, false)] {
                let mut builder = TextBuilder::with_memory(vec![0xAA; bytes.len()]);
                let mut append = |piece: &[u8], in_room: bool| {
                    if !in_room {
                        return builder.push(piece);
                    }
                    builder.room(piece.len()).copy_from_slice(piece);
                    builder.fill(piece.len())
                };
                let appended = append(&bytes[..at], first).and_then(|()| append(&bytes[at..], second));
                let text = appended.and_then(|()| builder.finish());
                assert_text(text, bytes, &format!("split at {at}"));

                let mut builder = TextBuilder::with_memory(vec![0xAA; bytes.len()]);
                let mut mask = Mask::new(KEY);
                let mut append = |piece: &[u8], in_room: bool| {
                    if !in_room {
                        return builder.push_masked(piece, &mut mask);
                    }
                    builder.room(piece.len()).copy_from_slice(piece);
                    builder.fill_masked(piece.len(), &mut mask)
                };
                let appended = append(&masked[..at], first).and_then(|()| append(&masked[at..], second));
                let text = appended.and_then(|()| builder.finish());
                assert_text(text, bytes, &format!("split at {at}, masked"));
            }
        }
    }
}

/// Texts from shorter than a vector to longer than what is unmasked at once, sound and with an error at some places, over
/// memory that holds less, as much or more.
#[test]
fn over_memory_that_holds_something() {
    let lens = if cfg!(miri) { &[100, 300][..] } else { &[100, 300, 1024, 8191, 8192, 8193, 20_000] };
    for &len in lens {
        let sound = &"é語😀 and ASCII, ".repeat(len / 10 + 1).into_bytes()[..len];
        for ill_formed in [None, Some(0), Some(len / 2), Some(len - 1)] {
            let mut bytes = sound.to_vec();
            if let Some(at) = ill_formed {
                bytes[at] = 0xFF;
            }
            let mut masked = bytes.clone();
            Mask::new(KEY).apply(&mut masked);
            for memory in [0, len / 2, len, len + 100] {
                for at in [0, 7, len / 3, len] {
                    let over_memory = || TextBuilder::with_memory(vec![0xAA; memory]);
                    let mut builder = over_memory();
                    let pushed = builder.push(&bytes[..at]).and_then(|()| builder.push(&bytes[at..]));
                    let text = pushed.and_then(|()| builder.finish());
                    assert_text(text, &bytes, &format!("{len}, {memory}, {at}"));

                    let (mut builder, mut mask) = (over_memory(), Mask::new(KEY));
                    let pushed = builder.push_masked(&masked[..at], &mut mask);
                    let pushed = pushed.and_then(|()| builder.push_masked(&masked[at..], &mut mask));
                    let text = pushed.and_then(|()| builder.finish());
                    assert_text(text, &bytes, &format!("{len}, {memory}, {at}"));
                }
            }
        }
    }
}

#[test]
fn there_is_room_in_memory_that_was_written_to() {
    let mut builder = TextBuilder::new();
    assert!(builder.room(10).is_empty());
    assert_eq!(builder.fill(10), Ok(()), "nothing");
    assert_eq!(builder.finish().unwrap(), "");

    let mut memory = Vec::with_capacity(100);
    memory.extend_from_slice(b"abcdefgh");
    let mut builder = TextBuilder::with_memory(memory);
    builder.push(b"xyz").unwrap();
    assert_eq!(builder.room(2), b"de");
    assert_eq!(builder.room(10), b"defgh");
    assert_eq!(builder.len(), 3, "what is not filled does not count");
    assert_eq!(builder.fill(10), Ok(()), "as much as there is");
    assert!(builder.room(10).is_empty());
    assert_eq!(builder.finish().unwrap(), "xyzdefgh");

    let mut builder = TextBuilder::with_memory(b"abcdefgh".to_vec());
    builder.push(b"x\xFF").unwrap_err();
    assert_eq!((builder.len(), builder.room(1)), (1, &mut [0xFF][..]), "what is ill-formed was not appended");
    builder.fill(1).unwrap_err();
    builder.finish().unwrap_err();
}

#[test]
fn an_error_is_final() {
    let mut builder = TextBuilder::new();
    let error = builder.push(b"a\xFF").unwrap_err();
    assert_eq!(builder.push(b"b"), Err(error));
    assert_eq!(builder.push_masked(b"b", &mut Mask::new(KEY)), Err(error));
    assert_eq!(builder.push(b""), Err(error));
    assert_eq!(builder.push_masked(b"", &mut Mask::new(KEY)), Err(error));
    assert_eq!(builder.fill(0), Err(error));
    assert_eq!(builder.fill_masked(0, &mut Mask::new(KEY)), Err(error));
    assert_eq!(builder.finish(), Err(error));
}

#[test]
fn text_moves_to_other_memory() {
    let mut builder = TextBuilder::new();
    builder.push("gr\u{f6}".as_bytes()).unwrap();
    assert_eq!(builder.move_to(Vec::with_capacity(1000)), "gr\u{f6}".as_bytes());
    assert_eq!((builder.len(), builder.capacity()), (4, 1000));
    builder.push("\u{df}er".as_bytes()).unwrap();
    assert_eq!(builder.finish().unwrap(), "größer");
}
