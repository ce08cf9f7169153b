//! What is printed.

use many::client::MESSAGE_LEN;
use many::measure::{ECHO_CONNECTIONS, Figures, IN_FLIGHT};

use crate::options::Options;
use crate::processors::Processors;
use crate::servers::Server;

/// The most that an idle connection may take of the server's memory, in bytes.
const IDLE_GOAL: f64 = 1536.0;
/// The most that a million messages may take of the server's processor, in seconds.
const CPU_GOAL: f64 = 0.35;

/// Says what the figures are measured on, and with.
pub fn head(options: &Options, connections: usize, open_files: usize, processors: &Processors) {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split(": ").nth(1));
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    println!("{}, Linux {}", model.unwrap_or("unknown processor"), kernel.trim());
    println!(
        "{}",
        if processors.are_two() { "client and server on a processor each" } else { "one processor for all" }
    );
    println!("open files: limit {open_files}");
    let versions = ["fastwebsockets", "mio", "tokio", "tokio-tungstenite", "tokio-websockets", "tungstenite"];
    println!("{}", versions.map(|name| format!("{name} {}", version(name))).join(", "));
    println!(
        "{connections} idle connections after an echo each; then {} messages of {MESSAGE_LEN} bytes over \
         {} of them, {IN_FLIGHT} in flight on each; medians of {} rounds\n",
        options.messages,
        connections.min(ECHO_CONNECTIONS),
        options.rounds,
    );
}

fn version(name: &str) -> &'static str {
    let package = format!("name = \"{name}\"\nversion = \"");
    let rest = include_str!("../Cargo.lock").split(&package).nth(1);
    rest.and_then(|rest| rest.split('"').next()).unwrap_or("?")
}

/// Prints a line for each server.
pub fn table(servers: &[&Server], figures: &[Vec<Figures>]) {
    println!("| server | bytes of an idle connection | CPU s per million messages | least and most | messages per s |");
    println!("|---|---|---|---|---|");
    for (server, figures) in servers.iter().zip(figures) {
        let idle = sorted(figures, |figures| figures.idle_bytes as f64);
        let cpu = sorted(figures, Figures::cpu_per_million);
        let rate = sorted(figures, |figures| figures.messages as f64 / figures.elapsed.as_secs_f64());
        println!(
            "| {} | {}{:.0} | {}{:.2} | {:.2}–{:.2} | {:.0} |",
            server.what,
            above(server, median(&idle), IDLE_GOAL),
            median(&idle),
            above(server, median(&cpu), CPU_GOAL),
            median(&cpu),
            cpu[0],
            cpu[cpu.len() - 1],
            median(&rate),
        );
    }
    println!("\n`>` marks a figure of ours above its goal: {IDLE_GOAL:.0} bytes, {CPU_GOAL} CPU seconds.");
}

fn above(server: &Server, figure: f64, goal: f64) -> &'static str {
    if server.is_ours && figure > goal { "> " } else { "" }
}

fn sorted(figures: &[Figures], figure: impl Fn(&Figures) -> f64) -> Vec<f64> {
    let mut sorted: Vec<f64> = figures.iter().map(figure).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn median(sorted: &[f64]) -> f64 {
    f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2])
}
