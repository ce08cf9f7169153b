//! Messages that one end compresses and the other inflates, with any parameters, in any pieces.

#![cfg(feature = "deflate")]

use proptest::prelude::*;
use websocket_proto::connection::SharedMessage;
use websocket_proto::deflate::{
    DeflateConfig, Level, Limits, MemoryLevel, Offers, Parameters, Policy, Pool, WindowBits,
};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Client, Config, Connection, Event, MessageBuffer, Role, Server};

/// What is done with two ends that talk.
#[derive(Clone, Debug)]
enum Step {
    Text(String),
    Binary(Vec<u8>),
    Fragments(Vec<String>),
    /// From the server only.
    Shared(String),
    ReleaseIdle,
}

fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![Just("price"), Just("{\"symbol\":\""), Just("grüße"), Just("🦀"), Just("0.1234"), Just(" ")];
    prop_oneof![
        4 => prop::collection::vec(word, 0..200).prop_map(|words| words.concat()),
        1 => ".{0,300}",
        1 => (0_usize..100_000).prop_map(|len| "a long one, ".repeat(len / 12)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => words().prop_map(Step::Text),
        2 => prop::collection::vec(any::<u8>(), 0..2000).prop_map(Step::Binary),
        2 => prop::collection::vec(words(), 1..5).prop_map(Step::Fragments),
        1 => words().prop_map(Step::Shared),
        1 => Just(Step::ReleaseIdle),
    ]
}

fn limits() -> impl Strategy<Value = Limits> {
    (any::<bool>(), 8_u8..=15).prop_map(|(context_takeover, bits)| Limits {
        context_takeover,
        max_window_bits: WindowBits::new(bits).unwrap(),
    })
}

fn parameters() -> impl Strategy<Value = Parameters> {
    (limits(), limits()).prop_map(|(sending, receiving)| {
        let policy = Policy { sending, receiving };
        let offers = Offers(&[policy]).to_string();
        Policy::default().accept(Extensions::parse(&offers).unwrap()).unwrap()
    })
}

fn config() -> impl Strategy<Value = DeflateConfig> {
    (1_u8..=9, 1_u8..=9, 0_usize..200).prop_map(|(level, memory_level, min_len)| DeflateConfig {
        level: Level::new(level).unwrap(),
        memory_level: MemoryLevel::new(memory_level).unwrap(),
        min_len,
        max_ratio: 1100,
        ..DeflateConfig::default()
    })
}

/// What arrives of `output` when it is cut into pieces of `piece_len` bytes, as text.
fn receive<R: Role>(receiver: &mut Connection<R>, mut output: Vec<u8>, piece_len: usize) -> Vec<Vec<u8>> {
    let mut received = Vec::new();
    let mut buffer = MessageBuffer::new();
    let mut cut = Vec::new();
    for piece in output.chunks_mut(piece_len) {
        let mut input = piece;
        while let Some(event) = receiver.receive(&mut input, &mut buffer).unwrap() {
            match event {
                Event::Text(text) => received.push(text.as_bytes().to_vec()),
                Event::Binary(bytes) => received.push(bytes.to_vec()),
                Event::TextChunk { text, fin } => {
                    cut.extend_from_slice(text.as_bytes());
                    received.extend(fin.then(|| std::mem::take(&mut cut)));
                }
                Event::BinaryChunk { bytes, fin } => {
                    cut.extend_from_slice(bytes);
                    received.extend(fin.then(|| std::mem::take(&mut cut)));
                }
                other => panic!("{other:?}"),
            }
        }
    }
    received
}

fn send<R: Role>(sender: &mut Connection<R>, step: &Step, output: &mut Vec<u8>) -> Option<Vec<u8>> {
    match step {
        Step::Text(text) => {
            sender.send_text(text, output).unwrap();
            Some(text.as_bytes().to_vec())
        }
        Step::Binary(bytes) => {
            sender.send_binary(bytes, output).unwrap();
            Some(bytes.clone())
        }
        Step::Fragments(fragments) => {
            for (index, fragment) in fragments.iter().enumerate() {
                sender.send_text_fragment(fragment, index + 1 == fragments.len(), output).unwrap();
            }
            Some(fragments.concat().into_bytes())
        }
        Step::Shared(_) => None,
        Step::ReleaseIdle => {
            sender.release_idle();
            None
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sent_arrives(
        parameters in parameters(),
        config in config(),
        steps in prop::collection::vec((any::<bool>(), step()), 1..20),
        piece_len in 1_usize..5000,
        in_chunks in any::<bool>(),
    ) {
        let pool = Pool::new(1);
        let whole = Config { in_chunks, max_output: usize::MAX, ..Config::default() };
        let mut server = Connection::server(whole).with_deflate(&parameters, config, &pool);
        let mut client = Connection::client(whole, || [0x37, 0xfa, 0x21, 0x3d]).with_deflate(&parameters, config, &pool);
        for (by_server, step) in steps {
            let mut output = Vec::new();
            let (sent, received) = if by_server {
                let mut sent = send(&mut server, &step, &mut output);
                if let Step::Shared(text) = &step {
                    let message = SharedMessage::text(text).compress(config, &pool);
                    output.extend_from_slice(server.send_shared(&message, &mut Vec::new()).unwrap());
                    sent = Some(text.as_bytes().to_vec());
                }
                (sent, receive(&mut client, output, piece_len))
            } else {
                let sent = send(&mut client, &step, &mut output);
                (sent, receive(&mut server, output, piece_len))
            };
            prop_assert_eq!(received, Vec::from_iter(sent));
        }
    }
}

fn agreed(offer: &str) -> Parameters {
    Policy::default().accept(Extensions::parse(offer).unwrap()).unwrap()
}

fn server(offer: &str, config: DeflateConfig) -> Connection<Server> {
    Connection::server(Config::default()).with_deflate(&agreed(offer), config, &Pool::default())
}

fn client(offer: &str) -> Connection<Client<MaskingKeys>> {
    let keys: MaskingKeys = || [1, 2, 3, 4];
    Connection::client(Config::default(), keys).with_deflate(&agreed(offer), DeflateConfig::default(), &Pool::default())
}

type MaskingKeys = fn() -> [u8; 4];

const TEXT: &str = "A text of a hundred bytes or so, which says what it says twice: a text of a hundred bytes or so.";

#[test]
fn what_is_short_or_would_grow_is_sent_as_it_is() {
    let mut sender = server("permessage-deflate", DeflateConfig { min_len: 10, ..DeflateConfig::default() });
    let mut output = Vec::new();
    sender.send_text("aaaaaaaaa", &mut output).unwrap();
    assert_eq!(output, b"\x81\x09aaaaaaaaa");
    output.clear();
    sender.send_text("aaaaaaaaaa", &mut output).unwrap();
    assert_eq!(output[0], 0xc1);
    // Without any pattern: the bytes of a random number generator.
    let mut state = 1_u64;
    let random = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    });
    output.clear();
    sender.send_binary(&random.take(1000).collect::<Vec<_>>(), &mut output).unwrap();
    assert_eq!((output.len(), output[0]), (1004, 0x82));
}

#[test]
fn without_context_takeover_every_message_is_compressed_alike() {
    for (offer, is_alike) in [("permessage-deflate", false), ("permessage-deflate; server_no_context_takeover", true)] {
        let mut sender = server(offer, DeflateConfig::default());
        let (mut first, mut second) = (Vec::new(), Vec::new());
        sender.send_text(TEXT, &mut first).unwrap();
        sender.send_text(TEXT, &mut second).unwrap();
        assert_eq!(first == second, is_alike, "{offer}");
        assert_eq!(second.len() < 12, !is_alike, "{offer}: {} bytes", second.len());
    }
}

#[test]
fn a_window_of_256_bytes_is_kept_to() {
    let offer = "permessage-deflate; server_max_window_bits=8";
    let mut sender = server(offer, DeflateConfig::default());
    let mut output = Vec::new();
    sender.send_text(TEXT, &mut output).unwrap();
    assert_eq!(output[0], 0xc1, "what fits into the window is compressed");
    let first = std::mem::take(&mut output);
    sender.send_text(TEXT, &mut output).unwrap();
    assert_eq!(output, first, "by itself");
    output.clear();
    sender.send_text(&TEXT.repeat(3), &mut output).unwrap();
    assert_eq!(output[0], 0x81, "what does not is sent as it is");
    output.clear();
    sender.send_text_fragment(TEXT, false, &mut output).unwrap();
    assert_eq!(output[0], 0x01);
}

#[test]
fn a_shared_message_is_handed_out_compressed_where_the_window_allows() {
    let (config, pool) = (DeflateConfig::default(), Pool::default());
    let message = SharedMessage::text(&TEXT.repeat(10)).compress(config, &pool);
    let compressed = message.compressed_bytes().unwrap().to_vec();
    for (offer, is_compressed) in [
        ("permessage-deflate", true),
        ("permessage-deflate; server_no_context_takeover", true),
        ("permessage-deflate; server_max_window_bits=10", true),
        ("permessage-deflate; server_max_window_bits=9", false),
    ] {
        let mut output = Vec::new();
        let mut sender = server(offer, config);
        let frame = sender.send_shared(&message, &mut output).unwrap();
        assert_eq!(frame, if is_compressed { &compressed } else { message.as_bytes() }, "{offer}");
    }
    assert_eq!(SharedMessage::text("short").compress(config, &pool).compressed_bytes(), None);
    assert_eq!(SharedMessage::binary(&[0; 100]).compress(config, &pool).compressed_bytes().unwrap()[0], 0xc2);
}

#[test]
fn messages_around_a_shared_one_are_inflated() {
    let (config, pool) = (DeflateConfig::default(), Pool::default());
    let shared = SharedMessage::text(&TEXT.repeat(3)).compress(config, &pool);
    let mut sender = server("permessage-deflate", config);
    let mut receiver = client("permessage-deflate");
    for number in 0..10 {
        let own = format!("{number}: {TEXT}");
        let mut output = Vec::new();
        sender.send_text(&own, &mut output).unwrap();
        output.extend_from_slice(sender.send_shared(&shared, &mut Vec::new()).unwrap());
        let expected = [own.into_bytes(), TEXT.repeat(3).into_bytes()];
        assert_eq!(receive(&mut receiver, output, usize::MAX), expected);
    }
}

#[test]
fn fragments_can_be_inflated_when_they_arrive() {
    let mut sender = server("permessage-deflate", DeflateConfig { min_len: 0, ..DeflateConfig::default() });
    let mut receiver = Connection::client(Config { in_chunks: true, ..Config::default() }, || [0; 4]).with_deflate(
        &agreed("permessage-deflate"),
        DeflateConfig::default(),
        &Pool::default(),
    );
    let mut buffer = MessageBuffer::new();
    for fragment in ["first", "", "second", "third"] {
        let mut output = Vec::new();
        sender.send_text_fragment(fragment, false, &mut output).unwrap();
        let event = receiver.receive(&mut &mut output[..], &mut buffer).unwrap();
        assert_eq!(event, (!fragment.is_empty()).then_some(Event::TextChunk { text: fragment, fin: false }));
    }
    let mut output = Vec::new();
    sender.send_text_fragment("", true, &mut output).unwrap();
    assert_eq!(output, [0x80, 1, 0]);
    let event = receiver.receive(&mut &mut output[..], &mut buffer).unwrap();
    assert_eq!(event, Some(Event::TextChunk { text: "", fin: true }));
}

/// What can't be compressed is given up halfway; the compressor goes on with the next message all the same.
#[test]
fn what_is_given_up_leaves_nothing_behind() {
    let mut state = 1_u64;
    let mut noise = |len: usize| -> Vec<u8> {
        let next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8 | 0x90
        };
        std::iter::repeat_with(next).take(len).collect()
    };
    let text = b"{\"symbol\":\"ABC\",\"price\":12.5},".repeat(4000);
    let messages =
        [noise(8192), noise(100_000), text.clone(), noise(30_000), noise(300), text[..900].to_vec(), noise(70_000)];
    for takeover in [true, false] {
        for window_bits in [9, 15] {
            for (level, memory_level) in [(1, 8), (1, 1), (2, 1), (6, 8), (9, 9)] {
                let limits =
                    Limits { context_takeover: takeover, max_window_bits: WindowBits::new(window_bits).unwrap() };
                let offer = Offers(&[Policy { sending: limits, receiving: limits }]).to_string();
                let parameters = Policy::default().accept(Extensions::parse(&offer).unwrap()).unwrap();
                let deflate = DeflateConfig {
                    level: Level::new(level).unwrap(),
                    memory_level: MemoryLevel::new(memory_level).unwrap(),
                    ..DeflateConfig::default()
                };
                let pool = Pool::new(1);
                let config = Config { max_output: usize::MAX, ..Config::default() };
                let mut sender = Connection::server(config).with_deflate(&parameters, deflate, &pool);
                let mut receiver = Connection::client(config, || [0; 4]).with_deflate(&parameters, deflate, &pool);
                for message in messages.iter().chain(&messages) {
                    let mut output = Vec::new();
                    sender.send_binary(message, &mut output).unwrap();
                    assert!(output.len() <= message.len() + 10);
                    let received = receive(&mut receiver, output, 4096);
                    assert!(received == [message.clone()], "level {level}, memory level {memory_level}");
                }
            }
        }
    }
}
