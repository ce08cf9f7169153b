//! What a server's connection with compression holds.

use allocation_counter::measure;

use super::peers::{Ours, Peer, Setting, Sockudo, Wtx, Yawc};
use super::{KIB, messages, reference};
use crate::Effort;
use crate::timing::progress;
use crate::websocket::pipe::{Input, Pipe};
use crate::websocket::sink::Dropped;

/// What a connection holds after it was opened, after it has received and sent 64 KiB of JSON in messages of 1 KiB, and
/// after that once it has fallen idle, if the implementation knows of that.
pub fn compare(effort: Effort) {
    let count = if effort == Effort::Full { 1000 } else { 100 };
    for takeover in [true, false] {
        let with = if takeover { "with" } else { "without" };
        println!("\n## deflate: heap bytes of a server's connection, {with} context takeover, level 1\n");
        println!("| | connections | opened | 64 KiB echoed | idle |");
        println!("|---|---|---|---|---|");
        let setting = Setting { level: 1, takeover, read_len: None };
        memory_of::<Ours>(setting, count);
        memory_of::<Yawc>(setting, count);
        memory_of::<Sockudo>(setting, count);
        if !takeover {
            memory_of::<Wtx>(setting, count);
        }
    }
}

fn memory_of<P: Peer>(setting: Setting, count: usize) {
    progress(&format!("memory: {}", P::NAME));
    let messages = &messages(KIB)[..64];
    let texts: Vec<P::Text> = messages.iter().map(|text| P::text(text)).collect();
    let stream = Input::new(&reference::masked_frames(messages, setting));
    let pipe = Pipe::new(16 * KIB);
    let echo = |peer: &mut P| {
        pipe.feed(&stream);
        assert!(peer.receive(messages.len(), &mut Dropped).is_some());
        assert!(peer.send(&texts).is_some());
    };
    // What a thread holds once for all connections, be they active or idle.
    let mut first: Vec<P> = (0..32).map(|_| P::new(pipe.clone(), setting)).collect();
    first.iter_mut().for_each(echo);
    first.iter_mut().for_each(P::fall_idle);

    let mut peers = Vec::with_capacity(count);
    let opened = measure(|| peers.extend((0..count).map(|_| P::new(pipe.clone(), setting))));
    let active = measure(|| peers.iter_mut().for_each(echo));
    let idle = measure(|| peers.iter_mut().for_each(P::fall_idle));
    let mut sum = 0;
    let [opened, active, idle] = [opened, active, idle].map(|measured| {
        sum += measured.bytes_current;
        sum as f64 / count as f64
    });
    println!("| {} | {count} | {opened:.0} | {active:.0} | {idle:.0} |", P::NAME);
}
