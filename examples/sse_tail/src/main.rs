//! Prints the events of an event stream as they come: `sse_tail http://localhost:8080/events`.
//!
//! Nothing but the standard library and `sse-proto`: a thread that blocks on a socket. It asks again after a drop, when
//! the time that the server has set is over, for what comes after the last event it has seen; so no event is lost if the
//! server keeps them. `--help` tells the options and the exit status.
//!
//! Each event is printed as `TYPE [ID]: DATA`, further lines of the data below it, indented; control characters are
//! escaped, so that no stream can play tricks on a terminal. What happens to the connection is told on standard error.

mod http;
mod options;
mod url;

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::thread;
use std::time::Instant;

use options::{Options, USAGE};
use sse_proto::{Action, Closed, Event, EventSource, EventSourceConfig, Exported, Failure, Item, Response};

fn main() -> ExitCode {
    let options = match options::parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("sse_tail: {message}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match tail(&options, &mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("sse_tail: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the event source says, until it is closed or the options are met.
fn tail(options: &Options, out: &mut impl Write) -> Result<(), String> {
    let config = EventSourceConfig::default();
    let start = Exported {
        url: format!("http://{}{}", options.url.authority, options.url.target),
        last_event_id: options.last_event_id.clone(),
        reconnection_time: config.reconnection_time,
    };
    let mut source = EventSource::resume(start, config).map_err(|error| error.to_string())?;
    let clock = Instant::now();
    let mut body = None;
    let mut buffer = vec![0; 16 * 1024];
    let mut events_left = options.max_events;
    loop {
        match source.action() {
            Action::Connect(request) => match http::get(&options.url, request) {
                Ok(response) => {
                    let (status, content_type) = (response.status, Some(response.content_type.as_bytes()));
                    source.handle_response(Response { status, content_type, ..Response::default() }, clock.elapsed());
                    body = Some(response.body);
                }
                Err(error) => lose(&mut source, &error, &clock),
            },
            Action::Read => match body.as_mut().map_or(Ok(0), |body| body.read(&mut buffer)) {
                Ok(0) => {
                    eprintln!("sse_tail: the stream has ended");
                    source.receive_eof(clock.elapsed()).map_err(|error| error.to_string())?;
                }
                Ok(len) => {
                    let mut input = &buffer[..len];
                    while let Some(item) =
                        source.receive(&mut input, clock.elapsed()).map_err(|error| error.to_string())?
                    {
                        let Item::Event(event) = item else { continue };
                        print(event, out).map_err(|error| format!("standard output: {error}"))?;
                        events_left = events_left.saturating_sub(1);
                        if events_left == 0 {
                            source.close();
                        }
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => lose(&mut source, &error, &clock),
            },
            Action::Wait if !options.reconnect => return Ok(()),
            Action::Wait => {
                body = None;
                let now = clock.elapsed();
                let wait = source.next_timeout().unwrap_or(now).saturating_sub(now);
                eprintln!("sse_tail: trying again in {:.1} s", wait.as_secs_f32());
                thread::sleep(wait);
                source.handle_timeout(clock.elapsed());
            }
            // 204 is how servers tell clients that there is no more to come.
            Action::Closed(Closed::Failed(failure)) if *failure != Failure::Status(204) => {
                return Err(failure.to_string());
            }
            Action::Closed(_) => return Ok(()),
        }
    }
}

fn lose(source: &mut EventSource, error: &io::Error, clock: &Instant) {
    eprintln!("sse_tail: {error}");
    source.handle_network_error(clock.elapsed());
}

fn print(event: Event<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut text = printable(event.event_type);
    if !event.last_event_id.is_empty() {
        text.push_str(&format!(" [{}]", printable(event.last_event_id)));
    }
    text.push_str(": ");
    let data: Vec<String> = event.data.split('\n').map(printable).collect();
    text.push_str(&data.join("\n    "));
    text.push('\n');
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The text with its control characters escaped, save for tabs.
fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() && character != '\t' {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}
