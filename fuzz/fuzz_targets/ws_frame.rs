//! Arbitrary bytes through the frame decoder, whole and cut at random: the same parts come out, and what was decoded
//! encodes back to the bytes that were consumed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket_proto::frame::{FrameDecoder, FrameError, FramePart, FrameRules, Header, Rsv};

/// Frames with their payloads so far, the last perhaps incomplete, and how the stream ended.
type Outcome = (Vec<(Header, Vec<u8>)>, Option<FrameError>);

fn decode<'a>(rules: FrameRules, pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let mut decoder = FrameDecoder::new(rules);
    let mut frames: Vec<(Header, Vec<u8>)> = Vec::new();
    let mut complete = true;
    for piece in pieces {
        let mut bytes = piece.to_vec();
        let mut input = &mut bytes[..];
        loop {
            match decoder.next(&mut input) {
                Ok(Some(FramePart::Start(header))) => {
                    assert!(complete);
                    complete = false;
                    frames.push((header, Vec::new()));
                }
                Ok(Some(FramePart::Payload(part))) => {
                    assert!(!part.is_empty());
                    frames.last_mut().unwrap().1.extend_from_slice(part);
                }
                Ok(Some(FramePart::End)) => {
                    let (header, payload) = frames.last().unwrap();
                    assert_eq!(header.payload_len, payload.len() as u64);
                    complete = true;
                }
                Ok(None) => {
                    assert!(input.is_empty());
                    break;
                }
                Err(error) => return (frames, Some(error)),
            }
        }
    }
    (frames, None)
}

fuzz_target!(|input: (bool, bool, Vec<u8>, Vec<u8>)| {
    let (masked, rsv1, cuts, bytes) = input;
    let rules = FrameRules { masked, rsv: if rsv1 { Rsv::RSV1 } else { Rsv::NONE }, max_payload_len: 1 << 40 };
    let whole = decode(rules, std::iter::once(&bytes[..]));
    assert_eq!(decode(rules, push_proto_fuzz::pieces(&bytes, &cuts)), whole);

    let mut encoded = Vec::new();
    for (header, payload) in &whole.0 {
        encoded.extend_from_slice(&header.encode());
        let start = encoded.len();
        encoded.extend_from_slice(payload);
        if let Some(key) = header.masking_key {
            key.mask().apply(&mut encoded[start..]);
        }
    }
    assert!(bytes.starts_with(&encoded), "decoding loses nothing");
});
