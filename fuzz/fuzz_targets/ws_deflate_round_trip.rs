//! Messages that one end compresses, with any parameters, in fragments or whole, shared or its own, between others that
//! are sent plain, cut at random: each arrives as it was sent, and an inflater that knows nothing but what was sent to it,
//! and keeps to the window, makes the same of them. What is sent is never longer than it would be plain.

#![no_main]

#[path = "../../crates/websocket-proto/tests/deflate_support/mod.rs"]
mod deflate_support;

use deflate_support::inflate::Reference;
use deflate_support::message;
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use websocket_proto::connection::SharedMessage;
use websocket_proto::deflate::{DeflateConfig, Level, Limits, MemoryLevel, Offers, Policy, Pool, WindowBits};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Config, Connection, Event, MessageBuffer};

#[derive(Arbitrary, Debug)]
enum Step {
    Text(String),
    /// A pattern, and how often it comes.
    Binary(Vec<u8>, u8),
    Fragments(Vec<(Vec<u8>, u8)>),
    Shared(String, u8),
    ReleaseSender,
    ReleaseReceiver,
    /// So many random bytes of a generator that starts with a seed, with some bits set: mostly sent plain.
    Noise(u16, u8, u8),
    /// Another connection of the same pool sends something, and falls idle.
    Another(Vec<u8>, u8),
}

#[derive(Arbitrary, Debug)]
struct Input {
    takeover: bool,
    window_bits: u8,
    level: u8,
    memory_level: u8,
    min_len: u8,
    steps: Vec<Step>,
    cuts: Vec<u8>,
}

fuzz_target!(|input: Input| {
    let window_bits = 8 + input.window_bits % 8;
    let limits =
        Limits { context_takeover: input.takeover, max_window_bits: WindowBits::new(window_bits).expect("8 to 15") };
    let policies = [Policy { receiving: limits, ..Policy::default() }];
    let offers = Offers(&policies);
    let offer = offers.to_string();
    let accepted = Policy::default().accept(Extensions::parse(&offer).expect("a list")).expect("a valid offer");
    let answer = accepted.to_string();
    let confirmed = offers.confirm(Extensions::parse(&answer).expect("a list")).expect("an answer to the offer");
    assert_eq!(confirmed, Some(accepted));

    let deflate = DeflateConfig {
        level: Level::new(1 + input.level % 9).expect("1 to 9"),
        memory_level: MemoryLevel::new(1 + input.memory_level % 9).expect("1 to 9"),
        min_len: input.min_len.into(),
        max_ratio: 1100,
        ..DeflateConfig::default()
    };
    let pool = Pool::new(1);
    let config = Config { max_output: usize::MAX, ..Config::default() };
    let mut server = Connection::server(config).with_deflate(&accepted, deflate, &pool);
    let mut client = Connection::client(config, || [0; 4]).with_deflate(&accepted, deflate, &pool);
    let mut another = Connection::server(config).with_deflate(&accepted, deflate, &pool);
    let mut reference = Reference::new(limits.max_window_bits.window_len(), limits.context_takeover);
    let mut buffer = MessageBuffer::new();
    for step in &input.steps {
        let mut output = Vec::new();
        let mut sent = Vec::new();
        let mut max_len = None;
        match step {
            Step::Text(text) => {
                server.send_text(text, &mut output).expect("the connection is open");
                sent.push(text.as_bytes().to_vec());
                max_len = Some(text.len());
            }
            Step::Binary(pattern, count) => {
                let bytes = pattern.repeat((*count).into());
                server.send_binary(&bytes, &mut output).expect("the connection is open");
                max_len = Some(bytes.len());
                sent.push(bytes);
            }
            Step::Fragments(fragments) => {
                let fragments: Vec<_> = fragments.iter().map(|(bytes, count)| bytes.repeat((*count).into())).collect();
                for (index, fragment) in fragments.iter().enumerate() {
                    let fin = index + 1 == fragments.len();
                    server.send_binary_fragment(fragment, fin, &mut output).expect("the connection is open");
                    if !fin {
                        server.send_ping(b"between", &mut output).expect("the connection is open");
                    }
                }
                sent.extend((!fragments.is_empty()).then(|| fragments.concat()));
            }
            Step::Shared(text, count) => {
                let text = text.repeat((*count).into());
                let message = SharedMessage::text(&text).compress(deflate, &pool);
                let mut replies = Vec::new();
                output.extend_from_slice(server.send_shared(&message, &mut replies).expect("the connection is open"));
                assert!(replies.is_empty());
                max_len = Some(text.len());
                sent.push(text.into_bytes());
            }
            Step::ReleaseSender => server.release_idle(),
            Step::ReleaseReceiver => client.release_idle(),
            Step::Noise(len, seed, bits) => {
                let bytes = noise((*len).into(), *seed, *bits);
                server.send_binary(&bytes, &mut output).expect("the connection is open");
                max_len = Some(bytes.len());
                sent.push(bytes);
            }
            Step::Another(pattern, count) => {
                let bytes = pattern.repeat((*count).into());
                another.send_binary(&bytes, &mut Vec::new()).expect("the connection is open");
                another.release_idle();
            }
        }
        if let [sent] = &sent[..] {
            let (is_compressed, payload) = message(&output);
            let inflated = if is_compressed { reference.message(&payload) } else { Ok(&payload[..]) };
            assert_eq!(inflated, Ok(&sent[..]));
        }
        if let Some(len) = max_len {
            assert!(output.len() <= len + 10);
        }
        let mut received = Vec::new();
        for piece in push_proto_fuzz::pieces(&output, &input.cuts) {
            let mut bytes = piece.to_vec();
            let mut rest = &mut bytes[..];
            while let Some(event) = client.receive(&mut rest, &mut buffer).expect("a sound peer") {
                match event {
                    Event::Text(text) => received.push(text.as_bytes().to_vec()),
                    Event::Binary(bytes) => received.push(bytes.to_vec()),
                    Event::Ping(b"between") => {}
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(received, sent);
    }
});

fn noise(len: usize, seed: u8, bits: u8) -> Vec<u8> {
    let mut state = u64::from(seed);
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0] | bits
    };
    std::iter::repeat_with(next).take(len).collect()
}
