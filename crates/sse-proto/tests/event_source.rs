//! The `EventSource` on scripted timelines, with virtual time.
//!
//! A script in `tests/timelines` has a step a line, `#` starting a comment. A step may begin with a time in
//! milliseconds; the timeouts up to then come first. What happens:
//!
//! - `response STATUS [TYPE [RETRY-AFTER]]`, `body TEXT` (with `\n` and `\r`), `eof`, `break` (a network error), `close`;
//! - `date DATE`: the `Date` of the responses that follow;
//! - `config NAME VALUE`, before anything else; `resume` exports the source and goes on with another.
//!
//! And what is expected: `connect ID` (`-` for none), `open`, `wait MILLISECONDS` (until when), `event DATA ID`,
//! `retry MILLISECONDS`, `comment TEXT`, `nothing`, `error`, `closed REASON`. Items have to be expected one by one.

mod common;

use std::collections::VecDeque;
use std::time::Duration;

use common::Owned;
use sse_proto::{Action, Closed, EventSource, EventSourceConfig, Failure, OnLimit, ParseError, ReadyState, Response};

#[test]
fn a_wrong_expectation_is_noticed() {
    for script in ["connect 1", "open", "wait 5", "closed by caller", "event a -", "error x", "nonsense"] {
        assert!(Timeline::new().steps(script).any(|(_, step)| step.is_err()), "{script}");
    }
}

#[test]
fn timelines() {
    let mut run = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/timelines")).unwrap() {
        let path = entry.unwrap().path();
        let script = std::fs::read_to_string(&path).unwrap();
        for (number, step) in Timeline::new().steps(&script) {
            if let Err(message) = step {
                panic!("{}:{number}: {message}", path.display());
            }
        }
        run += 1;
    }
    assert!(run >= 10, "only {run} timelines were found");
}

struct Timeline {
    config: EventSourceConfig,
    source: Option<EventSource>,
    now: Duration,
    items: VecDeque<Owned>,
    error: Option<ParseError>,
    date: Option<String>,
}

impl Timeline {
    fn new() -> Self {
        let (items, config) = (VecDeque::new(), EventSourceConfig::default());
        Self { config, source: None, now: Duration::ZERO, items, error: None, date: None }
    }

    fn steps(mut self, script: &str) -> impl Iterator<Item = (usize, Result<(), String>)> {
        let steps = script.lines().zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        steps.map(move |(line, number)| (number, self.step(line)))
    }

    fn step(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        if let Ok(millis) = verb.parse() {
            self.advance(Duration::from_millis(millis));
            return self.step(rest);
        }
        if verb == "date" {
            self.date = Some(rest.to_owned());
            return Ok(());
        }
        if verb == "config" {
            return self.configure(rest);
        }
        let config = self.config;
        self.source.get_or_insert_with(|| EventSource::new("http://localhost/", config));
        self.happen(verb, rest).unwrap_or_else(|| self.expect(verb, rest))
    }

    fn advance(&mut self, to: Duration) {
        assert!(to >= self.now, "time goes backwards");
        if let Some(source) = &mut self.source {
            while let Some(timeout) = source.next_timeout().filter(|&timeout| timeout <= to) {
                source.handle_timeout(timeout.saturating_sub(Duration::from_nanos(1)));
                assert_eq!(source.next_timeout(), Some(timeout), "nothing happens before the timeout");
                source.handle_timeout(timeout);
            }
        }
        self.now = to;
    }

    fn configure(&mut self, setting: &str) -> Result<(), String> {
        let (name, value) = setting.split_once(' ').ok_or("config NAME VALUE")?;
        let number: u64 = value.parse().map_err(|_| "not a number")?;
        let time = Duration::from_millis(number);
        match name {
            "reconnection_time" => self.config.reconnection_time = time,
            "min_reconnection_time" => self.config.min_reconnection_time = time,
            "max_reconnection_time" => self.config.max_reconnection_time = time,
            "stable_after" => self.config.stable_after = time,
            "max_attempts" => self.config.max_attempts = Some(u32::try_from(number).map_err(|_| "too many")?),
            "idle_timeout" => self.config.idle_timeout = Some(time),
            "retry_server_errors" => self.config.retry_server_errors = number == 1,
            "close_at_end" => self.config.close_at_end = number == 1,
            "dispatch_unterminated" => self.config.parser.dispatch_unterminated = number == 1,
            "drop_event" if number == 1 => self.config.parser.on_limit = OnLimit::DropEvent,
            "max_lines_per_event" => {
                self.config.parser.limits.lines_per_event = usize::try_from(number).map_err(|_| "too many")?;
            }
            "max_line" => self.config.parser.limits.line = usize::try_from(number).map_err(|_| "too long")?,
            _ => return Err(format!("no setting {name}")),
        }
        Ok(())
    }

    /// Does what the step says; `None` if it is an expectation.
    fn happen(&mut self, verb: &str, rest: &str) -> Option<Result<(), String>> {
        let source = self.source.as_mut()?;
        match verb {
            "response" => {
                let mut words = rest.splitn(3, ' ');
                let status = words.next().and_then(|status| status.parse().ok())?;
                let (content_type, retry_after) = (words.next(), words.next());
                let [content_type, retry_after] = [content_type, retry_after].map(|text| text.map(str::as_bytes));
                let date = self.date.as_ref().map(String::as_bytes);
                let response = Response { status, content_type, retry_after, date, ..Response::default() };
                source.handle_response(response, self.now);
            }
            "body" => {
                let body = rest.replace("\\n", "\n").replace("\\r", "\r");
                let mut input = body.as_bytes();
                loop {
                    match source.receive(&mut input, self.now) {
                        Ok(Some(item)) => self.items.push_back(item.into()),
                        Ok(None) => break,
                        Err(error) => {
                            self.error = Some(error);
                            break;
                        }
                    }
                }
            }
            "eof" => match source.receive_eof(self.now) {
                Ok(event) => self.items.extend(event.map(Owned::from)),
                Err(error) => self.error = Some(error),
            },
            "break" => source.handle_network_error(self.now),
            "close" => source.close(),
            "resume" => {
                let mut exported = source.export();
                assert_eq!(exported.url, source.url());
                exported.url = "http://elsewhere/".to_owned();
                *source = EventSource::resume(exported, self.config).unwrap();
                assert_eq!(source.url(), "http://elsewhere/");
            }
            _ => return None,
        }
        Some(Ok(()))
    }

    fn expect(&mut self, verb: &str, rest: &str) -> Result<(), String> {
        let source = self.source.as_ref().ok_or("no source")?;
        let action = source.action();
        let ready_state = source.ready_state();
        let met = match (verb, action) {
            ("connect", Action::Connect(request)) => {
                ready_state == ReadyState::Connecting && request.last_event_id.unwrap_or("-") == rest
            }
            ("open", Action::Read) => ready_state == ReadyState::Open,
            ("wait", Action::Wait) => {
                let until = source.next_timeout().map(|until| until.as_millis().to_string());
                ready_state == ReadyState::Connecting && until.as_deref() == Some(rest)
            }
            ("closed", Action::Closed(closed)) => {
                ready_state == ReadyState::Closed && source.next_timeout().is_none() && reason(closed) == rest
            }
            ("nothing", _) => self.items.is_empty() && self.error.is_none(),
            ("error", _) => self.error.take().is_some_and(|error| error.to_string() == rest),
            ("event", _) => {
                let (data, id) = rest.rsplit_once(' ').ok_or("event DATA ID")?;
                let id = if id == "-" { "" } else { id };
                return expect_item(self.items.pop_front(), &common::event_with("message", data, id));
            }
            ("retry", _) => {
                let millis = rest.parse().map_err(|_| "not a number")?;
                return expect_item(self.items.pop_front(), &common::retry(millis));
            }
            ("comment", _) => return expect_item(self.items.pop_front(), &common::comment(rest)),
            _ => false,
        };
        if met {
            return Ok(());
        }
        let timeout = source.next_timeout();
        Err(format!("expected {verb} {rest:?}, met {action:?}, timeout {timeout:?}, items {:?}", self.items))
    }
}

fn expect_item(item: Option<Owned>, expected: &Owned) -> Result<(), String> {
    match item {
        Some(item) if item == *expected => Ok(()),
        item => Err(format!("expected {expected:?}, met {item:?}")),
    }
}

fn reason(closed: &Closed) -> String {
    match closed {
        Closed::ByCaller => "by caller".to_owned(),
        Closed::EndOfStream => "end of stream".to_owned(),
        Closed::Failed(Failure::Parse(error)) => format!("parse: {error}"),
        Closed::Failed(failure) => failure.to_string(),
        other => format!("{other:?}"),
    }
}
