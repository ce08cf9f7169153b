//! `websocket-proto` with permessage-deflate and its peers, in memory.
//!
//! Each keeps one server's connection for a cell, over a transport that is a slice, as in [`websocket`](crate::websocket).
//! The messages are parts of one text of JSON, in their order: 256 KiB of them, so that one round finds nothing of the
//! round before within a window of 32 KiB.
//!
//! All compress with zlib-rs, at the same level and with a window of 32 KiB, so that the sizes on the wire, which are
//! printed, are those of one algorithm; where one sends more, it flushes more often. soketto can't: with the feature
//! `soketto-deflate` it is compared by itself, in what it has: sending, at level 1, without context takeover. What is
//! sent to it with compression it refuses, as it takes the end of a message for the end of a stream (soketto 0.8.1,
//! flate2 1.1.11).

mod memory;
mod peers;
mod reference;

use std::cell::RefCell;

use benches::text::{Shape, cut};
use stream_utf8::Level;

#[cfg(feature = "soketto-deflate")]
use self::peers::Soketto;
use self::peers::{Ours, Peer, Setting, Sockudo, Wtx, Yawc};
use crate::Effort;
use crate::report::{Cell, Counted, Table, Unit};
use crate::timing::{Contender, medians, progress};
use crate::websocket::pipe::{Input, Pipe};
use crate::websocket::sink::{Collected, Dropped};

const KIB: usize = 1024;
const SIZES: [usize; 4] = [125, KIB, 16 * KIB, 64 * KIB];
/// How long the messages of a round are together, in bytes.
const TOTAL: usize = 256 * KIB;

pub fn compare(effort: Effort) {
    if SOKETTO_ONLY {
        return send(Setting { level: 1, takeover: false, read_len: None }, effort);
    }
    for level in [1, 6] {
        for takeover in [true, false] {
            send(Setting { level, takeover, read_len: None }, effort);
        }
    }
    for read_len in [16 * KIB, 64 * KIB] {
        for takeover in [true, false] {
            receive(Setting { level: 6, takeover, read_len: Some(read_len) }, read_len, effort);
        }
    }
    memory::compare(effort);
}

/// Whether soketto is compared, and nobody else.
const SOKETTO_ONLY: bool = cfg!(feature = "soketto-deflate");

fn title(what: &str, takeover: bool) -> String {
    format!("deflate: {what}, {} context takeover", if takeover { "with" } else { "without" })
}

fn size_name(size: usize) -> String {
    if size < KIB { format!("{size} B") } else { format!("{} KiB", size / KIB) }
}

/// The messages of a round, each of `size` bytes or a few less.
fn messages(size: usize) -> Vec<String> {
    cut(&Shape::Json.text(TOTAL), size)
}

/// An implementation, how many bytes it has on the wire for a round, and what does a round.
type Run = (&'static str, usize, Box<dyn Fn(&mut ())>);

fn send(setting: Setting, effort: Effort) {
    let title = title(&format!("server sends text, level {}", setting.level), setting.takeover);
    let mut table = Table::new(&title, Unit::Nanoseconds);
    let mut sizes = Vec::new();
    for size in SIZES {
        progress(&format!("{title}: {size}"));
        let messages = messages(size);
        let mut runs = vec![sender::<Ours>(setting, &messages)];
        #[cfg(feature = "soketto-deflate")]
        runs.push(sender::<Soketto>(setting, &messages));
        if !SOKETTO_ONLY {
            runs.push(sender::<Yawc>(setting, &messages));
            runs.push(sender::<Sockudo>(setting, &messages));
            runs.extend((!setting.takeover).then(|| sender::<Wtx>(setting, &messages)));
        }
        let times = time(&runs, messages.len(), effort);
        table.add(&Cell { name: &size_name(size), bytes: size, times: &times, goal: Some(1.0) });
        sizes.push((size, messages.len(), runs.iter().map(|&(name, len, _)| (name, len)).collect::<Vec<_>>()));
    }
    table.finish();
    print_sizes(&sizes);
}

/// The size of a message, the number of messages, and how many bytes each implementation has on the wire for them all.
type Sizes = (usize, usize, Vec<(&'static str, usize)>);

/// Prints how many bytes a message has on the wire, header included.
fn print_sizes(sizes: &[Sizes]) {
    println!("\nBytes on the wire for each message:\n");
    for (row, (size, count, lens)) in sizes.iter().enumerate() {
        if row == 0 {
            println!("| | {} |", lens.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" | "));
            println!("|---|{}", "---|".repeat(lens.len()));
        }
        let lens: Vec<String> = lens.iter().map(|(_, len)| format!("{:.1}", *len as f64 / *count as f64)).collect();
        println!("| {} | {} |", size_name(*size), lens.join(" | "));
    }
}

fn sender<P: Peer + 'static>(setting: Setting, messages: &[String]) -> Run {
    let pipe = Pipe::new(KIB);
    let mut peer = P::new(pipe.clone(), setting);
    let texts: Vec<P::Text> = messages.iter().map(|text| P::text(text)).collect();
    let mut receiver = reference::Receiver::new(setting.takeover);
    let mut len = 0;
    // The second round as well: it refers to nothing that it may not.
    for _ in 0..2 {
        pipe.keep_written();
        assert!(peer.send(&texts).is_some(), "{} does not send", P::NAME);
        let written = pipe.take_written();
        len = written.len();
        assert!(receiver.messages(&written) == messages, "{} sends something else", P::NAME);
    }
    let peer = RefCell::new(peer);
    (P::NAME, len, Box::new(move |(): &mut ()| assert!(peer.borrow_mut().send(&texts).is_some())))
}

fn receive(setting: Setting, read_len: usize, effort: Effort) {
    let title = title(&format!("server receives text, {} KiB reads", read_len / KIB), setting.takeover);
    let mut table = Table::new(&title, Unit::Nanoseconds);
    for size in SIZES {
        progress(&format!("{title}: {size}"));
        let messages = messages(size);
        let stream = Input::new(&reference::masked_frames(&messages, setting));
        let mut runs = vec![
            receiver::<Ours>(setting, read_len, &messages, &stream),
            receiver::<Yawc>(setting, read_len, &messages, &stream),
            receiver::<Sockudo>(setting, read_len, &messages, &stream),
        ];
        if !setting.takeover {
            runs.push(receiver::<Wtx>(setting, read_len, &messages, &stream));
        }
        let times = time(&runs, messages.len(), effort);
        table.add(&Cell { name: &size_name(size), bytes: size, times: &times, goal: Some(1.0) });
    }
    table.finish();
}

fn receiver<P: Peer + 'static>(setting: Setting, read_len: usize, messages: &[String], stream: &Input) -> Run {
    let pipe = Pipe::new(read_len);
    let mut peer = P::new(pipe.clone(), setting);
    let count = messages.len();
    // The second round as well: it refers to nothing of the first.
    for _ in 0..2 {
        let mut collected = Collected::default();
        pipe.feed(stream);
        assert!(peer.receive(count, &mut collected).is_some(), "{} refuses the messages", P::NAME);
        assert!(collected.0 == messages.concat().into_bytes(), "{} receives something else", P::NAME);
    }
    let (peer, stream) = (RefCell::new(peer), stream.clone());
    let run = Box::new(move |(): &mut ()| {
        pipe.feed(&stream);
        assert!(peer.borrow_mut().receive(count, &mut Dropped).is_some());
    });
    (P::NAME, 0, run)
}

/// The time of each run for one of its `count` messages.
fn time(runs: &[Run], count: usize, effort: Effort) -> Vec<(String, f64, Counted)> {
    let contenders: Vec<Contender<'_, ()>> = runs
        .iter()
        .map(|(name, _, run)| Contender { name, counted: Counted::Yes, level: Level::Simd128, run })
        .collect();
    let medians = medians(&contenders, effort.rounds(), &mut (), |(), _, _| {});
    contenders.iter().zip(medians).map(|(c, time)| (c.name.to_owned(), time / count as f64, c.counted)).collect()
}
