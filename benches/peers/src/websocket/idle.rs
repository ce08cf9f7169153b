//! Memory: allocations for each message, and what an idle connection holds.

use allocation_counter::measure;
use benches::text::Shape;
use benches::websocket::masked_messages;

use super::peers::{
    FastWebSockets, Nexus, OurServer, Peer, Role, SansIoServer, Sockudo, Soketto, TokioWebSockets, Tungstenite,
    WtxServer, Yawc,
};
use super::pipe::{Input, Pipe};
use super::sink::Dropped;
use super::streams::Stream;
use super::{KIB, size_name};
use crate::Effort;
use crate::timing::progress;

const SIZES: [usize; 4] = [125, KIB, 16 * KIB, 1024 * KIB];

/// Allocations for each text message received, in steady state, messages dropped.
pub fn allocations() {
    println!("\n## websocket: allocations for each text message received, 16 KiB reads, dropped\n");
    println!("| | {} |", SIZES.map(size_name).join(" | "));
    println!("|---|{}", "---|".repeat(SIZES.len()));
    allocations_of::<OurServer>();
    allocations_of::<Tungstenite>();
    allocations_of::<TokioWebSockets>();
    allocations_of::<FastWebSockets>();
    allocations_of::<Yawc>();
    allocations_of::<Sockudo>();
    allocations_of::<WtxServer>();
    allocations_of::<Soketto>();
    allocations_of::<Nexus>();
    allocations_of::<SansIoServer>();
}

fn allocations_of<P: Peer>() {
    let cells = SIZES.map(|size| {
        let stream = Stream::new(0x81, size, 0);
        let pipe = Pipe::new(16 * KIB);
        let mut peer = P::new(Role::Server, pipe.clone(), Some(16 * KIB));
        let mut receive = || {
            pipe.feed(&stream.bytes);
            assert!(peer.receive(stream.count, &mut Dropped).is_some());
        };
        receive();
        format!("{:.3}", measure(receive).count_total as f64 / stream.count as f64)
    });
    println!("| {} | {} |", P::NAME, cells.join(" | "));
}

/// What a server's connection holds after an echo of 125 bytes, and after a dropped message of 1 MiB, with the settings
/// of each as they are by default.
pub fn memory(effort: Effort) {
    println!("\n## websocket: bytes of an idle server connection\n");
    println!("| | connections | struct | heap | heap after 1 MiB |");
    println!("|---|---|---|---|---|");
    let full = effort == Effort::Full;
    memory_of::<OurServer>(if full { 1_000_000 } else { 100_000 });
    memory_of::<Tungstenite>(1000);
    memory_of::<TokioWebSockets>(10_000);
    memory_of::<FastWebSockets>(10_000);
    memory_of::<Yawc>(10_000);
    memory_of::<Sockudo>(10_000);
    memory_of::<WtxServer>(10_000);
    memory_of::<Soketto>(10_000);
    memory_of::<Nexus>(1000);
    memory_of::<SansIoServer>(10_000);
}

fn memory_of<P: Peer>(count: usize) {
    progress(&format!("memory: {}", P::NAME));
    let message = |len| Input::new(&masked_messages(0x81, len, &Shape::Json.text(len), 1).0);
    let (small, large) = (message(125), message(1024 * KIB));
    let text = P::text(&"x".repeat(125));
    let pipe = Pipe::new(16 * KIB);
    let receive = |peer: &mut P, message: &Input| {
        pipe.feed(message);
        assert!(peer.receive(1, &mut Dropped).is_some());
    };
    let echoed = || {
        let mut peer = P::new(Role::Server, pipe.clone(), None);
        receive(&mut peer, &small);
        assert!(peer.send(&text, 1).is_some());
        peer
    };
    // What a thread holds once for all connections.
    let mut first = echoed();
    receive(&mut first, &large);

    let mut peers = Vec::with_capacity(count);
    let idle = measure(|| peers.extend((0..count).map(|_| echoed())));
    let after_large = 100;
    let large = measure(|| peers[..after_large].iter_mut().for_each(|peer| receive(peer, &large)));
    let heap = |bytes: i64, count: usize| bytes as f64 / count as f64;
    let idle = heap(idle.bytes_current, count);
    let large = idle + heap(large.bytes_current, after_large);
    println!("| {} | {count} | {} | {idle:.0} | {large:.0} |", P::NAME, P::STRUCT);
}
