//! A server that answers as language models do, but for the model: one request a connection, on a port of loopback.
//!
//! Its chunks end in the middle of characters, of field names, of CRLF and of `[DONE]`, as those of a real one do now and
//! then, when nobody looks.

use std::io;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Between two events.
const PAUSE: Duration = Duration::from_millis(30);
/// The lengths of the chunks, over and over.
const CHUNKS: [usize; 6] = [1, 2, 3, 5, 8, 1];
/// What it takes of a request, in bytes.
const MAX_REQUEST: u64 = 1 << 20;

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Whole,
    /// Without the blank line after `[DONE]`.
    NoBlankLine,
    /// The connection breaks.
    CutOff,
    /// The body ends in good order, but too early.
    NoDone,
    /// An event that tells of an error.
    Error,
    /// No stream at all, but status 429.
    Busy,
}

impl Manner {
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        Ok(match name {
            "whole" => Self::Whole,
            "no-blank-line" => Self::NoBlankLine,
            "cut-off" => Self::CutOff,
            "no-done" => Self::NoDone,
            "error" => Self::Error,
            "busy" => Self::Busy,
            _ => return Err(format!("--fake {name}: no such manner")),
        })
    }
}

/// Starts a server, and gives its URL.
pub(crate) async fn start(manner: Manner) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/v1/chat/completions", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that goes away is no reason to stop.
            let _ = serve(stream, manner).await;
        }
    });
    Ok(url)
}

async fn serve(stream: TcpStream, manner: Manner) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufStream::new(stream);
    let prompt = read_prompt(&mut stream).await?;
    if manner == Manner::Busy {
        stream.write_all(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 9\r\n\r\ntry later").await?;
        return stream.flush().await;
    }
    stream
        .write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n",
        )
        .await?;
    let events = events(&prompt, manner);
    let mut lengths = CHUNKS.into_iter().cycle();
    for event in events {
        for chunk in cut(event.as_bytes(), &mut lengths) {
            stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await?;
            stream.write_all(chunk).await?;
            stream.write_all(b"\r\n").await?;
        }
        stream.flush().await?;
        sleep(PAUSE).await;
    }
    if manner != Manner::CutOff {
        stream.write_all(b"0\r\n\r\n").await?;
    }
    stream.flush().await
}

/// Reads a request, and gives the last message in it.
async fn read_prompt(stream: &mut BufStream<TcpStream>) -> io::Result<String> {
    let mut request = stream.take(MAX_REQUEST);
    let mut len = 0;
    loop {
        let mut line = String::new();
        request.read_line(&mut line).await?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            len = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = Vec::new();
    request.take(len).read_to_end(&mut body).await?;
    let body: Value = serde_json::from_slice(&body)?;
    let message = body["messages"].as_array().and_then(|messages| messages.last());
    Ok(message.and_then(|message| message["content"].as_str()).unwrap_or_default().to_owned())
}

/// The answer to a prompt, word by word.
fn events(prompt: &str, manner: Manner) -> Vec<String> {
    let answer = format!("You said “{prompt}”. Grüße, 世界 🦀!\nThat is all I know: I am a fake.");
    let mut events = vec![": thinking\r\n\r\n".to_owned(), event(&json!({ "role": "assistant" }))];
    events.extend(answer.split_inclusive(' ').map(|word| event(&json!({ "content": word }))));
    match manner {
        Manner::Whole => events.push("data: [DONE]\r\n\r\n".to_owned()),
        Manner::NoBlankLine => events.push("data: [DONE]".to_owned()),
        Manner::Error => {
            events.truncate(4);
            events.push(format!("data: {}\r\n\r\n", json!({ "error": { "message": "overloaded" } })));
        }
        Manner::CutOff | Manner::NoDone | Manner::Busy => events.truncate(4),
    }
    events
}

fn event(delta: &Value) -> String {
    format!("data: {}\r\n\r\n", json!({ "choices": [{ "index": 0, "delta": delta }] }))
}

/// Cuts bytes into chunks of these lengths.
fn cut<'a>(mut bytes: &'a [u8], lengths: &mut impl Iterator<Item = usize>) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    while !bytes.is_empty() {
        let (chunk, rest) = bytes.split_at(lengths.next().unwrap_or(bytes.len()).min(bytes.len()));
        chunks.push(chunk);
        bytes = rest;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_end_where_it_hurts() {
        let mut lengths = CHUNKS.into_iter().cycle();
        let events = events("héllo", Manner::Whole);
        let chunks: Vec<&[u8]> = events.iter().flat_map(|event| cut(event.as_bytes(), &mut lengths)).collect();
        assert_eq!(chunks.concat(), events.concat().as_bytes(), "nothing is lost");
        assert!(chunks.iter().any(|chunk| std::str::from_utf8(chunk).is_err()), "a character is cut");
        assert!(chunks.iter().any(|chunk| chunk.ends_with(b"\r")), "CRLF is cut");
        assert!(chunks.iter().any(|chunk| b"data: ".starts_with(chunk) && chunk.len() < 4), "a field's name is cut");
        assert!(!chunks.iter().any(|chunk| chunk.windows(6).any(|part| part == b"[DONE]")), "the sentinel is cut");
    }
}
