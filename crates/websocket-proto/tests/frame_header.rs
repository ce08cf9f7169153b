//! The frame header (RFC 6455 5.2): every rule, every cut, encoding and decoding.

use proptest::prelude::*;
use websocket_proto::frame::{FrameDecoder, FrameError, FramePart, FrameRules, Header, MAX_HEADER_LEN, Opcode, Rsv};
use websocket_proto::mask::MaskingKey;
use websocket_proto::{Client, Server};

type AnyClient = Client<fn() -> [u8; 4]>;

fn to_server() -> FrameRules {
    FrameRules::for_role::<Server>()
}

fn to_client() -> FrameRules {
    FrameRules::for_role::<AnyClient>()
}

/// The error of a header, which must come as soon as `decided_at` bytes of it are there and not before.
#[track_caller]
fn refuses(bytes: &[u8], rules: FrameRules, decided_at: usize, error: FrameError) {
    for len in 0..=bytes.len() {
        let expected = if len < decided_at { Ok(None) } else { Err(error) };
        assert_eq!(Header::decode(&bytes[..len], &rules), expected, "{len} bytes of {bytes:02x?}");
    }
}

#[test]
fn reserved_opcodes_are_refused_at_the_first_byte() {
    for opcode in (3..=7).chain(11..=15) {
        refuses(&[0x80 | opcode, 0x80], to_server(), 1, FrameError::ReservedOpcode(opcode));
        refuses(&[opcode, 0x00], to_client(), 1, FrameError::ReservedOpcode(opcode));
    }
}

#[test]
fn reserved_bits_are_refused_at_the_first_byte_unless_allowed() {
    for bits in [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70] {
        for opcode in [0, 1, 2, 8, 9, 10] {
            let error = FrameError::ReservedBits { bits, allowed: 0 };
            refuses(&[0x80 | bits | opcode, 0x80], to_server(), 1, error);
        }
    }
    let rules = FrameRules { rsv: Rsv::RSV1, ..to_client() };
    let (header, _) = Header::decode(&[0xc1, 0], &rules).unwrap().unwrap();
    assert_eq!(header.rsv, Rsv::RSV1);
    refuses(&[0xe1, 0], rules, 1, FrameError::ReservedBits { bits: 0x60, allowed: 0x40 });
}

#[test]
fn reserved_bits_are_never_allowed_on_control_frames() {
    let rules = FrameRules { rsv: Rsv::RSV1, ..to_client() };
    for opcode in [8, 9, 10] {
        refuses(&[0xc0 | opcode, 0], rules, 1, FrameError::ReservedBits { bits: 0x40, allowed: 0 });
    }
}

#[test]
fn fragmented_control_frames_are_refused_at_the_first_byte() {
    for opcode in [Opcode::Close, Opcode::Ping, Opcode::Pong] {
        refuses(&[opcode.bits(), 0x80], to_server(), 1, FrameError::FragmentedControl(opcode));
    }
}

#[test]
fn control_frames_over_125_bytes_are_refused_at_the_second_byte() {
    for opcode in [8, 9, 10] {
        refuses(&[0x80 | opcode, 0xfe, 0, 126, 1, 2, 3, 4], to_server(), 2, FrameError::ControlTooLong);
        let long = [0x80 | opcode, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0];
        refuses(&long, to_client(), 2, FrameError::ControlTooLong);
    }
}

#[test]
fn masking_must_fit_the_role_and_is_judged_at_the_second_byte() {
    refuses(&[0x81, 0x05, b'H'], to_server(), 2, FrameError::NotMasked);
    refuses(&[0x81, 0x85, 0, 0, 0, 0], to_client(), 2, FrameError::Masked);
}

#[test]
fn lengths_must_be_minimal() {
    for len in [0, 1, 125] {
        let error = FrameError::LengthNotMinimal { len, encoded_in: 2 };
        refuses(&[0x82, 126, 0, u8::try_from(len).unwrap()], to_client(), 4, error);
    }
    for len in [0_u64, 125, 126, 65535] {
        let mut bytes = vec![0x82, 127];
        bytes.extend_from_slice(&len.to_be_bytes());
        refuses(&bytes, to_client(), 10, FrameError::LengthNotMinimal { len, encoded_in: 8 });
    }
}

#[test]
fn the_most_significant_bit_of_a_length_must_be_clear() {
    for len in [1 << 63, u64::MAX] {
        let mut bytes = vec![0x82, 127];
        bytes.extend_from_slice(&len.to_be_bytes());
        refuses(&bytes, to_client(), 10, FrameError::LengthTooLarge(len));
    }
    let mut bytes = vec![0x82, 127];
    bytes.extend_from_slice(&i64::MAX.to_be_bytes());
    let (header, len) = Header::decode(&bytes, &to_client()).unwrap().unwrap();
    assert_eq!((header.payload_len, len), (i64::MAX.unsigned_abs(), 10));
}

#[test]
fn a_frame_over_the_limit_is_refused_before_its_key_and_payload() {
    let rules = FrameRules { max_payload_len: 1000, ..to_server() };
    refuses(&[0x82, 0xfe, 0x03, 0xe9, 1, 2, 3, 4], rules, 4, FrameError::PayloadTooBig { len: 1001, limit: 1000 });
    assert!(Header::decode(&[0x82, 0xfe, 0x03, 0xe8, 1, 2, 3, 4], &rules).unwrap().is_some());
}

#[test]
fn errors_name_the_value_met_and_the_limit() {
    let texts = [
        (FrameError::ControlTooLong, "control frame payload is longer than 125 bytes"),
        (FrameError::PayloadTooBig { len: 70000, limit: 65536 }, "frame payload is 70000 bytes, limit 65536"),
        (FrameError::ReservedOpcode(3), "opcode 3 is reserved"),
        (FrameError::ReservedBits { bits: 0x40, allowed: 0 }, "reserved bits 0x40 are set, allowed are 0x00"),
        (FrameError::FragmentedControl(Opcode::Ping), "Ping frame is fragmented, control frames must not be"),
    ];
    for (error, text) in texts {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_failed_decoder_stays_failed() {
    let mut decoder = FrameDecoder::new(to_client());
    let error = Err(FrameError::ReservedOpcode(3));
    assert_eq!(decoder.next(&mut &mut [0x83][..]), error);
    assert_eq!(decoder.next(&mut &mut [0x81, 0][..]), error);
}

#[test]
fn payloads_larger_than_memory_pass_through() {
    let header = Header {
        fin: true,
        rsv: Rsv::NONE,
        opcode: Opcode::Binary,
        masking_key: None,
        payload_len: i64::MAX.unsigned_abs(),
    };
    let mut decoder = FrameDecoder::new(to_client());
    assert_eq!(decoder.next(&mut &mut header.encode().to_vec()[..]), Ok(Some(FramePart::Start(header))));
    let mut block = [7; 4096];
    for _ in 0..100 {
        let mut input = &mut block[..];
        assert!(matches!(decoder.next(&mut input), Ok(Some(FramePart::Payload(piece))) if piece.len() == 4096));
        assert_eq!(decoder.next(&mut input), Ok(None));
    }
    assert!(!decoder.is_between_frames());
}

fn opcode() -> impl Strategy<Value = Opcode> {
    prop::sample::select(vec![
        Opcode::Continuation,
        Opcode::Text,
        Opcode::Binary,
        Opcode::Close,
        Opcode::Ping,
        Opcode::Pong,
    ])
}

prop_compose! {
    fn any_header()(
        opcode in opcode(),
        fin: bool,
        rsv1: bool,
        key: [u8; 4],
        masked: bool,
        len in prop_oneof![0..=126u64, 0..=65_536u64, 0..=i64::MAX.unsigned_abs()],
    ) -> Header {
        let control = opcode.is_control();
        Header {
            fin: fin || control,
            rsv: if rsv1 && !control { Rsv::RSV1 } else { Rsv::NONE },
            opcode,
            masking_key: masked.then_some(MaskingKey(key)),
            payload_len: if control { len % 126 } else { len },
        }
    }
}

proptest! {
    #[test]
    fn decoding_an_encoded_header_gives_it_back(header in any_header(), tail: Vec<u8>) {
        let rules = FrameRules {
            masked: header.masking_key.is_some(),
            rsv: Rsv::RSV1,
            max_payload_len: i64::MAX.unsigned_abs(),
        };
        let encoded = header.encode();
        prop_assert!(encoded.len() <= MAX_HEADER_LEN);
        let mut bytes = encoded.to_vec();
        bytes.extend_from_slice(&tail);
        prop_assert_eq!(Header::decode(&bytes, &rules), Ok(Some((header, encoded.len()))));
        for len in 0..encoded.len() {
            prop_assert_eq!(Header::decode(&bytes[..len], &rules), Ok(None));
        }
    }

    #[test]
    fn frames_come_out_whole_however_they_are_cut(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..6),
        key: [u8; 4],
        cuts in prop::collection::vec(1..40usize, 1..20),
    ) {
        let mut bytes = Vec::new();
        for payload in &payloads {
            let header = Header {
                fin: true,
                rsv: Rsv::NONE,
                opcode: Opcode::Binary,
                masking_key: Some(MaskingKey(key)),
                payload_len: payload.len() as u64,
            };
            bytes.extend_from_slice(&header.encode());
            bytes.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
        }

        let mut decoder = FrameDecoder::new(to_server());
        let mut decoded: Vec<Vec<u8>> = Vec::new();
        let mut ends = 0;
        let mut rest = &mut bytes[..];
        for cut in cuts.iter().cycle() {
            let (mut read, after) = rest.split_at_mut((*cut).min(rest.len()));
            rest = after;
            while let Some(part) = decoder.next(&mut read).unwrap() {
                match part {
                    FramePart::Start(_) => decoded.push(Vec::new()),
                    FramePart::Payload(piece) => {
                        prop_assert!(!piece.is_empty());
                        decoded.last_mut().unwrap().extend_from_slice(piece);
                    }
                    FramePart::End => ends += 1,
                }
            }
            if rest.is_empty() {
                break;
            }
        }
        prop_assert!(decoder.is_between_frames());
        prop_assert_eq!(ends, payloads.len());
        prop_assert_eq!(decoded, payloads);
    }
}
