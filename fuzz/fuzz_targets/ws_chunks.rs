//! Arbitrary bytes to a connection that hands messages out in chunks, against one that hands them out whole: the chunks add
//! up to the same messages, however the bytes are cut, and the error is the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use websocket_proto::{Client, Config, Connection, Event, MessageBuffer, ProtocolError};

#[derive(Debug, Default, PartialEq)]
struct Outcome {
    complete: Vec<Vec<u8>>,
    /// What came of a message that is not complete.
    incomplete: Vec<u8>,
    other: Vec<String>,
    error: Option<ProtocolError>,
}

fn receive<'a>(in_chunks: bool, pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let config = Config { in_chunks, max_message_len: 1000, ..Config::default() };
    let mut connection = Connection::new(Client::new(|| [0; 4]), config);
    let mut buffer = MessageBuffer::new();
    let mut outcome = Outcome::default();
    for piece in pieces {
        let mut bytes = piece.to_vec();
        let mut input = &mut bytes[..];
        loop {
            let (bytes, fin) = match connection.receive(&mut input, &mut buffer) {
                Ok(Some(Event::Text(text))) => (text.as_bytes(), true),
                Ok(Some(Event::Binary(bytes))) => (bytes, true),
                Ok(Some(Event::TextChunk { text, fin })) => (text.as_bytes(), fin),
                Ok(Some(Event::BinaryChunk { bytes, fin })) => (bytes, fin),
                Ok(Some(other)) => {
                    outcome.other.push(format!("{other:?}"));
                    continue;
                }
                Ok(None) => break,
                Err(error) => {
                    outcome.error = Some(error);
                    return outcome;
                }
            };
            outcome.incomplete.extend_from_slice(bytes);
            if fin {
                outcome.complete.push(std::mem::take(&mut outcome.incomplete));
            }
        }
        assert!(!in_chunks || connection.buffered() < 256, "nothing but a control frame is held");
    }
    outcome
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (cuts, bytes) = input;
    let chunks = receive(true, std::iter::once(&bytes[..]));
    assert_eq!(receive(true, push_proto_fuzz::pieces(&bytes, &cuts)), chunks);
    let whole = receive(false, std::iter::once(&bytes[..]));
    assert_eq!((&chunks.complete, &chunks.other, chunks.error), (&whole.complete, &whole.other, whole.error));
});
