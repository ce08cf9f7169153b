//! The tables.

use std::io::Write as _;

/// What the figures of a table are.
#[derive(Clone, Copy)]
pub enum Unit {
    /// Gigabytes per second: more is better.
    GigabytesPerSecond,
    /// Megabytes per second: more is better.
    MegabytesPerSecond,
    /// Nanoseconds per call: less is better.
    Nanoseconds,
}

/// A table, printed line by line as it is measured.
pub struct Table {
    unit: Unit,
    below: usize,
    cells: usize,
}

/// A cell's name, how many bytes one call takes, and the time of a call in nanoseconds.
pub struct Cell<'a> {
    pub name: &'a str,
    pub bytes: usize,
    /// Ours first. A peer that does less than what is compared is shown, and not counted.
    pub times: &'a [(String, f64, Counted)],
    /// The least ratio of the best peer's time to ours, if one is asked for.
    pub goal: Option<f64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Yes,
    No,
}

impl Table {
    pub fn new(title: &str, unit: Unit) -> Self {
        let unit_name = match unit {
            Unit::GigabytesPerSecond => "GB/s",
            Unit::MegabytesPerSecond => "MB/s",
            Unit::Nanoseconds => "ns per call",
        };
        println!("\n## {title} ({unit_name})\n");
        Self { unit, below: 0, cells: 0 }
    }

    /// Prints the cell. Returns the ratio of the best peer's time to ours.
    pub fn add(&mut self, cell: &Cell<'_>) -> f64 {
        if self.cells == 0 {
            let names: Vec<&str> = cell.times.iter().map(|(name, ..)| name.as_str()).collect();
            println!("| | {} | ratio | goal |", names.join(" | "));
            println!("|---|{}---|---|", "---|".repeat(names.len()));
        }
        let peers = cell.times[1..].iter().filter(|(_, _, counted)| *counted == Counted::Yes);
        let best = peers.map(|&(_, time, _)| time).fold(f64::INFINITY, f64::min);
        let ratio = best / cell.times[0].1;
        let goal = cell.goal.map_or(String::new(), |goal| format!("{}{goal}", if ratio < goal { "< " } else { "≥ " }));
        let figures: Vec<String> = cell.times.iter().map(|&(_, time, _)| self.figure(cell.bytes, time)).collect();
        println!("| {} | {} | {ratio:.2} | {goal} |", cell.name, figures.join(" | "));
        let _ = std::io::stdout().flush();
        self.cells += 1;
        self.below += usize::from(cell.goal.is_some_and(|goal| ratio < goal));
        ratio
    }

    fn figure(&self, bytes: usize, time: f64) -> String {
        let figure = match self.unit {
            Unit::GigabytesPerSecond => bytes as f64 / time,
            Unit::MegabytesPerSecond => bytes as f64 / time * 1000.0,
            Unit::Nanoseconds => time,
        };
        if figure < 100.0 { format!("{figure:.2}") } else { format!("{figure:.0}") }
    }

    pub fn finish(self) {
        println!("\n{} of {} cells are below their goal.", self.below, self.cells);
    }
}

/// Says what the figures were measured on.
pub fn machine() {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name| info.lines().find(|line| line.starts_with(name)).and_then(|line| line.split(": ").nth(1));
    let model = field("model name").unwrap_or("unknown CPU");
    let (family, number) = (field("cpu family").unwrap_or("?"), field("model\t").unwrap_or("?"));
    println!(
        "{model} (family {family}, model {number}), {} CPUs; ",
        std::thread::available_parallelism().map_or(1, usize::from)
    );
    println!("levels: {:?}", stream_utf8::Level::available());
    let lock = include_str!("../Cargo.lock");
    let version = |name: &str| {
        let entry = lock.split("[[package]]").find(|entry| entry.contains(&format!("name = \"{name}\"\n")));
        entry
            .and_then(|entry| entry.split("version = \"").nth(1))
            .and_then(|rest| rest.split('"').next())
            .unwrap_or("?")
    };
    let peers = [
        "encoding_rs",
        "eventsource-stream",
        "fastwebsockets",
        "nexus-web",
        "simdutf",
        "simdutf8",
        "sockudo-ws",
        "soketto",
        "sse-codec",
        "sse-core",
        "sse-parse",
        "sse-stream",
        "sseer",
        "tokio-websockets",
        "tungstenite",
        "websocket-sans-io",
        "wtx",
        "yawc",
    ];
    let versions: Vec<String> = peers.iter().map(|name| format!("{name} {}", version(name))).collect();
    println!("peers: {}", versions.join(", "));
}
