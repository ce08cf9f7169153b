//! Text is UTF-8, checked as it arrives (RFC 6455 5.6 and 8.1).

#![cfg(feature = "alloc")]

mod support;

use proptest::prelude::*;
use support::{Owned, masked, run, run_split, server};
use websocket_proto::{CloseCode, ProtocolError};

#[track_caller]
fn fails_as_text(bytes: &[u8], valid_up_to: u64, error_len: Option<u8>) {
    let outcome = run_split(server, bytes);
    let Some(ProtocolError::InvalidText(error)) = outcome.error else { panic!("{outcome:?}") };
    assert_eq!((error.valid_up_to(), error.error_len()), (valid_up_to, error_len));
    assert_eq!(outcome.error.unwrap().close_code(), CloseCode::INVALID_PAYLOAD);
    assert!(outcome.output.ends_with(&[0x88, 0x02, 0x03, 0xef]), "a Close with 1007");
}

#[test]
fn an_error_position_counts_from_the_start_of_the_message() {
    fails_as_text(&masked(0x81, b"abc\xff"), 3, Some(1));
    fails_as_text(&[masked(0x01, b"abc"), masked(0x89, b""), masked(0x80, b"de\xff")].concat()[..], 5, Some(1));
}

#[test]
fn a_message_must_not_end_inside_a_character() {
    fails_as_text(&masked(0x81, b"ab\xe2\x82"), 2, None);
    fails_as_text(&[masked(0x01, b"ab\xe2"), masked(0x80, b"\x82")].concat(), 2, None);
    fails_as_text(&[masked(0x01, b"ab\xe2"), masked(0x80, b"")].concat(), 2, None);
}

#[test]
fn the_failure_does_not_wait_for_the_frame_to_be_complete() {
    // 21 bytes announced; the first byte already makes it hopeless.
    let frame = masked(0x81, &[b"\xff".as_slice(), &[b'a'; 20]].concat());
    let outcome = run(server(), [&frame[..7]]);
    assert!(matches!(outcome.error, Some(ProtocolError::InvalidText(_))), "{outcome:?}");
}

#[test]
fn the_failure_does_not_wait_for_the_character_to_be_complete() {
    // F4 90 is above U+10FFFF whatever follows; ED A0 is a surrogate; F8 starts nothing.
    for start in [&b"\xf4\x90"[..], b"\xed\xa0", b"\xf8", b"\xe0\x80", b"\xf0\x80"] {
        let frame = masked(0x01, &[start, b"\x80\x80\x80"].concat());
        let outcome = run(server(), [&frame[..6 + start.len()]]);
        assert!(matches!(outcome.error, Some(ProtocolError::InvalidText(_))), "{start:02x?}: {outcome:?}");
    }
}

#[test]
fn binary_messages_may_hold_anything() {
    assert_eq!(run_split(server, &masked(0x82, b"\xff\xfe")).events, [Owned::Binary(vec![0xff, 0xfe])]);
}

proptest! {
    #[test]
    fn any_bytes_in_any_fragments_are_judged_as_when_joined(
        fragments in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..6),
                any::<String>().prop_map(String::into_bytes),
                prop::sample::select(vec![b"\xe2".to_vec(), b"\x82".to_vec(), b"\xac".to_vec(), b"\xf0\x9f".to_vec()]),
            ],
            1..8,
        ),
        cut in 1..20usize,
    ) {
        let last = fragments.len() - 1;
        let bytes: Vec<u8> = fragments.iter().enumerate().flat_map(|(index, payload)| {
            let fin = if index == last { 0x80 } else { 0 };
            masked(fin | u8::from(index == 0), payload)
        }).collect();
        let outcome = run(server(), bytes.chunks(cut));
        prop_assert_eq!(&outcome, &run(server(), [&bytes[..]]));

        let joined = fragments.concat();
        match std::str::from_utf8(&joined) {
            Ok(text) => prop_assert_eq!(outcome.events, [Owned::Text(text.into())]),
            Err(expected) => {
                let Some(ProtocolError::InvalidText(error)) = outcome.error else {
                    return Err(TestCaseError::fail(format!("{outcome:?}")));
                };
                prop_assert_eq!(error.valid_up_to(), expected.valid_up_to() as u64);
                prop_assert_eq!(error.error_len().map(usize::from), expected.error_len());
            }
        }
    }
}
