//! HTML 9.2.5 and 9.2.6 written down as they stand, for whole streams, with no thought for speed.

use std::time::Duration;

use super::driver::{Owned, comment, event_with};

/// The items of a whole stream, and the last event ID string at its end.
pub(crate) fn parse(stream: &[u8]) -> (Vec<Owned>, String) {
    let mut items = Vec::new();
    let (mut data, mut event_type, mut id_buffer, mut last_event_id) = Default::default();
    for line in lines(&decode(stream)) {
        interpret(&line, &mut data, &mut event_type, &mut id_buffer, &mut last_event_id, &mut items);
    }
    (items, last_event_id)
}

/// "UTF-8 decode": drops one byte order mark, puts U+FFFD for what is ill-formed.
fn decode(stream: &[u8]) -> String {
    String::from_utf8_lossy(stream.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(stream)).into_owned()
}

/// The lines that have an end.
fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> =
        text.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(str::to_owned).collect();
    lines.pop();
    lines
}

fn interpret(
    line: &str,
    data: &mut String,
    event_type: &mut String,
    id_buffer: &mut String,
    last_event_id: &mut String,
    items: &mut Vec<Owned>,
) {
    if line.is_empty() {
        last_event_id.clone_from(id_buffer);
        if !data.is_empty() {
            data.pop();
            let name = if event_type.is_empty() { "message" } else { event_type.as_str() };
            items.push(event_with(name, data, last_event_id));
        }
        data.clear();
        event_type.clear();
        return;
    }
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    let value = value.strip_prefix(' ').unwrap_or(value);
    match name {
        "" => items.push(comment(value)),
        "event" => *event_type = value.to_owned(),
        "data" => {
            data.push_str(value);
            data.push('\n');
        }
        "id" if !value.contains('\0') => *id_buffer = value.to_owned(),
        "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
            items.push(Owned::Retry(Duration::from_millis(value.parse().unwrap_or(u64::MAX))));
        }
        _ => {}
    }
}
