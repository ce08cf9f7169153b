//! Shows what a WebSocket endpoint makes of the bytes that it receives after the opening handshake.
//!
//! ```text
//! cargo run -p websocket-proto --example ws_to_json -- --role server|client [--chunk N] [--max-message N]
//! ```
//!
//! Reads the bytes from standard input and writes one JSON object on a line for each event, as soon as it is there:
//!
//! ```text
//! {"event":"text","data":"…"}
//! {"event":"binary","hex":"…"}
//! {"event":"ping","hex":"…"}
//! {"event":"pong","hex":"…"}
//! {"event":"close","code":N|null,"reason":"…"}
//! ```
//!
//! and at the end of the input, or after an error, one last line:
//!
//! ```text
//! {"event":"end","state":"open|closing|closed|failed","close_code":N|null,"error":null|"…","to_send_hex":"…"}
//! ```
//!
//! - `close_code` is the code of the Close that this end sends because it fails or answers; `null` if it sends none, or an
//!   empty one.
//! - `to_send_hex` holds every byte that this end wants sent, in order: Pongs and a Close. A client's masking keys are all
//!   `00000000` here, so that the output is reproducible.
//! - `hex` is lower case without separators. Keys come in the order shown.
//!
//! Options: `--role` is the end that receives the bytes; `--chunk N` feeds N bytes at a time (which never changes the
//! output); `--max-message N` is the message limit in bytes.
//!
//! Exit status: 0 if the input was read and judged, whatever the verdict; 1 if reading or writing failed; 2 for a wrong
//! command line.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use websocket_proto::{Client, Config, Connection, Event, MessageBuffer, Role, Server, State};

const USAGE: &str = "usage: ws_to_json --role server|client [--chunk N] [--max-message N] < bytes";

struct Options {
    server: bool,
    chunk: Option<usize>,
    config: Config,
}

fn main() -> ExitCode {
    let options = match parse_options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let result = if options.server {
        inspect(Connection::new(Server, options.config), options.chunk)
    } else {
        inspect(Connection::new(Client::new(|| [0; 4]), options.config), options.chunk)
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ws_to_json: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse_options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut server = None;
    let mut chunk = None;
    let mut config = Config::default();
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name}: unknown option, or its value is missing"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name}: {value} is not a number"));
        match name.as_str() {
            "--role" if value == "server" => server = Some(true),
            "--role" if value == "client" => server = Some(false),
            "--role" => return Err(format!("--role: {value} is neither server nor client")),
            "--chunk" => match usize::try_from(number()?) {
                Ok(len) if len > 0 => chunk = Some(len),
                _ => return Err(format!("--chunk: {value} is out of range")),
            },
            "--max-message" => config.max_message_len = number()?,
            _ => return Err(format!("{name}: unknown option")),
        }
    }
    Ok(Options { server: server.ok_or("--role is missing")?, chunk, config })
}

fn inspect<R: Role>(mut connection: Connection<R>, chunk: Option<usize>) -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let mut stdout = io::stdout().lock();
    let mut read_buffer = vec![0; 64 * 1024];
    let mut message_buffer = MessageBuffer::new();
    let mut output = Vec::new();
    let mut close_code = None;
    let mut error = None;

    'reads: loop {
        let read = stdin.read(&mut read_buffer)?;
        if read == 0 {
            break;
        }
        for mut input in read_buffer[..read].chunks_mut(chunk.unwrap_or(read)) {
            loop {
                match connection.receive(&mut input, &mut message_buffer) {
                    Ok(Some(event)) => {
                        if let Event::Close { code, .. } = event {
                            close_code = code;
                        }
                        writeln!(stdout, "{}", event_line(&event))?;
                        // Each Ping gets its Pong, so that the output does not depend on how the input is cut.
                        connection.poll_transmit(&mut output);
                    }
                    Ok(None) => break,
                    Err(problem) => {
                        connection.poll_transmit(&mut output);
                        close_code = Some(problem.close_code());
                        error = Some(problem.to_string());
                        break 'reads;
                    }
                }
            }
        }
        stdout.flush()?;
    }

    let state = match connection.state() {
        State::Open => "open",
        State::Closing => "closing",
        State::Failed => "failed",
        _ => "closed",
    };
    let close_code = close_code.map_or_else(|| "null".to_owned(), |code| code.to_string());
    let error = error.map_or_else(|| "null".to_owned(), |error| json_string(&error));
    let to_send = hex(&output);
    writeln!(
        stdout,
        r#"{{"event":"end","state":"{state}","close_code":{close_code},"error":{error},"to_send_hex":"{to_send}"}}"#
    )?;
    stdout.flush()
}

fn event_line(event: &Event<'_>) -> String {
    match event {
        Event::Text(text) => format!(r#"{{"event":"text","data":{}}}"#, json_string(text)),
        Event::Binary(bytes) => format!(r#"{{"event":"binary","hex":"{}"}}"#, hex(bytes)),
        Event::Ping(data) => format!(r#"{{"event":"ping","hex":"{}"}}"#, hex(data)),
        Event::Pong(data) => format!(r#"{{"event":"pong","hex":"{}"}}"#, hex(data)),
        Event::Close { code, reason } => {
            let code = code.map_or_else(|| "null".to_owned(), |code| code.to_string());
            format!(r#"{{"event":"close","code":{code},"reason":{}}}"#, json_string(reason))
        }
        other => format!(r#"{{"event":"unknown","debug":{}}}"#, json_string(&format!("{other:?}"))),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// `text` as a JSON string, with quotes (RFC 8259 section 7). Whatever Unicode takes for a line break is escaped, so that
/// a line of output is one to every reader.
fn json_string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\0'..' ' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            _ => json.push(character),
        }
    }
    json.push('"');
    json
}
