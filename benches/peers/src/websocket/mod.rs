//! `websocket-proto` and its peers, in memory.
//!
//! Each keeps one connection for a cell, over a transport that is a slice. Futures are polled by hand: data is always
//! there, so none has to wait. Messages are received through a read buffer of the given size where the peer lets choose,
//! and reads never return more. Sending, those that can batch do, and flush once.
//!
//! All check text; soketto leaves that to its user, who calls simdutf8 here. What lets ill-formed text pass is shown for
//! text, and not counted; nor is websocket-sans-io for messages that reads cut, because it does not put them together.

mod handshake;
mod idle;
mod peers;
pub mod pipe;
mod reference;
pub mod sink;
mod streams;

use std::cell::RefCell;

use benches::text::Shape;
use stream_utf8::Level;

use self::peers::{
    FastWebSockets, Nexus, OurClient, OurServer, Peer, Role, SansIoClient, SansIoServer, Sockudo, Soketto,
    TokioWebSockets, Tungstenite, WtxClient, WtxServer, Yawc,
};
use self::pipe::{Input, Pipe};
use self::sink::{Collected, Dropped, LastKept, Sink};
use self::streams::{Streams, payloads};
use crate::Effort;
use crate::report::{Cell, Counted, Table, Unit};
use crate::timing::{Contender, Pass, medians, progress};

const KIB: usize = 1024;

pub fn compare(effort: Effort) {
    let mut against_tungstenite = Vec::new();
    for read_len in [16 * KIB, 64 * KIB] {
        for (kind, first_byte) in [("text", 0x81), ("binary", 0x82)] {
            let title = format!("websocket: server receives {kind}, {} KiB reads", read_len / KIB);
            let cells = receive::<Dropped>(&format!("{title}, dropped"), first_byte, read_len, effort);
            if kind == "text" && read_len == 16 * KIB {
                against_tungstenite = cells;
            }
            receive::<LastKept>(&format!("{title}, last 64 kept"), first_byte, read_len, effort);
        }
    }
    let mut table = Table::new("websocket: server receives text, against tungstenite", Unit::Nanoseconds);
    for (size, ours, tungstenite) in against_tungstenite {
        let times = [(OurServer::NAME, ours), (Tungstenite::NAME, tungstenite)];
        let times = times.map(|(name, time)| (name.to_owned(), time, Counted::Yes));
        table.add(&Cell { name: &size_name(size), bytes: size, times: &times, goal: (size <= KIB).then_some(5.0) });
    }
    table.finish();
    send(Role::Server, effort);
    send(Role::Client, effort);
    handshake::compare(effort);
    idle::allocations();
    idle::memory(effort);
}

/// What a contender does in a round, and whether it counts.
type Run<I> = (&'static str, Counted, Box<dyn Fn(&mut I)>);

fn receiver<P: Peer + 'static, S: Sink + Default + 'static>(
    streams: &Streams,
    text: bool,
    read_len: usize,
) -> Run<Streams> {
    let pipe = Pipe::new(read_len);
    let mut peer = P::new(Role::Server, pipe.clone(), Some(read_len));
    let mut collected = Collected::default();
    let stream = streams.current();
    pipe.feed(&stream.bytes);
    assert!(peer.receive(stream.count, &mut collected).is_some(), "{} refuses the messages", P::NAME);
    assert!(collected.0 == payloads(stream), "{} receives something else", P::NAME);

    let counted = if !text || checks_text::<P>() { Counted::Yes } else { Counted::No };
    let state = RefCell::new((peer, S::default()));
    let run = Box::new(move |streams: &mut Streams| {
        let (peer, sink) = &mut *state.borrow_mut();
        let stream = streams.current();
        pipe.feed(&stream.bytes);
        assert!(peer.receive(stream.count, sink).is_some());
    });
    (P::NAME, counted, run)
}

/// Whether ill-formed text is refused, whole and cut by reads, wherever it is ill-formed.
fn checks_text<P: Peer>() -> bool {
    let refuses = |frame: &Input, read_len| {
        let pipe = Pipe::new(read_len);
        pipe.feed(frame);
        P::new(Role::Server, pipe, Some(KIB)).receive(1, &mut Dropped).is_none()
    };
    [(40, 20), (16 * KIB, 1), (16 * KIB, 9000), (16 * KIB, 16 * KIB - 1)].into_iter().all(|(len, ill_formed)| {
        let frame = Input::new(&reference::ill_formed_text(len, ill_formed));
        [7, 64, 1000, 16 * KIB].into_iter().all(|read_len| refuses(&frame, read_len))
    })
}

/// Returns our time and tungstenite's by size.
fn receive<S: Sink + Default + 'static>(
    title: &str,
    first_byte: u8,
    read_len: usize,
    effort: Effort,
) -> Vec<(usize, f64, f64)> {
    let text = first_byte == 0x81;
    let mut table = Table::new(title, Unit::Nanoseconds);
    let mut own = Vec::new();
    for size in [16, 40, 125, 512, KIB, 16 * KIB, 1024 * KIB] {
        progress(&format!("{title}: {size}"));
        let mut streams = Streams::new(first_byte, size);
        let runs = [
            receiver::<OurServer, S>(&streams, text, read_len),
            receiver::<Tungstenite, S>(&streams, text, read_len),
            receiver::<TokioWebSockets, S>(&streams, text, read_len),
            receiver::<FastWebSockets, S>(&streams, text, read_len),
            receiver::<Yawc, S>(&streams, text, read_len),
            receiver::<Sockudo, S>(&streams, text, read_len),
            receiver::<WtxServer, S>(&streams, text, read_len),
            receiver::<Soketto, S>(&streams, text, read_len),
            receiver::<Nexus, S>(&streams, text, read_len),
            receiver::<SansIoServer, S>(&streams, text, read_len),
        ];
        let count = streams.current().count;
        let mut times = time(&runs, count, effort, &mut streams, Streams::prepare);
        if let (Some((_, _, counted)), true) = (times.last_mut(), size >= 16 * KIB) {
            *counted = Counted::No;
        }
        let goal = match size {
            _ if !text => 1.0,
            0..=125 => 2.0,
            _ => 1.3,
        };
        table.add(&Cell { name: &size_name(size), bytes: size, times: &times, goal: Some(goal) });
        own.push((size, times[0].1, times[1].1));
    }
    table.finish();
    own
}

fn sender<P: Peer + 'static>(role: Role, text: &str, count: usize) -> Run<()> {
    let pipe = Pipe::new(KIB);
    let mut peer = P::new(role, pipe.clone(), Some(16 * KIB));
    let prepared = P::text(text);
    pipe.keep_written();
    assert!(peer.send(&prepared, count).is_some(), "{} does not send", P::NAME);
    let written = pipe.take_written();
    assert!(reference::payloads(&written) == text.repeat(count).as_bytes(), "{} sends something else", P::NAME);
    assert_eq!(written[1] & 0x80 != 0, role == Role::Client);

    let peer = RefCell::new(peer);
    let run = Box::new(move |(): &mut ()| assert!(peer.borrow_mut().send(&prepared, count).is_some()));
    (P::NAME, Counted::Yes, run)
}

fn send(role: Role, effort: Effort) {
    let title = if role == Role::Server { "websocket: server sends text" } else { "websocket: client sends text" };
    let mut table = Table::new(title, Unit::Nanoseconds);
    for size in [16, 125, KIB, 16 * KIB, 1024 * KIB] {
        progress(&format!("{title}: {size}"));
        let text = Shape::Json.text(size);
        let count = (64 * KIB / size).max(1);
        let runs = [
            match role {
                Role::Server => sender::<OurServer>(role, &text, count),
                Role::Client => sender::<OurClient>(role, &text, count),
            },
            sender::<Tungstenite>(role, &text, count),
            sender::<TokioWebSockets>(role, &text, count),
            sender::<FastWebSockets>(role, &text, count),
            sender::<Yawc>(role, &text, count),
            sender::<Sockudo>(role, &text, count),
            match role {
                Role::Server => sender::<WtxServer>(role, &text, count),
                Role::Client => sender::<WtxClient>(role, &text, count),
            },
            sender::<Soketto>(role, &text, count),
            sender::<Nexus>(role, &text, count),
            sender::<SansIoClient>(role, &text, count),
        ];
        let times = time(&runs, count, effort, &mut (), |(), _, _| {});
        table.add(&Cell { name: &size_name(size), bytes: size, times: &times, goal: Some(1.0) });
    }
    table.finish();
}

/// The time of each run for one of its `count` messages.
fn time<I>(
    runs: &[Run<I>],
    count: usize,
    effort: Effort,
    input: &mut I,
    prepare: impl Fn(&mut I, usize, Pass),
) -> Vec<(String, f64, Counted)> {
    let contenders: Vec<Contender<'_, I>> = runs
        .iter()
        .map(|(name, counted, run)| Contender { name, counted: *counted, level: Level::Simd128, run })
        .collect();
    let medians = medians(&contenders, effort.rounds(), input, prepare);
    contenders.iter().zip(medians).map(|(c, time)| (c.name.to_owned(), time / count as f64, c.counted)).collect()
}

fn size_name(size: usize) -> String {
    match size {
        0..KIB => format!("{size} B"),
        size if size < 1024 * KIB => format!("{} KiB", size / KIB),
        size => format!("{} MiB", size / (1024 * KIB)),
    }
}
