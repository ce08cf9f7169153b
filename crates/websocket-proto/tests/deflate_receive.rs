//! Receiving compressed messages (RFC 7692 6.1, 7.2.2): the examples of the standard byte for byte, what is refused, limits,
//! chunks; all for every split.

#![cfg(feature = "deflate")]

mod support;

use serde::Deserialize;
use support::{Outcome, Owned, TestClient, client, hex, masked, run, run_split, server, unmasked};
use websocket_proto::deflate::{DeflateConfig, InflateError, Level, Limits, Parameters, Policy, Pool, WindowBits};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Config, Connection, Event, MessageBuffer, ProtocolError, Server, State};

#[derive(Deserialize)]
struct Vectors {
    permessage_deflate: Deflate,
}

#[derive(Deserialize)]
struct Deflate {
    examples: Vec<Example>,
    invalid_streams: Vec<Invalid>,
}

#[derive(Deserialize)]
struct Example {
    name: String,
    frames_hex: Vec<String>,
    messages_utf8: Vec<String>,
}

#[derive(Deserialize)]
struct Invalid {
    name: String,
    receiver: String,
    bytes_hex: String,
    expect_close: Vec<u16>,
}

fn vectors() -> Deflate {
    let vectors: Vectors = serde_json::from_str(include_str!("vectors/websocket.json")).unwrap();
    vectors.permessage_deflate
}

fn parameters(offer: &str) -> Parameters {
    Policy::default().accept(Extensions::parse(offer).unwrap()).unwrap()
}

fn deflating(config: Config, deflate: DeflateConfig) -> Connection<Server> {
    Connection::server(config).with_deflate(&parameters("permessage-deflate"), deflate, &Pool::default())
}

fn deflating_server() -> Connection<Server> {
    deflating(Config::default(), DeflateConfig::default())
}

fn deflating_client() -> Connection<TestClient> {
    client().with_deflate(&parameters("permessage-deflate"), DeflateConfig::default(), &Pool::default())
}

/// The raw DEFLATE form of `bytes` as one stored block for each piece of 60000 bytes, up to where the tail is left out.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    for piece in bytes.chunks(60_000) {
        let len = u16::try_from(piece.len()).unwrap();
        compressed.push(0);
        compressed.extend_from_slice(&len.to_le_bytes());
        compressed.extend_from_slice(&(!len).to_le_bytes());
        compressed.extend_from_slice(piece);
    }
    compressed.push(0);
    compressed
}

fn text(text: &str) -> Owned {
    Owned::Text(text.into())
}

/// As [`run_split`], for messages in chunks: the chunks of a message are joined, for each split is into other ones.
fn run_split_in_chunks(config: Config, bytes: &[u8]) -> Outcome {
    let run = |pieces: Vec<&[u8]>| {
        let mut connection = deflating(Config { in_chunks: true, ..config }, DeflateConfig::default());
        let mut buffer = MessageBuffer::new();
        let mut outcome = Outcome { events: Vec::new(), error: None, state: State::Open, output: Vec::new() };
        let (mut text, mut binary) = (String::new(), Vec::new());
        for piece in pieces {
            let mut bytes = piece.to_vec();
            let mut input = &mut bytes[..];
            loop {
                match connection.receive(&mut input, &mut buffer) {
                    Ok(Some(Event::TextChunk { text: chunk, fin })) => {
                        text.push_str(chunk);
                        if fin {
                            outcome.events.push(Owned::Text(std::mem::take(&mut text)));
                        }
                    }
                    Ok(Some(Event::BinaryChunk { bytes, fin })) => {
                        binary.extend_from_slice(bytes);
                        if fin {
                            outcome.events.push(Owned::Binary(std::mem::take(&mut binary)));
                        }
                    }
                    Ok(Some(event)) => outcome.events.push(event.into()),
                    Ok(None) => break,
                    Err(error) => {
                        outcome.error = Some(error);
                        break;
                    }
                }
            }
        }
        // What came of a message that is not complete, or never will be.
        outcome.events.extend([Owned::Text(text), Owned::Binary(binary)]);
        outcome.state = connection.state();
        outcome
    };
    let whole = run(vec![bytes]);
    assert_eq!(run(bytes.chunks(1).collect()), whole, "byte by byte");
    for at in (0..bytes.len()).step_by(bytes.len() / 300 + 1) {
        assert_eq!(run(vec![&bytes[..at], &bytes[at..]]), whole, "cut at {at}");
    }
    whole
}

#[test]
fn the_examples_of_the_standard_are_inflated_for_every_split() {
    let examples = vectors().examples;
    assert!(examples.len() >= 11);
    for Example { name, frames_hex, messages_utf8 } in &examples {
        let expected: Vec<_> = messages_utf8.iter().map(|message| text(message)).collect();
        let frames = hex(&frames_hex.concat());
        let outcome = run_split(deflating_client, &frames);
        assert_eq!(outcome.error, None, "{name}");
        let texts: Vec<_> = outcome.events.into_iter().filter(|event| matches!(event, Owned::Text(_))).collect();
        assert_eq!(texts, expected, "{name}");
    }
}

#[test]
fn invalid_streams_fail_with_the_preferred_close_code_for_every_split() {
    let invalid = vectors().invalid_streams;
    assert!(invalid.len() >= 5);
    for Invalid { name, receiver, bytes_hex, expect_close } in &invalid {
        assert_eq!(receiver, "server", "{name}");
        let outcome = run_split(deflating_server, &hex(bytes_hex));
        let error = outcome.error.unwrap_or_else(|| panic!("{name}: accepted"));
        assert_eq!(error.close_code().get(), expect_close[0], "{name}: {error}");
        assert_eq!(outcome.state, State::Failed, "{name}");
    }
}

#[test]
fn rsv1_is_refused_unless_compression_was_negotiated() {
    let bytes = masked(0xc1, &hex("f248cdc9c90700"));
    assert_eq!(run_split(deflating_server, &bytes).events, [text("Hello")]);
    assert_eq!(run_split(server, &bytes).error.unwrap().close_code().get(), 1002);
}

#[test]
fn a_block_may_refer_to_what_came_before_a_final_block() {
    // "Hello" in a final block, then a message of nothing but a reference to it.
    let frames = [masked(0xc1, &hex("f348cdc9c9070000")), masked(0xc1, &hex("f200110000"))].concat();
    assert_eq!(run_split(deflating_server, &frames).events, [text("Hello"), text("Hello")]);
    // Some senders leave out the byte after the final block.
    let frames = [masked(0xc1, &hex("f348cdc9c90700")), masked(0xc1, &hex("f200110000"))].concat();
    assert_eq!(run_split(deflating_server, &frames).events, [text("Hello"), text("Hello")]);
    // Without context takeover there is nothing to refer to.
    let outcome = run_split(
        || {
            let parameters = parameters("permessage-deflate; client_no_context_takeover");
            Connection::server(Config::default()).with_deflate(&parameters, DeflateConfig::default(), &Pool::default())
        },
        &frames,
    );
    assert_eq!(outcome.events, [text("Hello")]);
    assert_eq!(outcome.error, Some(ProtocolError::Inflate(InflateError::Malformed)));
}

#[test]
fn a_message_without_any_byte_is_empty() {
    let frames =
        [masked(0xc1, b""), masked(0x42, b""), masked(0x80, b""), masked(0xc1, &hex("f248cdc9c90700"))].concat();
    assert_eq!(run_split(deflating_server, &frames).events, [text(""), Owned::Binary(Vec::new()), text("Hello")]);
}

#[test]
fn what_is_no_deflate_stream_fails_with_1007() {
    // A reserved block type, a stored block whose length and complement differ, one that is cut, a code that is cut, and a
    // distance beyond the start.
    for payload in ["06", "000500000048", "000500faff4865", "f248cd", "f20011000000"] {
        let outcome = run_split(deflating_server, &masked(0xc2, &hex(payload)));
        assert_eq!(outcome.error, Some(ProtocolError::Inflate(InflateError::Malformed)), "{payload}");
        assert_eq!(outcome.output, hex("880203ef"), "{payload}");
        assert_eq!(outcome.events, [], "{payload}");
    }
}

#[test]
fn text_is_checked_as_it_comes_out() {
    // The fragment is not the last, and is ill-formed at its end.
    let outcome = run_split(deflating_server, &masked(0x41, &stored(b"grue\xff")));
    let Some(ProtocolError::InvalidText(error)) = outcome.error else { panic!("{outcome:?}") };
    assert_eq!(error.valid_up_to(), 4);

    // A character may be cut by fragments of the stream, which cut blocks anywhere.
    let compressed = stored("grüße, 世界 🦀".as_bytes());
    for at in 0..=compressed.len() {
        let (first, second) = compressed.split_at(at);
        let frames = [masked(0x41, first), masked(0x89, b"?"), masked(0x80, second)].concat();
        let outcome = run_split(deflating_server, &frames);
        assert_eq!(outcome.events, [Owned::Ping(b"?".to_vec()), text("grüße, 世界 🦀")], "cut at {at}");
    }
    // But not by the end of the message.
    let outcome = run_split(deflating_server, &masked(0xc1, &stored(b"gr\xc3")));
    assert!(matches!(outcome.error, Some(ProtocolError::InvalidText(_))), "{outcome:?}");
    // What is wrong with the text comes before what is wrong with the data after it.
    let outcome = run_split(deflating_server, &masked(0xc1, &hex("000100feffff06")));
    assert!(matches!(outcome.error, Some(ProtocolError::InvalidText(_))), "{outcome:?}");
}

#[test]
fn the_limit_on_messages_is_on_what_comes_out() {
    let config = Config { max_message_len: 100, ..Config::default() };
    let server = || deflating(config, DeflateConfig::default());
    let outcome = run_split(server, &masked(0xc2, &stored(&[7; 100])));
    assert_eq!((outcome.events, outcome.error), (vec![Owned::Binary(vec![7; 100])], None));
    let outcome = run_split(server, &masked(0xc2, &stored(&[7; 101])));
    assert_eq!(outcome.error, Some(ProtocolError::MessageTooBig { len: 101, limit: 100 }));
    // Of a message that holds nothing, not everything is taken: its header decides.
    let header = &masked(0xc2, &[0; 1225])[..8];
    let outcome = run_split(server, header);
    assert_eq!(outcome.error, Some(ProtocolError::MessageTooBig { len: 1225, limit: 1224 }));
    // A plain message has the limit as it is.
    let outcome = run_split(server, &masked(0x82, &[7; 101]));
    assert_eq!(outcome.error, Some(ProtocolError::MessageTooBig { len: 101, limit: 100 }));
}

#[test]
fn a_ratio_beyond_the_budget_is_refused_with_1009() {
    // "aaa…": one literal, and references to it with the fixed code, each of 258 bytes.
    let smallest = DeflateConfig { level: Level::SMALLEST, ..DeflateConfig::default() };
    let mut sender = deflating(Config::default(), smallest);
    let mut frame = Vec::new();
    sender.send_binary(&[b'a'; 10_000], &mut frame).unwrap();
    let compressed = frame[2..].to_vec();
    assert!(compressed.len() < 60);
    let len = compressed.len() as u64;
    let allowing = |max_ratio, ratio_allowance| {
        move || deflating(Config::default(), DeflateConfig { max_ratio, ratio_allowance, ..DeflateConfig::default() })
    };
    let bytes = masked(0xc2, &compressed);
    assert_eq!(run_split(allowing(1, 10_000), &bytes).error, None);
    assert_eq!(run_split(allowing(1000, 0), &bytes).error, None);
    let error = run_split(allowing(10, 0), &bytes).error.unwrap();
    let expected = InflateError::RatioTooHigh { compressed: len, inflated: 10 * len + 1, limit: 10 * len };
    assert_eq!(error, ProtocolError::Inflate(expected));
    assert_eq!(error.close_code().get(), 1009);
    let error = run_split(allowing(10, 5000), &bytes).error.unwrap();
    let expected = InflateError::RatioTooHigh { compressed: len, inflated: 5001, limit: 5000 };
    assert_eq!(error, ProtocolError::Inflate(expected));
}

#[test]
fn chunks_join_to_the_message_for_every_split() {
    let long = "grüße, 世界 🦀 ".repeat(4000);
    let mut sender = deflating_client();
    let mut bytes = Vec::new();
    sender.send_text("short enough for one chunk, long enough to be compressed; grüße, 世界 🦀", &mut bytes).unwrap();
    sender.send_text(&long, &mut bytes).unwrap();
    sender.send_text("plain", &mut bytes).unwrap();
    sender.send_binary(&long.as_bytes()[1..], &mut bytes).unwrap();
    bytes.extend(masked(0xc1, b"\0"));
    let outcome = run_split_in_chunks(Config::default(), &bytes);
    assert_eq!(outcome.error, None);
    assert_eq!(
        outcome.events,
        [
            text("short enough for one chunk, long enough to be compressed; grüße, 世界 🦀"),
            text(&long),
            text("plain"),
            Owned::Binary(long.as_bytes()[1..].to_vec()),
            text(""),
            text(""),
            Owned::Binary(Vec::new()),
        ],
    );
}

#[test]
fn what_comes_before_an_error_is_handed_out_in_chunks() {
    let end = |text: &str, binary: &[u8]| [Owned::Text(text.into()), Owned::Binary(binary.into())];
    let outcome = run_split_in_chunks(Config::default(), &masked(0xc1, &stored(b"grue\xc3\xff")));
    let Some(ProtocolError::InvalidText(error)) = outcome.error else { panic!("{outcome:?}") };
    assert_eq!((error.valid_up_to(), outcome.events), (4, end("grue", b"").to_vec()));

    let outcome = run_split_in_chunks(Config::default(), &masked(0xc1, &stored(b"grue\xc3")));
    assert!(matches!(outcome.error, Some(ProtocolError::InvalidText(_))), "{outcome:?}");
    assert_eq!(outcome.events, end("grue", b""));

    let outcome = run_split_in_chunks(Config::default(), &masked(0xc2, &hex("000200fdff4865ff")));
    assert_eq!(outcome.error, Some(ProtocolError::Inflate(InflateError::Malformed)));
    assert_eq!(outcome.events, end("", b"He"));

    let config = Config { max_message_len: 100, ..Config::default() };
    let outcome = run_split_in_chunks(config, &masked(0xc2, &stored(&[7; 300])));
    assert_eq!(outcome.error, Some(ProtocolError::MessageTooBig { len: 101, limit: 100 }));
    assert_eq!(outcome.events, end("", &[7; 100]));
}

#[test]
fn a_smaller_window_is_kept_across_release() {
    let limits = Limits { max_window_bits: WindowBits::new(9).unwrap(), ..Limits::default() };
    let policy = Policy { receiving: limits, ..Policy::default() };
    let offers = Extensions::parse("permessage-deflate; client_max_window_bits").unwrap();
    let parameters = policy.accept(offers).unwrap();
    let (config, pool) = (DeflateConfig::default(), Pool::default());
    let mut server = Connection::server(Config::default()).with_deflate(&parameters, config, &pool);
    let mut client = Connection::client(Config::default(), || [1, 2, 3, 4]).with_deflate(&parameters, config, &pool);
    let mut buffer = MessageBuffer::new();
    for number in 0..50_u32 {
        // Each message resembles the one before, so that it is compressed with reference to it.
        let message = format!("message {number} of many that are all alike, but for the number, as they often are");
        let mut bytes = Vec::new();
        client.send_text(&message, &mut bytes).unwrap();
        assert!(number == 0 || bytes.len() < 40, "{} bytes", bytes.len());
        assert_eq!(server.receive(&mut &mut bytes[..], &mut buffer), Ok(Some(Event::Text(&message))));
        server.release_idle();
        assert!(server.buffered() <= 512);
        assert!(number == 0 || server.buffered() > 0);
    }
}

#[test]
fn a_client_inflates_what_is_not_masked() {
    let outcome = run_split(deflating_client, &unmasked(0xc1, &hex("f248cdc9c90700")));
    assert_eq!(outcome.events, [text("Hello")]);
}

#[test]
fn long_frames_give_the_same_however_reads_cut_them() {
    const LEN: usize = 100_000;
    let fragment = |first_byte, bytes: &[u8]| masked(first_byte, bytes);
    let mut streams = Vec::new();
    for ill_formed_at in [None, Some(5), Some(32_000), Some(33_000), Some(70_000), Some(LEN - 1)] {
        let mut text = vec![b'a'; LEN];
        if let Some(at) = ill_formed_at {
            text[at] = 0xff;
        }
        let compressed = stored(&text);
        streams.push((fragment(0xc1, &compressed), ill_formed_at));
        let (first, second) = compressed.split_at(45_000);
        streams.push(([fragment(0x41, first), fragment(0x80, second)].concat(), ill_formed_at));
    }
    // A block of the type that is reserved, after the first 60000 bytes.
    let mut malformed = stored(&[b'a'; LEN]);
    malformed[60_005] = 0xff;
    streams.push((fragment(0xc1, &malformed), None));
    for (stream, ill_formed_at) in &streams {
        for len in [stream.len(), stream.len() - 1, 90_000, 65_544, 50_000, 32_776, 20_000] {
            let stream = &stream[..len];
            let whole = run(deflating_server(), [stream]);
            if let (Some(at), true) = (ill_formed_at, len >= 90_000 && len > ill_formed_at.unwrap_or(0) + 33_000) {
                let Some(ProtocolError::InvalidText(error)) = whole.error else { panic!("{:?}", whole.error) };
                assert_eq!(error.valid_up_to(), *at as u64);
            }
            for read_len in [1, 1000, 4096, 16_384, 32_768, 40_000, 70_000] {
                let cut = run(deflating_server(), stream.chunks(read_len));
                assert!(cut == whole, "{len} bytes in reads of {read_len}: {:?}, not {:?}", cut.error, whole.error);
            }
        }
    }
    let whole = run(deflating_server(), [&streams[0].0[..]]);
    assert_eq!(whole.events, [text(&"a".repeat(LEN))]);
    let malformed = run(deflating_server(), [&streams[12].0[..]]);
    assert_eq!(malformed.error, Some(ProtocolError::Inflate(InflateError::Malformed)));
}
