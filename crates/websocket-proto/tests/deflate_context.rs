//! A compressor refers to nothing that the peer has not inflated: what was sent plain between compressed messages, what was
//! sent to somebody else, and what lies beyond the window. Each conversation is inflated twice, by this crate and by an
//! inflater of the tests that checks each distance.

#![cfg(feature = "deflate")]

mod deflate_support;

use deflate_support::inflate::Reference;
use deflate_support::message;
use websocket_proto::connection::SharedMessage;
use websocket_proto::deflate::{DeflateConfig, Level, Limits, MemoryLevel, Parameters, Policy, Pool, WindowBits};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Client, Config, Connection, Event, MessageBuffer, Server};

/// What two ends agree on, and how one compresses.
#[derive(Clone, Copy, Debug)]
struct Setting {
    level: u8,
    memory_level: u8,
    window_bits: u8,
    context_takeover: bool,
}

impl Setting {
    /// All there are: 1296 of them. In steps that neither 2 nor 3 divides, fewer will do: each value of each field is still
    /// among them.
    fn all() -> impl Iterator<Item = Self> {
        let settings = |context_takeover, window_bits, memory_level| {
            (1..=9).map(move |level| Self { level, memory_level, window_bits, context_takeover })
        };
        let of_window = move |context_takeover, window_bits| {
            (1..=9).flat_map(move |memory_level| settings(context_takeover, window_bits, memory_level))
        };
        [true, false].into_iter().flat_map(move |takeover| (8..=15).flat_map(move |bits| of_window(takeover, bits)))
    }

    fn limits(self) -> Limits {
        let max_window_bits = WindowBits::new(self.window_bits).unwrap();
        Limits { context_takeover: self.context_takeover, max_window_bits }
    }

    fn parameters(self) -> Parameters {
        let policy = Policy { sending: self.limits(), ..Policy::default() };
        policy.accept(Extensions::parse("permessage-deflate").unwrap()).unwrap()
    }

    fn config(self) -> DeflateConfig {
        DeflateConfig {
            level: Level::new(self.level).unwrap(),
            memory_level: MemoryLevel::new(self.memory_level).unwrap(),
            max_ratio: 1100,
            ..DeflateConfig::default()
        }
    }
}

type MaskingKeys = fn() -> [u8; 4];

/// A server that compresses, and its peer twice over.
struct Pair {
    setting: Setting,
    server: Connection<Server>,
    pool: Pool,
    client: Connection<Client<MaskingKeys>>,
    buffer: MessageBuffer,
    reference: Reference,
    /// How many messages were sent compressed, and how many plain.
    counts: [usize; 2],
}

impl Pair {
    fn new(setting: Setting, pool: &Pool) -> Self {
        let (parameters, config) = (setting.parameters(), setting.config());
        let whole = Config { max_output: usize::MAX, ..Config::default() };
        let keys: MaskingKeys = || [0; 4];
        Self {
            setting,
            server: Connection::server(whole).with_deflate(&parameters, config, pool),
            pool: pool.clone(),
            client: Connection::client(whole, keys).with_deflate(&parameters, config, pool),
            buffer: MessageBuffer::new(),
            reference: Reference::new(setting.limits().max_window_bits.window_len(), setting.context_takeover),
            counts: [0; 2],
        }
    }

    fn binary(&mut self, bytes: &[u8]) {
        let mut output = Vec::new();
        self.server.send_binary(bytes, &mut output).unwrap();
        assert!(output.len() <= bytes.len() + 10, "{:?}", self.setting);
        self.arrives(bytes, output);
    }

    /// Sends the fragments with a Ping after each but the last, and expects as many in between.
    fn fragments(&mut self, fragments: &[&[u8]]) {
        let mut output = Vec::new();
        for (index, fragment) in fragments.iter().enumerate() {
            let fin = index + 1 == fragments.len();
            self.server.send_binary_fragment(fragment, fin, &mut output).unwrap();
            if !fin {
                self.server.send_ping(b"between", &mut output).unwrap();
            }
        }
        self.arrives(&fragments.concat(), output);
    }

    fn shared(&mut self, bytes: &[u8]) {
        let message = SharedMessage::binary(bytes).compress(self.setting.config(), &self.pool);
        let frame = self.server.send_shared(&message, &mut Vec::new()).unwrap().to_vec();
        self.arrives(bytes, frame);
    }

    fn arrives(&mut self, sent: &[u8], mut output: Vec<u8>) {
        let setting = self.setting;
        let (is_compressed, payload) = message(&output);
        self.counts[usize::from(!is_compressed)] += 1;
        if is_compressed {
            let inflated = self.reference.message(&payload);
            assert!(inflated == Ok(sent), "{setting:?}: {} bytes: {:?}", sent.len(), inflated.map(|_| "others"));
        } else {
            assert!(payload == sent, "{setting:?}: {} bytes, sent plain", sent.len());
        }
        let mut rest = &mut output[..];
        loop {
            match self.client.receive(&mut rest, &mut self.buffer) {
                Ok(Some(Event::Ping(b"between"))) => {}
                Ok(Some(Event::Binary(received))) => break assert!(received == sent, "{setting:?}"),
                other => panic!("{setting:?}: {other:?}"),
            }
        }
        assert!(rest.is_empty());
    }
}

/// Bytes without a pattern, from a generator of random numbers.
fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(len).collect()
}

fn json(len: usize, seed: u64) -> Vec<u8> {
    let quotes = noise(len / 30 + 1, seed).into_iter();
    let text: String = quotes.map(|price| format!("{{\"symbol\":\"ABC\",\"price\":{price}.5}},")).collect();
    text.into_bytes()[..len].to_vec()
}

/// Sends what can't be compressed and so goes plain, then the same again, which only a reference to it would make shorter,
/// and what can be compressed before, after and around it.
fn converse(pair: &mut Pair, noise: &[u8]) {
    let len = noise.len();
    let json = json(len, 2);
    let both = [&noise[..len / 2], &json, &noise[len / 2..]].concat();
    pair.binary(&json);
    for _ in 0..2 {
        pair.binary(noise);
        // Below the threshold.
        pair.binary(&json[..40]);
        pair.binary(&noise[..len / 2]);
        pair.binary(&both);
        pair.binary(&[]);
    }
    pair.fragments(&[noise, &json[..len / 3], b"", &noise[len / 2..]]);
    pair.binary(noise);
    pair.shared(&both);
    pair.binary(&both);
    pair.shared(noise);
    pair.binary(&noise[len / 3..]);
    pair.server.release_idle();
    pair.binary(&both);
    pair.client.release_idle();
    pair.binary(&both);
}

#[test]
fn plain_messages_are_not_referred_to() {
    let mut counts = [0; 2];
    for setting in Setting::all().step_by(5) {
        let mut pair = Pair::new(setting, &Pool::new(1));
        converse(&mut pair, &noise(200, 1));
        counts = [counts[0] + pair.counts[0], counts[1] + pair.counts[1]];
    }
    assert!(counts.iter().all(|&count| count > 1000), "{counts:?}");
}

#[test]
fn nor_if_they_are_long() {
    for (number, setting) in Setting::all().step_by(59).enumerate() {
        let mut pair = Pair::new(setting, &Pool::new(1));
        let mut noise = noise([1000, 5000, 20_000, 1000, 5000, 70_000][number % 6], 1);
        if number % 2 > 0 {
            // The fixed code has 9 bits for such bytes: what the lower levels make of them grows until they give up.
            noise.iter_mut().for_each(|byte| *byte |= 0x90);
        }
        converse(&mut pair, &noise);
        assert!(pair.counts[1] > 2, "{setting:?}: {:?}", pair.counts);
    }
}

/// One compressor is all there is, and goes from connection to connection.
#[test]
fn what_was_sent_to_another_is_not_referred_to() {
    let noise = noise(3000, 3);
    let json = json(3000, 4);
    for setting in Setting::all().step_by(67) {
        let pool = Pool::new(1);
        let mut pairs: Vec<Pair> = (0..3).map(|_| Pair::new(setting, &pool)).collect();
        for round in 0..3 {
            for (number, pair) in pairs.iter_mut().enumerate() {
                let from = 100 * ((round + number) % 3);
                pair.binary(&json[from..]);
                pair.server.release_idle();
                pair.client.release_idle();
                // The compressor is in the pool, and the one for this is the same if the window is.
                pair.shared(&json[from..]);
                pair.binary(&noise[from..from + 250]);
                pair.fragments(&[&json[from..], &noise[from..]]);
                pair.server.release_idle();
                pair.client.release_idle();
                assert_eq!(pool.idle().0, 1, "{setting:?}");
            }
        }
    }
}
