//! A proxy that keeps up with a stream on behalf of one client (HTML 9.2.8, "connectionless push"), and can be replaced by
//! another while the stream goes on: neither loses or doubles an event.
//!
//! ```text
//! cargo run --bin push_server
//! cargo run --bin push_proxy -- --state stream.json http://127.0.0.1:9003/events
//! cargo run --bin push_client -- http://127.0.0.1:9004/events
//! ```
//!
//! Then Ctrl-C in the proxy's window, and `cargo run --bin push_proxy -- --state stream.json`: the client goes on.
//!
//! The idea:
//!
//! 1. What a process must know to go on in a stream is its URL, its last event ID and its reconnection time:
//!    [`Exported`]. It comes from a file that any process may have written, `push_client --state` among them, and is written
//!    to it at the end.
//! 2. Events are passed on with the IDs that they came with. So the client's `Last-Event-ID` says where to go on, to the
//!    server itself and to any proxy; and it is worth more than the file, because what a proxy has written last may never
//!    have arrived. The file is for clients that have no ID yet.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use push::arguments::Arguments;
use push::follow::{self, Follower, Step};
use push::subscribe::{Cut, WRITE_TIMEOUT};
use push::{position, signals};
use sse_proto::{Exported, KeepAlive, ServerEvent, headers};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout, timeout_at};

const USAGE: &str = "\
usage: push_proxy --state FILE [--port PORT] [URL]

Passes the events of a stream on at /events, to one client at a time.

  --state FILE   go on from where FILE says, if there is one, and write to it on Ctrl-C or SIGTERM; with it, the URL may be
                 left out
  --port PORT    listen on 127.0.0.1:PORT; 0 takes any free port (default: 9004)
  --help         print this";

#[derive(Debug)]
struct Options {
    url: Option<String>,
    state: PathBuf,
    port: u16,
}

struct Proxy {
    http: reqwest::Client,
    /// What the client was sent last, as far as is known here.
    position: Mutex<Exported>,
    /// What writes to the client. A new connection takes the place of the one before, which may be dead.
    writer: Mutex<Option<AbortHandle>>,
}

// One thread: a writer that is stopped has stopped when `abort` returns.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("push_proxy: {problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("push_proxy: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let start = start(&options.state, options.url.as_deref())?;
    eprintln!("push_proxy: {} from the event after [{}]", start.url, start.last_event_id.escape_debug());
    let proxy = Arc::new(Proxy { http: reqwest::Client::new(), position: Mutex::new(start), writer: Mutex::new(None) });
    let app = Router::new().route("/events", get(events)).with_state(Arc::clone(&proxy));
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    // Before anybody knows of this process, so that nobody can end it without the position being written.
    let stop = signals::stop()?;
    println!("listening on http://{}/events", listener.local_addr()?);
    tokio::select! {
        served = axum::serve(listener, app) => served?,
        () = stop => {}
    }
    // Nothing is passed on any more when the position is written.
    proxy.set_writer(None);
    position::save(&options.state, &lock(&proxy.position))?;
    Ok(())
}

/// Where to begin: as the file says, if there is one.
fn start(state: &Path, url: Option<&str>) -> Result<Exported, Box<dyn std::error::Error>> {
    match (position::load(state)?, url) {
        (Some(held), None) => Ok(held),
        (Some(held), Some(url)) => Ok(Exported { url: url.to_owned(), ..held }),
        (None, Some(url)) => Ok(follow::beginning(url)),
        (None, None) => Err(format!("there is no {}, and no URL to begin with", state.display()).into()),
    }
}

/// `GET /events`
async fn events(State(proxy): State<Arc<Proxy>>, request: HeaderMap) -> Response {
    proxy.set_writer(None);
    let mut start = lock(&proxy.position).clone();
    if let Some(id) = request.get(headers::LAST_EVENT_ID) {
        let Ok(id) = str::from_utf8(id.as_bytes()) else {
            return (StatusCode::BAD_REQUEST, "Last-Event-ID is not UTF-8\n").into_response();
        };
        id.clone_into(&mut start.last_event_id);
    }
    let Ok(seed) = getrandom::u64() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut upstream = match Follower::new(proxy.http.clone(), start, follow::config(seed)) {
        Ok(upstream) => upstream,
        Err(error) => return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    };
    // A stream that the server ends or does not have is none to the client either.
    match upstream.next().await {
        Step::Closed(Ok(())) => return StatusCode::NO_CONTENT.into_response(),
        Step::Closed(Err(reason)) => return (StatusCode::BAD_GATEWAY, format!("{reason}\n")).into_response(),
        // Also if it can't be had now: to try again is what a proxy is for. No event comes before `Opened`.
        Step::Opened | Step::Lost { .. } | Step::Event(_) => {}
    }
    let (sender, body) = Channel::new(1);
    let writer = tokio::spawn(pass_on(Arc::clone(&proxy), upstream, sender));
    proxy.set_writer(Some(writer.abort_handle()));

    let mut response = Response::new(Body::new(body));
    *response.headers_mut() = sse_proto::http::response_headers(true);
    response
}

/// Writes what comes from upstream to the client, until either is gone.
async fn pass_on(proxy: Arc<Proxy>, mut upstream: Follower, mut body: Sender<Bytes, Cut>) {
    let clock = Instant::now();
    let mut keep_alive = KeepAlive::new(clock.elapsed());
    let mut reconnection_time = None;
    loop {
        let mut block = Vec::new();
        match timeout_at(clock + keep_alive.next_timeout(), upstream.next()).await {
            Ok(Step::Event(event)) => {
                // With the ID that it came with. A type with a NUL can be received, and not be sent.
                let event = match ServerEvent::try_from(event.as_event()) {
                    Ok(event) => event,
                    Err(error) => {
                        let id = event.last_event_id.escape_debug();
                        eprintln!("push_proxy: the event [{id}] is lost: {error}");
                        continue;
                    }
                };
                let time = upstream.export().reconnection_time;
                let event = if reconnection_time.replace(time) == Some(time) { event } else { event.retry(time) };
                event.append_to(&mut block);
            }
            Ok(Step::Opened) => continue,
            Ok(Step::Lost { reason, wait }) => {
                eprintln!("push_proxy: {reason}; trying again in {:.1} s", wait.as_secs_f32());
                continue;
            }
            // The client's next request is answered with the reason.
            Ok(Step::Closed(_)) => return,
            Err(_) => match keep_alive.handle_timeout(clock.elapsed()) {
                Some(comment) => block.extend_from_slice(comment),
                None => continue,
            },
        }
        match timeout(WRITE_TIMEOUT, body.send_data(block.into())).await {
            Ok(Ok(())) => keep_alive.sent(clock.elapsed()),
            // The client is gone, and will tell what it saw last when it comes back.
            Ok(Err(_)) => return,
            Err(_) => return body.abort(Cut),
        }
        *lock(&proxy.position) = upstream.export();
    }
}

impl Proxy {
    fn set_writer(&self, writer: Option<AbortHandle>) {
        if let Some(before) = std::mem::replace(&mut *lock(&self.writer), writer) {
            before.abort();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn parse(words: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let Some(arguments) = Arguments::parse(words, &["--state", "--port"])? else { return Ok(None) };
    Ok(Some(Options {
        state: arguments.value("--state")?.ok_or("no --state")?,
        port: arguments.value("--port")?.unwrap_or(9004),
        url: arguments.argument,
    }))
}
