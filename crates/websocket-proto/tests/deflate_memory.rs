//! What compression costs in memory: bombs are refused within their budget, and idle connections own next to nothing.

#![cfg(feature = "deflate")]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use support::{hex, masked};
use websocket_proto::connection::Timeout;
use websocket_proto::deflate::{DeflateConfig, InflateError, Level, Limits, Parameters, Policy, Pool};
use websocket_proto::handshake::Extensions;
use websocket_proto::{CloseCode, Config, Connection, Event, MessageBuffer, ProtocolError, Server, State};

thread_local! {
    /// The bytes that this thread owns, and the most that it did.
    static OWNED: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

struct Counting;

impl Counting {
    fn count(difference: isize) {
        let (now, peak) = OWNED.get();
        OWNED.set((now + difference, peak.max(now + difference)));
    }
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count(layout.size().cast_signed());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        Self::count(-layout.size().cast_signed());
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What `work` returns, and how many bytes it owned at most beside what was owned before.
fn peak_of<T>(work: impl FnOnce() -> T) -> (T, isize) {
    let (now, _) = OWNED.get();
    OWNED.set((now, now));
    let result = work();
    (result, OWNED.get().1 - now)
}

fn owned() -> isize {
    OWNED.get().0
}

/// What a decompressor takes, and what may lie in a buffer beside it.
const INFLATER: isize = 80 * 1024;

fn server(policy: Policy, config: Config, pool: &Pool) -> Connection<Server> {
    Connection::server(config).with_deflate(&parameters(policy), DeflateConfig::default(), pool)
}

fn parameters(policy: Policy) -> Parameters {
    policy.accept(Extensions::parse("permessage-deflate").unwrap()).unwrap()
}

/// `len` zeros, compressed: about a thousandth of it.
fn zeros(len: usize) -> Vec<u8> {
    compressed(&vec![0; len])
}

/// The payload of a compressed message.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let config = DeflateConfig { level: Level::SMALLEST, ..DeflateConfig::default() };
    let mut compressor =
        Connection::server(Config::default()).with_deflate(&parameters(Policy::default()), config, &Pool::default());
    let mut frames = Vec::new();
    compressor.send_binary(bytes, &mut frames).unwrap();
    let header_len = match frames[1] {
        0..=125 => 2,
        126 => 4,
        _ => 10,
    };
    frames.split_off(header_len)
}

#[test]
fn a_bomb_is_refused_within_the_limit_on_messages() {
    let bytes = masked(0xc2, &zeros(64 << 20));
    assert!(bytes.len() < 1 << 17);
    for read_len in [bytes.len(), 4096, 1] {
        let mut bytes = bytes.clone();
        let (error, peak) = peak_of(|| {
            let mut connection = server(Policy::default(), Config::default(), &Pool::default());
            let mut buffer = MessageBuffer::new();
            bytes.chunks_mut(read_len).find_map(|mut input| connection.receive(&mut input, &mut buffer).err())
        });
        assert_eq!(error, Some(ProtocolError::MessageTooBig { len: (1 << 20) + 1, limit: 1 << 20 }));
        // A buffer that grows is there twice for a moment.
        assert!(peak < (2 << 20) + 2 * INFLATER, "{peak} bytes, reads of {read_len}");
    }
}

#[test]
fn a_bomb_in_chunks_is_refused_with_one_chunk_in_memory() {
    let mut bytes = masked(0xc2, &zeros(64 << 20));
    let ((total, error), peak) = peak_of(|| {
        let config = Config { in_chunks: true, max_message_len: 4 << 20, ..Config::default() };
        let deflate = DeflateConfig { max_ratio: 1032, ..DeflateConfig::default() };
        let mut connection =
            Connection::server(config).with_deflate(&parameters(Policy::default()), deflate, &Pool::default());
        let mut buffer = MessageBuffer::new();
        let mut input = &mut bytes[..];
        let mut total = 0;
        loop {
            match connection.receive(&mut input, &mut buffer) {
                Ok(Some(Event::BinaryChunk { bytes, .. })) => total += bytes.len() as u64,
                Ok(other) => panic!("{other:?}"),
                Err(error) => break (total, error),
            }
        }
    });
    assert_eq!(error, ProtocolError::MessageTooBig { len: (4 << 20) + 1, limit: 4 << 20 });
    assert_eq!(total, 4 << 20);
    assert!(peak < (1 << 20) + INFLATER, "{peak} bytes");
}

#[test]
fn beyond_the_allowance_the_ratio_counts() {
    let mut bytes = masked(0xc2, &zeros(16 << 20));
    let config = Config { max_message_len: 64 << 20, ..Config::default() };
    let mut connection = server(Policy::default(), config, &Pool::default());
    let mut buffer = MessageBuffer::new();
    let (error, peak) = peak_of(|| connection.receive(&mut &mut bytes[..], &mut buffer).unwrap_err());
    let compressed = (bytes.len() - 8) as u64;
    let limit = (100 * compressed).max(1 << 20);
    let expected = InflateError::RatioTooHigh { compressed, inflated: limit + 1, limit };
    assert_eq!(error, ProtocolError::Inflate(expected));
    assert!(peak < 2 * isize::try_from(limit).unwrap() + INFLATER, "{peak} bytes");
}

/// `len` zeros or a few less, compressed to a 1032nd of it: each byte in the middle of what a compressor makes of zeros
/// stands for 1032 of them, so it may be repeated.
fn long_zeros(len: usize) -> Vec<u8> {
    let short = zeros(1 << 20);
    let middle = short.len() / 2;
    let [before, byte, after] = short[middle - 1..=middle + 1] else { panic!("three bytes") };
    assert_eq!((before, after), (byte, byte));
    let repeated = vec![byte; (len - (1 << 20)) / 1032];
    [&short[..middle], &repeated, &short[middle..]].concat()
}

#[test]
fn a_million_to_one_is_refused_within_the_limit() {
    // That it is what it is said to be.
    let config = Config { max_message_len: 4 << 20, ..Config::default() };
    let deflate = DeflateConfig { max_ratio: 1032, ..DeflateConfig::default() };
    let mut connection =
        Connection::server(config).with_deflate(&parameters(Policy::default()), deflate, &Pool::default());
    let mut bytes = masked(0xc2, &long_zeros(3 << 20));
    let mut buffer = MessageBuffer::new();
    match connection.receive(&mut &mut bytes[..], &mut buffer).unwrap() {
        Some(Event::Binary(zeros)) => assert!(zeros.len() > (3 << 20) - 1032 && zeros.iter().all(|&byte| byte == 0)),
        other => panic!("{other:?}"),
    }

    const GIGABYTE: usize = 1_080_000_000;
    let gigabyte = long_zeros(GIGABYTE);
    let nested = compressed(&gigabyte);
    assert!(gigabyte.len() < 1 << 20 && nested.len() * 1_000_000 < GIGABYTE, "{} bytes", nested.len());
    for policy in [
        Policy::default(),
        Policy { receiving: Limits { context_takeover: false, ..Limits::default() }, ..Policy::default() },
    ] {
        let (mut outer, mut inner) = (masked(0xc2, &nested), masked(0xc2, &gigabyte));
        let ((), peak) = peak_of(|| {
            let mut connection = server(policy, Config::default(), &Pool::default());
            let mut buffer = MessageBuffer::new();
            // What comes out of the outer one is handed out, and not inflated again.
            let event = connection.receive(&mut &mut outer[..], &mut buffer).unwrap();
            assert!(matches!(event, Some(Event::Binary(bytes)) if bytes == gigabyte));
            let error = connection.receive(&mut &mut inner[..], &mut buffer).unwrap_err();
            assert_eq!(error, ProtocolError::MessageTooBig { len: (1 << 20) + 1, limit: 1 << 20 });
        });
        assert!(peak < (2 << 20) + 2 * INFLATER, "{peak} bytes");
    }
}

#[test]
fn many_small_bombs_and_nested_ones_take_the_memory_of_one() {
    let one = zeros(1 << 20);
    // Nested: what comes out of one is another, but nothing inflates it.
    let mut nesting = server(Policy::default(), Config::default(), &Pool::default());
    let mut nested = Vec::new();
    nesting.send_binary(&one, &mut nested).unwrap();
    let header_len = if nested[1] < 126 { 2 } else { 4 };
    for (payload, expected_len) in [(&one[..], 1 << 20), (&nested[header_len..], one.len())] {
        let frame = masked(0xc2, payload);
        let pool = Pool::default();
        let limits = Limits { context_takeover: false, ..Limits::default() };
        let mut connection = server(Policy { receiving: limits, ..Policy::default() }, Config::default(), &pool);
        let ((), peak) = peak_of(|| {
            let mut buffer = MessageBuffer::new();
            for _ in 0..100 {
                let mut bytes = frame.clone();
                let event = connection.receive(&mut &mut bytes[..], &mut buffer).unwrap();
                assert!(matches!(event, Some(Event::Binary(bytes)) if bytes.len() == expected_len));
            }
        });
        assert!(peak < (2 << 20) + 2 * INFLATER, "{peak} bytes");
    }
}

#[test]
fn a_length_field_reserves_nothing() {
    let mut connection =
        server(Policy::default(), Config { max_message_len: 1 << 40, ..Config::default() }, &Pool::default());
    // 2³² bytes are announced.
    let mut bytes = hex("c2ff000000010000000000000000");
    let (event, peak) = peak_of(|| connection.receive(&mut &mut bytes[..], &mut MessageBuffer::new()).map(|_| ()));
    assert_eq!(event, Ok(()));
    assert!(peak < INFLATER, "{peak} bytes");
}

#[test]
fn an_idle_connection_owns_what_the_peer_may_refer_to() {
    let pool = Pool::new(1);
    let message = masked(0xc1, &hex("f248cdc9c90700"));
    let long = "what the server sends, and what the client does not know by now ".repeat(2);
    for (takeover, kept) in [(false, 0), (true, 5)] {
        let receiving = Limits { context_takeover: takeover, ..Limits::default() };
        let before = owned();
        let mut connection = server(Policy { receiving, ..Policy::default() }, Config::default(), &pool);
        let never_used = owned() - before;
        assert!(never_used < 1024, "{never_used} bytes");
        connection.handle_timeout(Duration::ZERO);
        let mut buffer = MessageBuffer::new();
        let mut output = Vec::new();
        let mut bytes = message.clone();
        assert_eq!(connection.receive(&mut &mut bytes[..], &mut buffer), Ok(Some(Event::Text("Hello"))));
        connection.send_text(&long, &mut output).unwrap();
        drop((buffer, output, bytes));
        assert_eq!(connection.buffered() > 0, takeover);
        // The pool is told about nothing but time.
        assert_eq!(connection.next_timeout(), None);
        connection.handle_timeout(Duration::from_secs(1));
        assert_eq!(connection.next_timeout(), Some(Duration::from_secs(6)));
        connection.handle_timeout(Duration::from_secs(6));
        assert_eq!((connection.next_timeout(), pool.idle()), (None, (1, 1)));
        pool.clear();
        assert_eq!(connection.buffered(), kept);
        let now = owned() - before;
        let pool_vectors = 512;
        assert!(now <= never_used + 5 + pool_vectors, "{now} bytes");
        // It goes on where it was.
        let mut bytes = masked(0xc1, &hex(if takeover { "f200110000" } else { "f248cdc9c90700" }));
        let event =
            connection.receive(&mut &mut bytes[..], &mut MessageBuffer::new()).map(|event| format!("{event:?}"));
        assert_eq!(event, Ok("Some(Text(\"Hello\"))".to_owned()));
    }
}

#[test]
fn a_connection_that_ends_gives_back_what_it_holds() {
    let pool = Pool::default();
    for bytes in [hex("88820000000003e8"), hex("c18100000000ff")] {
        let mut connection = server(Policy::default(), Config::default(), &pool);
        let mut output = Vec::new();
        connection.send_text(&"a text ".repeat(20), &mut output).unwrap();
        let mut message = masked(0xc1, &hex("f248cdc9c90700"));
        let mut buffer = MessageBuffer::new();
        assert!(connection.receive(&mut &mut message[..], &mut buffer).is_ok());
        assert_eq!(pool.idle(), (0, 0));
        let mut bytes = bytes.clone();
        let _ = connection.receive(&mut &mut bytes[..], &mut buffer);
        assert_eq!((pool.idle(), connection.buffered()), ((1, 1), 0));
        pool.clear();
    }
    let mut connection = server(Policy::default(), Config::default(), &pool);
    connection.send_text(&"a text ".repeat(20), &mut Vec::new()).unwrap();
    drop(connection);
    assert_eq!(pool.idle(), (1, 0));
}

#[test]
fn the_compressor_goes_back_when_nothing_more_can_be_sent() {
    let config = Config { idle_timeout: Some(Duration::from_secs(60)), ..Config::default() };
    for is_idle in [false, true] {
        for fin in [true, false] {
            let pool = Pool::new(0);
            let deflate = DeflateConfig { release_after: None, ..DeflateConfig::default() };
            let mut connection =
                Connection::server(config).with_deflate(&parameters(Policy::default()), deflate, &pool);
            connection.handle_timeout(Duration::ZERO);
            let mut output = Vec::with_capacity(4096);
            let before = owned();
            connection.send_text_fragment(&"a text ".repeat(20), fin, &mut output).unwrap();
            assert!(owned() - before > 300_000, "{} bytes", owned() - before);
            if is_idle {
                assert_eq!(connection.handle_timeout(Duration::from_secs(60)), Some(Timeout::Idle));
            } else {
                connection.close(CloseCode::NORMAL, "", &mut output).unwrap();
            }
            assert_eq!((connection.state(), owned()), (State::Closing, before));
            // What the peer still sends is received, and its Close gives the rest back.
            let mut bytes = masked(0xc1, &hex("f248cdc9c90700"));
            let mut buffer = MessageBuffer::new();
            assert_eq!(connection.receive(&mut &mut bytes[..], &mut buffer), Ok(Some(Event::Text("Hello"))));
            let mut bytes = masked(0x88, b"");
            assert!(connection.receive(&mut &mut bytes[..], &mut buffer).is_ok());
            assert_eq!(connection.buffered(), 0);
        }
    }
}

#[test]
fn a_decompressor_in_the_pool_owns_nothing_of_a_message() {
    let payload = compressed(&b"what a sender without context takeover says ".repeat(5000));
    let limits = Limits { context_takeover: false, ..Limits::default() };
    let policy = Policy { receiving: limits, ..Policy::default() };
    // A block that is final makes the decompressor remember what came before it.
    let last = [&payload[..], &hex("0000ffff010000ffff")].concat();
    let mut held = Vec::new();
    for (in_chunks, payload) in [(false, &payload), (false, &last), (true, &payload), (true, &last)] {
        let pool = Pool::new(1);
        let before = owned();
        let config = Config { in_chunks, ..Config::default() };
        let mut connection = server(policy, config, &pool);
        let mut bytes = masked(0xc2, payload);
        let (mut input, mut buffer) = (&mut bytes[..], MessageBuffer::new());
        while connection.receive(&mut input, &mut buffer).unwrap().is_some() {}
        assert_eq!(pool.idle(), (0, 1));
        drop((connection, buffer, bytes));
        held.push(owned() - before);
    }
    assert!(held.iter().all(|&bytes| bytes == held[0]), "{held:?}");
}
