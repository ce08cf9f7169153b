//! A server of events on axum: many subscribers, who lose nothing when their connections break.
//!
//! ```text
//! cargo run --bin push_server
//! curl -N http://127.0.0.1:9003/events                        # an event now and then, until Ctrl-C
//! curl --data 'hello to all' http://127.0.0.1:9003/events     # an event of your own
//! ```
//!
//! A client that comes back says what it saw last in `Last-Event-ID`, as browsers do by themselves. It gets what it has
//! missed; or an event `missed` with their number, if some are no longer held or it reads too slowly; or an event `reset`,
//! if its ID is from another run of the server. The parts to copy are in [`push::feed`] and [`push::subscribe`].

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use push::arguments::Arguments;
use push::feed::Feed;
use push::subscribe::{self, Style};
use sse_proto::{EventName, ReplayLimits, ServerEvent};
use tokio::net::TcpListener;
use tokio::time::interval;

const USAGE: &str = "\
usage: push_server [options]

Serves events at /events, and takes them there by POST: each body is the data of one.

  --port PORT       listen on 127.0.0.1:PORT; 0 takes any free port (default: 9003)
  --interval MS     publish an event of type tick every MS milliseconds; 0 for none (default: 1000)
  --held N          hold the last N events for clients that come back (default: 1024)
  --retry MS        tell clients to wait for MS milliseconds before they reconnect (default: 3000)
  --keep-alive MS   send a comment when a stream was silent for MS milliseconds (default: 15000)
  --drop-after N    cut each connection off after N events (default: never)
  --help            print this";

const TICK: &str = "tick";

#[derive(Debug)]
struct Options {
    port: u16,
    interval: Duration,
    held: usize,
    retry: Duration,
    style: Style,
}

#[derive(Clone)]
struct App {
    feed: Arc<Feed>,
    style: Style,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("push_server: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("push_server: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: &Options) -> std::io::Result<()> {
    let limits = ReplayLimits { events: options.held, ..ReplayLimits::default() };
    let feed = Arc::new(Feed::new(limits, options.retry));
    if !options.interval.is_zero() {
        tokio::spawn(tick(Arc::clone(&feed), options.interval));
    }
    let app = Router::new().route("/events", get(events).post(publish)).with_state(App { feed, style: options.style });
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    println!("listening on http://{}/events", listener.local_addr()?);
    axum::serve(listener, app).await
}

/// `GET /events`
async fn events(State(app): State<App>, request: HeaderMap) -> Response {
    subscribe::response(&app.feed, &request, app.style)
}

/// `POST /events`
async fn publish(State(app): State<App>, data: String) -> StatusCode {
    app.feed.publish(ServerEvent::new(&data));
    StatusCode::NO_CONTENT
}

/// Publishes an event of type `tick` now and then, the data of which is its number.
async fn tick(feed: Arc<Feed>, every: Duration) {
    let Ok(event_type) = EventName::new(TICK) else { return };
    let mut interval = interval(every);
    for number in 1_u64.. {
        interval.tick().await;
        feed.publish(ServerEvent::new(&number.to_string()).event_type(event_type));
    }
}

fn parse(words: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let known = ["--port", "--interval", "--held", "--retry", "--keep-alive", "--drop-after"];
    let Some(arguments) = Arguments::parse(words, &known)? else { return Ok(None) };
    if let Some(argument) = arguments.argument {
        return Err(format!("unknown argument {argument}"));
    }
    let millis = |name, default| Ok::<_, String>(Duration::from_millis(arguments.value(name)?.unwrap_or(default)));
    Ok(Some(Options {
        port: arguments.value("--port")?.unwrap_or(9003),
        interval: millis("--interval", 1000)?,
        held: arguments.value("--held")?.unwrap_or(1024),
        retry: millis("--retry", 3000)?,
        style: Style { keep_alive: millis("--keep-alive", 15_000)?, drop_after: arguments.value("--drop-after")? },
    }))
}
