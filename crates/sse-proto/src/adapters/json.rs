//! Data from and to JSON.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::encoder::ServerEvent;
use crate::item::Event;

impl<'a> Event<'a> {
    /// The data, read as JSON. Strings without escapes can be borrowed.
    ///
    /// # Errors
    ///
    /// As [`serde_json::from_str`].
    ///
    /// ```
    /// use sse_proto::Event;
    ///
    /// let event = Event { event_type: "message", data: "[1, 2]", last_event_id: "" };
    /// assert_eq!(event.json::<Vec<u8>>()?, [1, 2]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn json<T: Deserialize<'a>>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.data)
    }
}

impl ServerEvent<'_> {
    /// Appends the encoding to `out`, with `data` as JSON after the data that the event has. No copy of the JSON is made.
    ///
    /// # Errors
    ///
    /// As [`serde_json::to_writer`]; then `out` is as it was.
    ///
    /// ```
    /// use sse_proto::{EventName, ServerEvent};
    ///
    /// let mut out = Vec::new();
    /// let name = EventName::new("point").unwrap();
    /// ServerEvent::default().event_type(name).append_json_to(&[1, 2], &mut out)?;
    /// assert_eq!(out, b"event: point\ndata: [1,2]\n\n");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn append_json_to(&self, data: &(impl Serialize + ?Sized), out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let mut writer = self.data_writer(out);
        serde_json::to_writer(&mut writer, data)?;
        writer.finish().map_err(serde::ser::Error::custom)?;
        Ok(())
    }
}
