//! Everybody in the chat, and what was said last.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::broadcast;

/// How many of the latest messages a newcomer is shown.
const HISTORY: usize = 50;
/// How far a client may fall behind the others, in messages, before it is dropped.
const BEHIND: usize = 256;

const ADJECTIVES: [&str; 12] =
    ["Amber", "Brisk", "Calm", "Dapper", "Early", "Fond", "Gentle", "Hazel", "Ivory", "Jolly", "Keen", "Lucid"];
const ANIMALS: [&str; 12] = [
    "Badger", "Curlew", "Dormouse", "Egret", "Fox", "Gannet", "Heron", "Ibis", "Jackdaw", "Kestrel", "Linnet", "Otter",
];

/// What the server sends to everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    Text(String),
    Binary(Bytes),
}

#[derive(Debug)]
pub(crate) struct Room {
    state: Mutex<State>,
    messages: broadcast::Sender<Message>,
}

#[derive(Debug, Default)]
struct State {
    history: VecDeque<Message>,
    present: usize,
    arrivals: usize,
}

/// One who is in the room, until it is dropped.
#[derive(Debug)]
pub(crate) struct Guest<'a> {
    room: &'a Room,
    pub(crate) name: String,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self { state: Mutex::default(), messages: broadcast::Sender::new(BEHIND) }
    }

    /// Lets one more in. What is returned beside the guest is what to send it first, and from where to take the rest:
    /// between the two nothing is missing and nothing comes twice.
    pub(crate) fn enter(&self) -> (Guest<'_>, Vec<Message>, broadcast::Receiver<Message>) {
        let mut state = self.state();
        let name = name(state.arrivals);
        state.arrivals += 1;
        state.present += 1;
        let mut first = vec![text(&json!({ "type": "welcome", "name": name, "present": state.present }))];
        first.extend(state.history.iter().cloned());
        let inbox = self.messages.subscribe();
        self.send(text(&json!({ "type": "joined", "name": name, "present": state.present })));
        drop(state);
        (Guest { room: self, name }, first, inbox)
    }

    /// Sends to everybody. Whoever is not there to hear it does not matter.
    fn send(&self, message: Message) {
        let _ = self.messages.send(message);
    }

    fn send_and_remember(&self, message: Message) {
        let mut state = self.state();
        if state.history.len() == HISTORY {
            state.history.pop_front();
        }
        state.history.push_back(message.clone());
        self.send(message);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guest<'_> {
    /// Says something to everybody, the guest itself included.
    pub(crate) fn say(&self, what: &str) {
        self.room.send_and_remember(text(&json!({ "type": "said", "from": self.name, "text": what })));
    }

    /// Shows bytes to everybody: the length of the guest's name, the name, then the bytes as they are.
    pub(crate) fn show(&self, bytes: &[u8]) {
        // No name is longer than a few words.
        let name_len = u8::try_from(self.name.len()).unwrap_or_default();
        let name = &self.name.as_bytes()[..usize::from(name_len)];
        self.room.send_and_remember(Message::Binary([&[name_len], name, bytes].concat().into()));
    }
}

impl Drop for Guest<'_> {
    fn drop(&mut self) {
        let mut state = self.room.state();
        state.present -= 1;
        self.room.send(text(&json!({ "type": "left", "name": self.name, "present": state.present })));
    }
}

fn text(value: &Value) -> Message {
    Message::Text(value.to_string())
}

/// A name for the guest who came after `earlier` others: 144 different ones, then they get numbers.
fn name(earlier: usize) -> String {
    let round = earlier / ADJECTIVES.len();
    let adjective = ADJECTIVES[earlier % ADJECTIVES.len()];
    let animal = ANIMALS[(earlier + round) % ANIMALS.len()];
    match round / ANIMALS.len() {
        0 => format!("{adjective} {animal}"),
        again => format!("{adjective} {animal} {}", again + 1),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_differ() {
        let names: HashSet<_> = (0..1000).map(name).collect();
        assert_eq!(names.len(), 1000);
    }

    #[test]
    fn a_newcomer_gets_what_was_said_last_and_then_what_follows() {
        let room = Room::new();
        let (early, first, _inbox) = room.enter();
        assert_eq!(first, [text(&json!({ "type": "welcome", "name": "Amber Badger", "present": 1 }))]);
        for number in 0..=HISTORY {
            early.say(&number.to_string());
        }
        early.show(&[7, 8]);

        let (late, first, mut inbox) = room.enter();
        assert_eq!(first.len(), 1 + HISTORY);
        assert_eq!(first[1], text(&json!({ "type": "said", "from": "Amber Badger", "text": "2" })));
        assert_eq!(first[HISTORY], Message::Binary(Bytes::from_static(b"\x0cAmber Badger\x07\x08")));
        assert_eq!(inbox.try_recv(), Ok(text(&json!({ "type": "joined", "name": "Brisk Curlew", "present": 2 }))));
        late.say("hello");
        assert_eq!(inbox.try_recv(), Ok(text(&json!({ "type": "said", "from": "Brisk Curlew", "text": "hello" }))));
        drop(late);
        assert_eq!(inbox.try_recv(), Ok(text(&json!({ "type": "left", "name": "Brisk Curlew", "present": 1 }))));
    }
}
