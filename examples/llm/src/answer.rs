//! A request to a language model, and its answer piece by piece.
//!
//! An `EventSource` would be the wrong tool: when a connection breaks it asks again, and to ask a model again costs money
//! and brings another answer. So this takes the events of one response, and says plainly whether the answer is whole.

use std::io;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sse_proto::futures::{EventStreamError, Eventsource};
use sse_proto::headers::{EVENT_STREAM, is_event_stream};
use sse_proto::{Config, Limits, Parser};

/// The data of the event that ends an answer. It is not JSON, as all other data is.
const DONE: &str = "[DONE]";
/// How long a server may be silent: models think before they speak, but send comments meanwhile.
const READ_TIMEOUT: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an event may be, in bytes. Those of a chat are small.
const MAX_EVENT: usize = 1 << 20;
/// How much of the text of a refusal is shown, in characters.
const MAX_REFUSAL: usize = 500;

/// Why there is no answer, or not all of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    #[error("no response")]
    Request(#[source] reqwest::Error),
    #[error("the server refuses with {0}: {1}")]
    Refused(StatusCode, String),
    #[error("the response is no event stream")]
    ContentType,
    #[error("the answer broke off")]
    Broken(#[source] reqwest::Error),
    #[error("the answer can't be read: {0}")]
    Unreadable(EventStreamError<reqwest::Error>),
    #[error("the answer ended before {DONE}")]
    NotDone,
    #[error("the server failed within the answer: {0}")]
    Failed(String),
    #[error("an event's data is not JSON")]
    NotJson(#[from] serde_json::Error),
    #[error("standard output")]
    Output(#[from] io::Error),
}

/// One for all requests.
pub(crate) fn client() -> Result<Client, Problem> {
    Client::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build().map_err(Problem::Request)
}

/// Asks, and tells each piece of the answer as soon as it has come.
pub(crate) async fn ask(
    http: &Client,
    url: &str,
    prompt: &str,
    mut tell: impl FnMut(&str) -> io::Result<()>,
) -> Result<(), Problem> {
    let request = json!({ "model": "any", "stream": true, "messages": [{ "role": "user", "content": prompt }] });
    let response = http
        .post(url)
        .header(ACCEPT, EVENT_STREAM)
        .header(CONTENT_TYPE, "application/json")
        .body(request.to_string())
        .send()
        .await
        .map_err(Problem::Request)?;

    let status = response.status();
    if status != StatusCode::OK {
        let text = response.text().await.unwrap_or_default();
        return Err(Problem::Refused(status, text.chars().take(MAX_REFUSAL).collect()));
    }
    // A server that does not know of `stream` answers with one document.
    let content_type = response.headers().get(CONTENT_TYPE);
    if !content_type.is_some_and(|content_type| is_event_stream(content_type.as_bytes())) {
        return Err(Problem::ContentType);
    }

    let config = Config {
        limits: Limits { line: MAX_EVENT, event_data: MAX_EVENT, ..Limits::default() },
        // Some servers leave out the blank line after the last event. This is safe here: what a break leaves of an event
        // is neither `[DONE]` nor JSON.
        dispatch_unterminated: true,
        ..Config::default()
    };
    let mut events = pin!(response.bytes_stream().eventsource_with(Parser::with_config(config)));
    while let Some(event) = events.next().await {
        let event = event?;
        if event.data == DONE {
            return Ok(());
        }
        let chunk: Value = serde_json::from_str(&event.data)?;
        if let Some(message) = chunk["error"]["message"].as_str() {
            return Err(Problem::Failed(message.to_owned()));
        }
        // The first chunk has a role and no content; the last one the reason for the end.
        if let Some(text) = chunk["choices"][0]["delta"]["content"].as_str() {
            tell(text)?;
        }
    }
    // The body has ended as HTTP wants it; but only `[DONE]` tells that the answer is whole.
    Err(Problem::NotDone)
}

impl From<EventStreamError<reqwest::Error>> for Problem {
    fn from(error: EventStreamError<reqwest::Error>) -> Self {
        match error {
            EventStreamError::Transport(error) => Self::Broken(error),
            limit => Self::Unreadable(limit),
        }
    }
}
