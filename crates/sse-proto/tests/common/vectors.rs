//! The language-neutral test vectors of `tests/vectors/sse-parse.json`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::{Owned, Parsed};

#[derive(Deserialize)]
pub(crate) struct Vector {
    pub(crate) name: String,
    input_base64: String,
    pub(crate) expected: Vec<Expected>,
    pub(crate) final_last_event_id: String,
    final_retry_ms: Option<u64>,
    /// Present where the standard leaves the reconnection time open: not to be compared.
    ambiguous: Option<String>,
    /// Offsets at which a cut is interesting.
    #[serde(default)]
    pub(crate) splits: Vec<usize>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Expected {
    #[serde(rename = "type")]
    pub(crate) event_type: String,
    pub(crate) data: String,
    pub(crate) id: String,
}

pub(crate) fn vectors() -> Vec<Vector> {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../vectors/sse-parse.json")).unwrap();
    assert_eq!(vectors.len(), 222);
    vectors
}

impl Vector {
    pub(crate) fn input(&self) -> Vec<u8> {
        STANDARD.decode(&self.input_base64).unwrap()
    }

    pub(crate) fn check(&self, parsed: &Parsed) {
        let events: Vec<Expected> = parsed.items.iter().filter_map(expected).collect();
        let retry = parsed.items.iter().rev().find_map(|item| match item {
            Owned::Retry(time) => Some(u64::try_from(time.as_millis()).unwrap()),
            _ => None,
        });
        assert_eq!(parsed.error, None, "{}", self.name);
        assert_eq!(events, self.expected, "{}", self.name);
        assert_eq!(parsed.last_event_id, self.final_last_event_id, "{}", self.name);
        self.check_retry(retry);
    }

    pub(crate) fn check_retry(&self, millis: Option<u64>) {
        if self.ambiguous.is_none() {
            assert_eq!(millis, self.final_retry_ms, "{}", self.name);
        }
    }
}

fn expected(item: &Owned) -> Option<Expected> {
    match item {
        Owned::Event { event_type, data, last_event_id } => {
            Some(Expected { event_type: event_type.clone(), data: data.clone(), id: last_event_id.clone() })
        }
        Owned::Comment(_) | Owned::Retry(_) | Owned::Dropped(_) => None,
    }
}
