//! A client that follows a stream of events through broken connections, and goes on where it stopped even in another run.
//!
//! ```text
//! cargo run --bin push_server -- --drop-after 3
//! cargo run --bin push_client -- http://127.0.0.1:9003/events
//! ```
//!
//! Each event is printed as `TYPE [ID]: DATA`; what happens to the connection is told on standard error. The part to copy
//! is [`push::follow`].

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use push::arguments::Arguments;
use push::follow::{self, Follower, Step};
use push::{position, signals};
use sse_proto::OwnedEvent;

const USAGE: &str = "\
usage: push_client [options] [URL]

Prints the events of a stream as they come, and reconnects where it left off.

  --state FILE      go on from where FILE says, if there is one, and write to it at the end; then the URL may be left out
  --max-events N    stop after N events
  --help            print this

Exit status: 0 when the server ends the stream (204), the events have come, or on Ctrl-C or SIGTERM; 1 if the stream can't
be had; 2 for a wrong option.";

struct Options {
    url: Option<String>,
    state: Option<PathBuf>,
    max_events: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("push_client: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("push_client: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let held = options.state.as_deref().map(position::load).transpose()?.flatten();
    let start = match (&options.url, held) {
        (None, Some(held)) => held,
        // A URL of its own, and perhaps the place in the stream that was left under another.
        (Some(url), Some(held)) => sse_proto::Exported { url: url.clone(), ..held },
        (Some(url), None) => follow::beginning(url),
        (None, None) => return Err("no URL, and no state to go on from".into()),
    };
    let seed = getrandom::u64()?;
    let mut follower = Follower::new(reqwest::Client::new(), start, follow::config(seed))?;
    let stop = signals::stop()?;
    let followed = tokio::select! {
        followed = print_events(&mut follower, options.max_events) => followed,
        () = stop => Ok(()),
    };
    if let Some(path) = &options.state {
        position::save(path, &follower.export())?;
    }
    Ok(followed?)
}

async fn print_events(follower: &mut Follower, mut events_left: u64) -> io::Result<()> {
    while events_left > 0 {
        match follower.next().await {
            Step::Opened => eprintln!("push_client: connected"),
            Step::Event(event) => {
                print(&event)?;
                events_left -= 1;
            }
            Step::Lost { reason, wait } => {
                eprintln!("push_client: {reason}; trying again in {:.1} s", wait.as_secs_f32());
            }
            Step::Closed(closed) => return closed.map_err(io::Error::other),
        }
    }
    Ok(())
}

fn print(event: &OwnedEvent) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let OwnedEvent { event_type, data, last_event_id } = event;
    // No stream can play tricks on a terminal: line breaks and the like are shown, not sent.
    writeln!(out, "{} [{}]: {}", event_type.escape_debug(), last_event_id.escape_debug(), data.escape_debug())?;
    out.flush()
}

fn parse(words: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let Some(arguments) = Arguments::parse(words, &["--state", "--max-events"])? else { return Ok(None) };
    let options = Options {
        state: arguments.value("--state")?,
        max_events: arguments.value("--max-events")?.unwrap_or(u64::MAX),
        url: arguments.argument,
    };
    if options.url.is_none() && options.state.is_none() {
        return Err("no URL".to_owned());
    }
    Ok(Some(options))
}
