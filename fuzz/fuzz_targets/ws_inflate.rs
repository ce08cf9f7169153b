//! Arbitrary bytes as the payload of compressed messages, whole and cut at random, in whole messages and in chunks: the same
//! messages and error; never more comes out than the budget allows.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use websocket_proto::deflate::{DeflateConfig, Policy, Pool};
use websocket_proto::frame::{Header, Opcode, Rsv};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Client, Config, Connection, Event, MessageBuffer, ProtocolError};

const MAX_MESSAGE_LEN: u64 = 50_000;

#[derive(Arbitrary, Debug)]
struct Input {
    takeover: bool,
    small_window: bool,
    max_ratio: u8,
    ratio_allowance: u16,
    /// Whether it is text, and its payload in fragments.
    messages: Vec<(bool, Vec<Vec<u8>>)>,
    cuts: Vec<u8>,
}

#[derive(Debug, Default, PartialEq)]
struct Outcome {
    /// Whether they are text, and their bytes. The last is not complete if there is an error, and counts in chunks alone.
    messages: Vec<(bool, Vec<u8>)>,
    error: Option<ProtocolError>,
}

fn connection(input: &Input, in_chunks: bool) -> Connection<Client<fn() -> [u8; 4]>> {
    let offer = match (input.takeover, input.small_window) {
        (true, false) => "permessage-deflate",
        (true, true) => "permessage-deflate; server_max_window_bits=9",
        (false, false) => "permessage-deflate; server_no_context_takeover",
        (false, true) => "permessage-deflate; server_no_context_takeover; server_max_window_bits=9",
    };
    let parameters = Policy::default().accept(Extensions::parse(offer).expect("a list")).expect("a valid offer");
    let deflate = DeflateConfig {
        max_ratio: input.max_ratio.into(),
        ratio_allowance: input.ratio_allowance.into(),
        ..DeflateConfig::default()
    };
    let config = Config { max_message_len: MAX_MESSAGE_LEN, in_chunks, ..Config::default() };
    let keys: fn() -> [u8; 4] = || [0; 4];
    Connection::client(config, keys).with_deflate(&parameters, deflate, &Pool::new(0))
}

fn stream(input: &Input) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (is_text, fragments) in &input.messages {
        for (index, fragment) in fragments.iter().enumerate() {
            let header = Header {
                fin: index + 1 == fragments.len(),
                rsv: if index == 0 { Rsv::RSV1 } else { Rsv::NONE },
                opcode: match (index, is_text) {
                    (0, true) => Opcode::Text,
                    (0, false) => Opcode::Binary,
                    _ => Opcode::Continuation,
                },
                masking_key: None,
                payload_len: fragment.len() as u64,
            };
            bytes.extend_from_slice(&header.encode());
            bytes.extend_from_slice(fragment);
        }
    }
    bytes
}

fn receive<'a>(input: &Input, in_chunks: bool, pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let mut connection = connection(input, in_chunks);
    let mut buffer = MessageBuffer::new();
    let mut outcome = Outcome::default();
    let mut under_way: Option<(bool, Vec<u8>)> = None;
    for piece in pieces {
        let mut bytes = piece.to_vec();
        let mut rest = &mut bytes[..];
        loop {
            match connection.receive(&mut rest, &mut buffer) {
                Ok(Some(Event::Text(text))) => outcome.messages.push((true, text.as_bytes().to_vec())),
                Ok(Some(Event::Binary(bytes))) => outcome.messages.push((false, bytes.to_vec())),
                Ok(Some(Event::TextChunk { text, fin })) => {
                    under_way.get_or_insert((true, Vec::new())).1.extend_from_slice(text.as_bytes());
                    outcome.messages.extend(fin.then(|| under_way.take()).flatten());
                }
                Ok(Some(Event::BinaryChunk { bytes, fin })) => {
                    under_way.get_or_insert((false, Vec::new())).1.extend_from_slice(bytes);
                    outcome.messages.extend(fin.then(|| under_way.take()).flatten());
                }
                Ok(Some(other)) => panic!("{other:?}"),
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(connection.receive(&mut rest, &mut buffer), Err(error), "a failure is final");
                    outcome.error = Some(error);
                    break;
                }
            }
        }
        assert!(buffer.capacity() <= 512 * 1024);
    }
    if outcome.error.is_some() && in_chunks {
        outcome.messages.push(under_way.unwrap_or_default());
    }
    for (_, message) in &outcome.messages {
        assert!(message.len() as u64 <= MAX_MESSAGE_LEN);
    }
    outcome
}

fuzz_target!(|input: Input| {
    let bytes = stream(&input);
    let whole = receive(&input, false, std::iter::once(&bytes[..]));
    assert_eq!(receive(&input, false, push_proto_fuzz::pieces(&bytes, &input.cuts)), whole);
    let mut in_chunks = receive(&input, true, std::iter::once(&bytes[..]));
    assert_eq!(receive(&input, true, push_proto_fuzz::pieces(&bytes, &input.cuts)), in_chunks);
    // In chunks there is the start of the message that fails as well.
    in_chunks.messages.truncate(whole.messages.len());
    assert_eq!(in_chunks, whole);
});
