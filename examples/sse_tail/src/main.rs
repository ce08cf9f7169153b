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
use std::time::Duration;

use options::{Options, USAGE};
use sse_proto::{Event, EventId, Item, Parser};

/// How long to wait before a reconnection, until the server says otherwise.
const RECONNECTION_TIME: Duration = Duration::from_secs(3);
/// A server that says 0 doesn't get to be asked in a tight loop, and one that says a year doesn't end it all.
const RECONNECTION_TIMES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3600));

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

/// Why a connection is over.
enum End {
    /// Another connection may go on from here.
    Lost(String),
    /// All is said.
    Done,
}

/// Connects, and connects again, until there is no point in it.
fn tail(options: &Options, out: &mut impl Write) -> Result<(), String> {
    let last_event_id = EventId::new(&options.last_event_id).map_err(|error| error.to_string())?;
    let mut parser = Parser::new().resume_from(last_event_id);
    let mut reconnection_time = RECONNECTION_TIME;
    let mut events_left = options.max_events;
    while events_left > 0 {
        let end = connect_once(options, &mut parser, &mut reconnection_time, &mut events_left, out)?;
        let End::Lost(reason) = end else { return Ok(()) };
        if !options.reconnect {
            eprintln!("sse_tail: {reason}");
            return Ok(());
        }
        let (least, most) = RECONNECTION_TIMES;
        let wait = reconnection_time.clamp(least, most);
        eprintln!("sse_tail: {reason}; trying again in {} s", wait.as_secs_f32());
        thread::sleep(wait);
    }
    Ok(())
}

/// Reads one connection up to its end. An error is one that no other connection will mend.
fn connect_once(
    options: &Options,
    parser: &mut Parser,
    reconnection_time: &mut Duration,
    events_left: &mut u64,
    out: &mut impl Write,
) -> Result<End, String> {
    let mut response = match http::get(&options.url, parser.last_event_id()) {
        Ok(response) => response,
        Err(error) => return Ok(End::Lost(error.to_string())),
    };
    match response.status {
        200 => {}
        204 => return Ok(End::Done),
        status => return Err(format!("the server answers with status {status}, expected 200")),
    }
    if !is_event_stream(&response.content_type) {
        return Err(format!("the content type is {:?}, expected text/event-stream", response.content_type));
    }
    eprintln!("sse_tail: connected to {}", options.url.authority);

    parser.reset();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let len = match response.body.read(&mut buffer) {
            Ok(0) => return Ok(End::Lost("the stream has ended".to_owned())),
            Ok(len) => len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Ok(End::Lost(error.to_string())),
        };
        let mut input = &buffer[..len];
        while let Some(item) = parser.next(&mut input).map_err(|error| error.to_string())? {
            match item {
                Item::Event(event) => {
                    print(event, out).map_err(|error| format!("standard output: {error}"))?;
                    *events_left -= 1;
                    if *events_left == 0 {
                        return Ok(End::Done);
                    }
                }
                Item::Retry(time) => *reconnection_time = time,
                _ => {}
            }
        }
    }
}

/// Whether a content type's essence is `text/event-stream`, whatever its parameters.
fn is_event_stream(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("text/event-stream")
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
