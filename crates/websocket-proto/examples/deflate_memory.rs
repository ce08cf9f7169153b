//! Prints what compression costs in heap memory, in bytes, as a counting allocator sees it: the codecs that a pool lends,
//! and what a server's connection owns beside them.
//!
//! ```text
//! cargo run --release -p websocket-proto --features deflate --example deflate_memory
//! ```

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use websocket_proto::deflate::{DeflateConfig, Limits, MemoryLevel, Parameters, Policy, Pool, WindowBits};
use websocket_proto::handshake::Extensions;
use websocket_proto::{Config, Connection, MessageBuffer, Server};

const MEMORY_LEVELS: [u8; 5] = [1, 3, 5, 8, 9];

static OWNED: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        OWNED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        OWNED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("compressor, by window bits and memory level:");
    println!("  bits {}", MEMORY_LEVELS.map(|level| format!("{level:>8}")).concat());
    for bits in 9..=15 {
        let limits = limits(true, bits)?;
        print!("{bits:>6} ");
        for level in MEMORY_LEVELS {
            let memory_level = MemoryLevel::new(level).ok_or("1 to 9")?;
            let before = owned();
            let config = DeflateConfig { memory_level, ..DeflateConfig::default() };
            let mut server = connect_with(parameters(limits, Limits::default())?, config, &Pool::new(1));
            let without = owned();
            server.send_text(&"x".repeat(1000), &mut Vec::new())?;
            print!("{:>8}", owned() - without);
            drop(server);
            assert_eq!(owned(), before, "everything is freed");
        }
        println!();
    }

    let mut server = connect(parameters(Limits::default(), Limits::default())?, &Pool::new(0));
    receive(&mut server, 1024)?;
    let with = owned();
    server.release_idle();
    println!("decompressor: {}", with - owned());
    drop(server);

    println!("connection, idle, by what the client may refer to:");
    let pool = Pool::new(1);
    for (name, takeover, bits, received) in [
        ("nothing received", true, 15, 0),
        ("no context takeover, 100 KiB received", false, 15, 100 * 1024),
        ("context takeover, 1 KiB received", true, 15, 1024),
        ("context takeover, 100 KiB received", true, 15, 100 * 1024),
        ("context takeover with 12 bits, 100 KiB received", true, 12, 100 * 1024),
        ("context takeover with 9 bits, 100 KiB received", true, 9, 100 * 1024),
    ] {
        let before = owned();
        let mut server = connect(parameters(Limits::default(), limits(takeover, bits)?)?, &pool);
        receive(&mut server, received)?;
        pool.clear();
        let active = owned() - before;
        server.release_idle();
        pool.clear();
        println!("{:>8}  {name} ({active} until it falls idle)", owned() - before);
    }
    Ok(())
}

/// Sends `len` bytes to `server` in compressed messages of 1 KiB.
fn receive(server: &mut Connection<Server>, len: usize) -> Result<(), Box<dyn std::error::Error>> {
    let pool = Pool::new(0);
    let offer = "permessage-deflate; client_no_context_takeover; client_max_window_bits=9";
    let parameters = Policy::default().accept(Extensions::parse(offer).ok_or("a list")?).ok_or("an offer")?;
    let mut client = Connection::client(Config::default(), || [1, 2, 3, 4]).with_deflate(
        &parameters,
        DeflateConfig::default(),
        &pool,
    );
    let mut buffer = MessageBuffer::new();
    for number in 0..len / 1024 {
        let mut output = Vec::new();
        client.send_text(&format!("{number:>1024}"), &mut output)?;
        server.receive(&mut &mut output[..], &mut buffer)?;
    }
    Ok(())
}

fn connect(parameters: Parameters, pool: &Pool) -> Connection<Server> {
    connect_with(parameters, DeflateConfig::default(), pool)
}

fn connect_with(parameters: Parameters, config: DeflateConfig, pool: &Pool) -> Connection<Server> {
    Connection::server(Config::default()).with_deflate(&parameters, config, pool)
}

/// What a server with this policy and a client that can do everything agree on.
fn parameters(sending: Limits, receiving: Limits) -> Result<Parameters, &'static str> {
    let offer = Extensions::parse("permessage-deflate; client_max_window_bits").ok_or("a list")?;
    Policy { sending, receiving }.accept(offer).ok_or("an offer that can be accepted")
}

fn limits(context_takeover: bool, bits: u8) -> Result<Limits, &'static str> {
    let max_window_bits = WindowBits::new(bits).ok_or("8 to 15 bits")?;
    Ok(Limits { context_takeover, max_window_bits })
}

fn owned() -> usize {
    OWNED.load(Ordering::Relaxed)
}
