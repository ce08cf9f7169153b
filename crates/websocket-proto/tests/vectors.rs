//! Language-neutral vectors: valid and invalid streams for both roles, through the library and through the inspector.

#![cfg(feature = "alloc")]

mod support;

use std::io::Write;
use std::process::Stdio;

use serde::Deserialize;
use support::{Outcome, Owned, client, example, hex, run_split, server};
use websocket_proto::State;

#[derive(Deserialize)]
struct Vectors {
    valid_streams: Vec<Stream>,
    invalid_streams: Vec<Stream>,
}

#[derive(Deserialize)]
struct Stream {
    name: String,
    receiver: String,
    bytes_hex: Option<String>,
    header_hex: Option<String>,
    payload_fill: Option<String>,
    payload_len: Option<usize>,
    #[serde(default)]
    events: Vec<Expected>,
    #[serde(default)]
    delivered_before: Vec<Expected>,
    #[serde(default)]
    expect_close: Vec<u16>,
    expect_reply: Option<String>,
}

#[derive(Deserialize)]
struct Expected {
    message: Option<String>,
    payload_hex: Option<String>,
    payload_len: Option<usize>,
    ping: Option<String>,
    pong: Option<String>,
    close: Option<u16>,
    reason: Option<String>,
}

impl Stream {
    fn bytes(&self) -> Vec<u8> {
        if let Some(bytes) = &self.bytes_hex {
            return hex(bytes);
        }
        let mut bytes = hex(self.header_hex.as_deref().unwrap());
        let fill = hex(self.payload_fill.as_deref().unwrap());
        bytes.extend(fill.iter().cycle().take(self.payload_len.unwrap()));
        bytes
    }

    fn run(&self) -> Outcome {
        match self.receiver.as_str() {
            "server" => run_split(server, &self.bytes()),
            "client" => run_split(client, &self.bytes()),
            other => panic!("{}: unknown receiver {other}", self.name),
        }
    }
}

impl Expected {
    fn to_owned(&self, fill: Option<&str>) -> Owned {
        if let Some(kind) = &self.message {
            let payload = match (&self.payload_hex, self.payload_len) {
                (Some(payload), _) => hex(payload),
                (None, Some(len)) => hex(fill.unwrap()).into_iter().cycle().take(len).collect(),
                (None, None) => panic!("a message without payload"),
            };
            match kind.as_str() {
                "text" => Owned::Text(String::from_utf8(payload).unwrap()),
                "binary" => Owned::Binary(payload),
                other => panic!("unknown message kind {other}"),
            }
        } else if let Some(data) = &self.ping {
            Owned::Ping(hex(data))
        } else if let Some(data) = &self.pong {
            Owned::Pong(hex(data))
        } else {
            Owned::Close(self.close, self.reason.clone().unwrap_or_default())
        }
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("vectors/websocket.json")).unwrap()
}

/// The code of the Close frame that `output` ends with; masked with zeros or not at all.
fn last_close_code(output: &[u8]) -> u16 {
    let at = output.iter().rposition(|&byte| byte == 0x88).expect("a Close frame");
    let payload = match output[at + 1] {
        0x02 => &output[at + 2..],
        0x82 => &output[at + 6..],
        other => panic!("a Close frame of length {other:#x}"),
    };
    u16::from_be_bytes(payload.try_into().unwrap())
}

#[test]
fn valid_streams_give_their_events_for_every_split() {
    let vectors = vectors().valid_streams;
    assert!(vectors.len() >= 39);
    for stream in &vectors {
        let outcome = stream.run();
        let expected: Vec<_> =
            stream.events.iter().map(|event| event.to_owned(stream.payload_fill.as_deref())).collect();
        assert_eq!(outcome.error, None, "{}", stream.name);
        assert_eq!(outcome.events, expected, "{}", stream.name);

        let closed = matches!(expected.last(), Some(Owned::Close(..)));
        assert_eq!(outcome.state, if closed { State::Closed } else { State::Open }, "{}", stream.name);
        let pinged = expected.iter().any(|event| matches!(event, Owned::Ping(_)));
        assert_eq!(outcome.output.is_empty(), !closed && !pinged, "{}", stream.name);
        if stream.expect_reply.is_some() {
            assert!(!outcome.output.is_empty(), "{}", stream.name);
        }
    }
}

#[test]
fn invalid_streams_fail_with_the_preferred_close_code_for_every_split() {
    let vectors = vectors().invalid_streams;
    assert!(vectors.len() >= 130);
    for stream in &vectors {
        let outcome = stream.run();
        let error = outcome.error.unwrap_or_else(|| panic!("{}: accepted", stream.name));
        assert_eq!(error.close_code().get(), stream.expect_close[0], "{}: {error}", stream.name);
        assert_eq!(outcome.state, State::Failed, "{}", stream.name);
        assert_eq!(last_close_code(&outcome.output), stream.expect_close[0], "{}", stream.name);
        let delivered: Vec<_> = stream.delivered_before.iter().map(|event| event.to_owned(None)).collect();
        assert_eq!(outcome.events, delivered, "{}", stream.name);
    }
}

fn inspect(stream: &Stream, chunk: Option<usize>) -> Vec<serde_json::Value> {
    let mut command = example("ws_to_json");
    command.args(["--role", &stream.receiver]);
    if let Some(chunk) = chunk {
        command.args(["--chunk", &chunk.to_string()]);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let bytes = stream.bytes();
    let mut stdin = child.stdin.take().unwrap();
    // The inspector stops reading at an error, so that writing the rest may fail.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "{}", stream.name);
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_inspector_says_the_same_whole_and_in_chunks() {
    let Vectors { valid_streams, invalid_streams } = vectors();
    for stream in valid_streams.iter().chain(&invalid_streams) {
        let outcome = stream.run();
        let lines = inspect(stream, None);
        let (end, events) = lines.split_last().unwrap();
        assert_eq!(events.len(), outcome.events.len(), "{}", stream.name);
        for (line, event) in events.iter().zip(&outcome.events) {
            let expected = match event {
                Owned::Text(text) => serde_json::json!({"event": "text", "data": text}),
                Owned::Binary(bytes) => serde_json::json!({"event": "binary", "hex": to_hex(bytes)}),
                Owned::Ping(data) => serde_json::json!({"event": "ping", "hex": to_hex(data)}),
                Owned::Pong(data) => serde_json::json!({"event": "pong", "hex": to_hex(data)}),
                Owned::Close(code, reason) => {
                    serde_json::json!({"event": "close", "code": code, "reason": reason})
                }
            };
            assert_eq!(*line, expected, "{}", stream.name);
        }
        let state = format!("{:?}", outcome.state).to_lowercase();
        assert_eq!(end["event"], "end", "{}", stream.name);
        assert_eq!(end["state"], state.as_str(), "{}", stream.name);
        assert_eq!(end["to_send_hex"], to_hex(&outcome.output), "{}", stream.name);
        match outcome.error {
            Some(error) => {
                assert_eq!(end["close_code"], error.close_code().get(), "{}", stream.name);
                assert_eq!(end["error"], error.to_string(), "{}", stream.name);
            }
            None => assert!(end["error"].is_null(), "{}", stream.name),
        }
        for chunk in [1, 2, 3, 7] {
            assert_eq!(inspect(stream, Some(chunk)), lines, "{}, chunks of {chunk}", stream.name);
        }
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
