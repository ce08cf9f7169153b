//! Prints a line of JSON for each item of the event stream on standard input.
//!
//! ```text
//! curl -N https://example.org/events | cargo run -p sse-proto --example sse_to_json
//! cargo run -p sse-proto --example sse_to_json -- --chunk 1 < capture
//! ```
//!
//! `--chunk N` hands the parser at most N bytes at a time (default: as they are read). It never changes the output.
//!
//! Output, as soon as the bytes that complete an item have come; a stable format:
//!
//! - `{"item":"event","type":T,"data":D,"lastEventId":I}` for each event that is dispatched. `type` is `message` if the
//!   stream gave none; `lastEventId` is the last event ID string as of this event.
//! - `{"item":"comment","text":T}` for each comment line: what follows its colon, less one leading space.
//! - `{"item":"retry","ms":N}` for each valid `retry` field, when its line is read. What is above 2^64 - 1 is given as
//!   that.
//! - `{"item":"end","lastEventId":I,"retryMs":N,"error":E}` as the last line. `lastEventId` is the ID that a
//!   reconnection would send, `""` if none; `retryMs` the last `retry`, or `null`; `error` is `null` at the end of the
//!   input, or a text if the parser has refused the stream there.
//!
//! Strings are UTF-8; `"`, `\` and the control characters below U+0020 are escaped, nothing else. Every stream of bytes
//! is a valid event stream, so the only error there is is a limit: see `sse_proto::Limits`, whose defaults hold here.
//!
//! Exit status: 0 at the end of the input, 1 if a limit was exceeded, 2 for a wrong option or an error of standard
//! input or output (a message is on standard error).

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use sse_proto::{Item, ParseError, Parser};

const USAGE: &str = "usage: sse_to_json [--chunk N] < STREAM   (N: bytes, at least 1)";

fn main() -> ExitCode {
    let chunk = match chunk_option(std::env::args().skip(1)) {
        Ok(chunk) => chunk,
        Err(message) => {
            eprintln!("sse_to_json: {message}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(io::stdin().lock(), io::stdout().lock(), chunk) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(_)) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("sse_to_json: {error}");
            ExitCode::from(2)
        }
    }
}

fn chunk_option(mut args: impl Iterator<Item = String>) -> Result<usize, String> {
    let mut chunk = usize::MAX;
    while let Some(arg) = args.next() {
        if arg != "--chunk" {
            return Err(format!("unknown argument {arg:?}"));
        }
        let value = args.next().ok_or("--chunk needs a number")?;
        chunk =
            value.parse().ok().filter(|&n| n > 0).ok_or(format!("--chunk needs a number above 0, not {value:?}"))?;
    }
    Ok(chunk)
}

/// Prints the items of `input` up to its end, or to the error that is returned.
fn run(mut input: impl Read, mut out: impl Write, chunk: usize) -> io::Result<Option<ParseError>> {
    let mut parser = Parser::new();
    let mut retry_ms = None;
    let mut lines = String::new();
    let mut buffer = vec![0; 64 * 1024];
    let error = loop {
        let len = match input.read(&mut buffer) {
            Ok(0) => break None,
            Ok(len) => len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let parsed = buffer[..len]
            .chunks(chunk)
            .try_for_each(|chunk| print_items(&mut parser, chunk, &mut retry_ms, &mut lines));
        // Whoever reads this wants an item when it has come, not when a buffer is full.
        out.write_all(lines.as_bytes())?;
        out.flush()?;
        lines.clear();
        if let Err(error) = parsed {
            break Some(error);
        }
    };
    let last_event_id = Json(parser.last_event_id()).to_string();
    let retry_ms = retry_ms.map_or("null".to_owned(), |ms: u128| ms.to_string());
    let message = error.map_or("null".to_owned(), |error| Json(&error.to_string()).to_string());
    writeln!(out, r#"{{"item":"end","lastEventId":{last_event_id},"retryMs":{retry_ms},"error":{message}}}"#)?;
    out.flush()?;
    Ok(error)
}

fn print_items(
    parser: &mut Parser,
    chunk: &[u8],
    retry_ms: &mut Option<u128>,
    lines: &mut String,
) -> Result<(), ParseError> {
    let mut input = chunk;
    while let Some(item) = parser.next(&mut input)? {
        let line = match item {
            Item::Event(event) => format!(
                r#"{{"item":"event","type":{},"data":{},"lastEventId":{}}}"#,
                Json(event.event_type),
                Json(event.data),
                Json(event.last_event_id)
            ),
            Item::Comment(text) => format!(r#"{{"item":"comment","text":{}}}"#, Json(text)),
            Item::Retry(time) => {
                *retry_ms = Some(time.as_millis());
                format!(r#"{{"item":"retry","ms":{}}}"#, time.as_millis())
            }
            _ => continue,
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    Ok(())
}

/// Displays a string as JSON. Whatever Unicode takes for a line break is escaped, so that a line of output is one to
/// every reader.
struct Json<'a>(&'a str);

impl std::fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '"' | '\\' => write!(f, "\\{character}")?,
                '\0'..' ' | '\u{85}' | '\u{2028}' | '\u{2029}' => write!(f, "\\u{:04x}", u32::from(character))?,
                _ => f.write_char(character)?,
            }
        }
        f.write_char('"')
    }
}
