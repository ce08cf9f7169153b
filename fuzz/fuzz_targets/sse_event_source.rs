//! Any sequence of calls against a naive model of HTML 9.2.3: the states, the times, the last event ID, and that nothing
//! is delivered unless the connection is open.

#![no_main]

use std::time::Duration;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use sse_proto::{Action, Config, EventSource, EventSourceConfig, Item, Limits, ReadyState, Response};

#[path = "../../crates/sse-proto/tests/common/driver.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod driver;
#[path = "../../crates/sse-proto/tests/common/naive.rs"]
mod naive;

#[derive(Arbitrary, Debug)]
enum Step {
    Respond { status: u16, is_event_stream: bool, retry_after: Option<u8> },
    Ok,
    Receive(Vec<u8>),
    Lines(Vec<Line>),
    Eof,
    Break,
    Wait(u16),
    Resume,
    Close,
}

#[derive(Arbitrary, Debug)]
enum Line {
    Data,
    Id(u8),
    Retry(u16),
    Blank,
}

#[derive(Arbitrary, Debug)]
struct Settings {
    floor: u8,
    cap: u16,
    stable_after: u8,
    max_attempts: Option<u8>,
    idle_timeout: Option<u8>,
    retry_server_errors: bool,
    close_at_end: bool,
}

/// What the standard's prose says, with a list of all bytes of the connection in the place of a parser.
struct Model {
    settings: Settings,
    state: State,
    time: u64,
    attempts: u32,
    /// The bytes of the open connection, and the ID it began with.
    body: Vec<u8>,
    last_event_id: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Connecting,
    Open { since: u64, heard: u64 },
    Waiting { until: u64 },
    Closed,
}

impl Model {
    fn reconnect(&mut self, now: u64, at_least: u64) {
        if let State::Open { since, .. } = self.state
            && now - since >= u64::from(self.settings.stable_after)
        {
            self.attempts = 0;
        }
        if self.settings.max_attempts.is_some_and(|most| self.attempts >= most.into()) {
            self.state = State::Closed;
            return;
        }
        self.attempts += 1;
        let delay = self.time.max(at_least).min(self.settings.cap.into()).max(self.settings.floor.into());
        self.state = State::Waiting { until: now + delay };
    }

    /// The items of all bytes so far; the last event ID as of them.
    fn parse(&self) -> (Vec<driver::Owned>, String) {
        let id = format!("id: {}\n\n", self.last_event_id);
        let start = naive::parse(id.as_bytes()).0.len();
        let (items, last_event_id) = naive::parse(&[id.as_bytes(), strip_bom(&self.body)].concat());
        (items[start..].to_vec(), last_event_id)
    }

    fn receive(&mut self, bytes: &[u8], now: u64) -> Vec<driver::Owned> {
        let State::Open { heard, .. } = &mut self.state else { return Vec::new() };
        if !bytes.is_empty() {
            *heard = now;
        }
        let before = self.parse().0.len();
        self.body.extend_from_slice(bytes);
        let items = self.parse().0.split_off(before);
        for item in &items {
            if let driver::Owned::Retry(time) = item {
                self.time = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            }
        }
        items
    }

    /// The connection is over: of what came only the ID stays.
    fn disconnect(&mut self) {
        self.last_event_id = self.parse().1;
        self.body.clear();
    }

    fn timeout(&self) -> Option<u64> {
        match self.state {
            State::Waiting { until } => Some(until),
            State::Open { heard, .. } => Some(heard + u64::from(self.settings.idle_timeout?)),
            State::Connecting | State::Closed => None,
        }
    }
}

fn strip_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

fuzz_target!(|input: (Settings, Vec<Step>)| {
    let (settings, steps) = input;
    let millis = |millis: u64| Duration::from_millis(millis);
    let config = EventSourceConfig {
        reconnection_time: millis(30),
        min_reconnection_time: millis(settings.floor.into()),
        max_reconnection_time: millis(settings.cap.into()),
        stable_after: millis(settings.stable_after.into()),
        max_attempts: settings.max_attempts.map(u32::from),
        idle_timeout: settings.idle_timeout.map(|time| millis(time.into())),
        retry_server_errors: settings.retry_server_errors,
        close_at_end: settings.close_at_end,
        // The model knows no limits.
        parser: Config { limits: Limits::NONE, ..Config::default() },
        ..EventSourceConfig::default()
    };
    let mut source = EventSource::new("http://localhost/", config);
    let mut model = Model {
        settings,
        state: State::Connecting,
        time: 30,
        attempts: 0,
        body: Vec::new(),
        last_event_id: String::new(),
    };
    let mut now = 0_u64;
    for step in steps {
        match step {
            Step::Ok => {
                let content_type = Some(&b"text/event-stream"[..]);
                source.handle_response(Response { status: 200, content_type, ..Response::default() }, millis(now));
                if model.state == State::Connecting {
                    model.state = State::Open { since: now, heard: now };
                }
            }
            Step::Respond { status, is_event_stream, retry_after } => {
                let content_type =
                    Some(if is_event_stream { &b"text/event-stream;a"[..] } else { b"text/event-streams" });
                let seconds = retry_after.map(|seconds| seconds.to_string());
                let retry_after_bytes = seconds.as_ref().map(|seconds| seconds.as_bytes());
                let response = Response { status, content_type, retry_after: retry_after_bytes, ..Response::default() };
                source.handle_response(response, millis(now));
                if model.state == State::Connecting {
                    if status == 200 && is_event_stream {
                        model.state = State::Open { since: now, heard: now };
                    } else if model.settings.retry_server_errors && (status == 429 || (500..=599).contains(&status)) {
                        model.reconnect(now, u64::from(retry_after.unwrap_or(0)) * 1000);
                    } else {
                        model.state = State::Closed;
                    }
                }
            }
            Step::Receive(bytes) => receive(&mut source, &mut model, &bytes, now),
            Step::Lines(lines) => {
                let line = |line: &Line| match line {
                    Line::Data => "data: x\n".to_owned(),
                    Line::Id(id) => format!("id: {id}\n"),
                    Line::Retry(time) => format!("retry: {time}\n"),
                    Line::Blank => "\n".to_owned(),
                };
                receive(&mut source, &mut model, lines.iter().map(line).collect::<String>().as_bytes(), now);
            }
            Step::Eof => {
                assert_eq!(source.receive_eof(millis(now)), Ok(None));
                match model.state {
                    State::Open { .. } if model.settings.close_at_end => {
                        model.disconnect();
                        model.state = State::Closed;
                    }
                    State::Open { .. } | State::Connecting => {
                        model.disconnect();
                        model.reconnect(now, 0);
                    }
                    State::Waiting { .. } | State::Closed => {}
                }
            }
            Step::Break => {
                source.handle_network_error(millis(now));
                if matches!(model.state, State::Open { .. } | State::Connecting) {
                    model.disconnect();
                    model.reconnect(now, 0);
                }
            }
            Step::Wait(time) => {
                let end = now + u64::from(time);
                while let Some(timeout) = model.timeout().filter(|&timeout| timeout <= end) {
                    assert_eq!(source.next_timeout(), Some(millis(timeout)));
                    now = now.max(timeout);
                    source.handle_timeout(millis(now));
                    match model.state {
                        State::Waiting { .. } => model.state = State::Connecting,
                        _ => {
                            model.disconnect();
                            model.reconnect(now, 0);
                        }
                    }
                }
                now = end;
            }
            Step::Resume => {
                source = EventSource::resume(source.export(), config).expect("an exported ID is one");
                model.disconnect();
                (model.state, model.attempts) = (State::Connecting, 0);
            }
            Step::Close => {
                source.close();
                if model.state != State::Closed {
                    model.disconnect();
                    model.state = State::Closed;
                }
            }
        }
        let (action, ready_state) = match model.state {
            State::Connecting => ("connect", ReadyState::Connecting),
            State::Waiting { .. } => ("wait", ReadyState::Connecting),
            State::Open { .. } => ("read", ReadyState::Open),
            State::Closed => ("closed", ReadyState::Closed),
        };
        assert_eq!(source.ready_state(), ready_state);
        assert_eq!(source.next_timeout(), model.timeout().map(millis));
        let id = model.parse().1;
        assert_eq!(source.last_event_id(), id);
        match source.action() {
            Action::Connect(request) => {
                assert_eq!(action, "connect");
                assert_eq!(request.last_event_id.unwrap_or_default(), id);
                assert_eq!(request.last_event_id.is_none(), id.is_empty());
            }
            Action::Read => assert_eq!(action, "read"),
            Action::Wait => assert_eq!(action, "wait"),
            Action::Closed(_) => assert_eq!(action, "closed"),
        }
    }
});

fn receive(source: &mut EventSource, model: &mut Model, bytes: &[u8], now: u64) {
    let mut input = bytes;
    let mut items = Vec::new();
    let mut next = |input: &mut &[u8]| {
        let item: Option<Item<'_>> = source.receive(input, Duration::from_millis(now)).expect("far below the limits");
        item.map(driver::Owned::from)
    };
    while let Some(item) = next(&mut input) {
        items.push(item);
    }
    assert!(input.is_empty());
    assert_eq!(items, model.receive(bytes, now));
}
