//! What becomes of events.

/// Takes events; an ID that a parser does not tell is empty.
pub trait Sink {
    fn event(&mut self, event_type: &str, data: &str, id: &str);

    fn comment(&mut self, text: &str);
}

/// Counts events, and looks at the length of their data.
#[derive(Default)]
pub struct Dropped {
    pub events: usize,
    pub data: usize,
}

impl Sink for Dropped {
    fn event(&mut self, event_type: &str, data: &str, _: &str) {
        self.events += 1;
        self.data += data.len() + event_type.len();
    }

    fn comment(&mut self, text: &str) {
        self.data += text.len();
    }
}

/// Keeps copies, for comparison.
#[derive(Default, PartialEq, Eq)]
pub struct Collected {
    /// Types and data. What stands for no type is `message`.
    pub events: Vec<(String, String)>,
    /// The IDs of events that have one.
    pub ids: Vec<String>,
}

impl Sink for Collected {
    fn event(&mut self, event_type: &str, data: &str, id: &str) {
        self.events.push((event_type.to_owned(), data.to_owned()));
        if !id.is_empty() {
            self.ids.push(id.to_owned());
        }
    }

    fn comment(&mut self, _: &str) {}
}
