//! Encoding one event of 127 bytes.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::hint::black_box;

use allocation_counter::measure;
use benches::sse::EncodedEvent;
use futures_codec::{BytesMut, Encoder as _};
use sse_proto::ServerEvent;
use stream_utf8::Level;

use crate::Effort;
use crate::report::{Cell, Counted, Table, Unit};
use crate::timing::{Contender, medians, progress};

/// Calls in a round.
const CALLS: usize = 1000;

/// One call: encodes the event and returns the length.
type Encode = (&'static str, Counted, Box<dyn Fn(&EncodedEvent) -> Vec<u8>>, Box<dyn Fn(&mut EncodedEvent)>);

pub fn compare(effort: Effort) {
    let event = EncodedEvent::default();
    let title = format!("sse: encoding an event of {} bytes", event.wire().len());
    progress(&title);
    let encoders = encoders(&event);
    for (name, _, encode, _) in &encoders {
        assert!(is_the_event(&encode(&event), &event), "{name} encodes something else");
    }
    let contenders: Vec<Contender<'_, EncodedEvent>> = encoders
        .iter()
        .map(|(name, counted, _, run)| Contender { name, counted: *counted, level: Level::Simd128, run })
        .collect();
    let mut input = event.clone();
    let medians = medians(&contenders, effort.rounds(), &mut input, |_, _, _| {});
    let times: Vec<_> = contenders
        .iter()
        .zip(medians)
        .map(|(contender, time)| (contender.name.to_owned(), time / CALLS as f64, contender.counted))
        .collect();
    let mut table = Table::new(&title, Unit::Nanoseconds);
    table.add(&Cell { name: "time", bytes: event.wire().len(), times: &times, goal: Some(3.0) });
    let allocations = encoders.iter().map(|(_, _, _, run)| {
        let count = measure(|| run(&mut input)).count_total;
        format!("{:.2}", count as f64 / CALLS as f64)
    });
    println!("| allocations | {} | | |", allocations.collect::<Vec<_>>().join(" | "));
    table.finish();
}

/// Whether an encoding has the fields of the event, in any order, with or without a space after the colon.
fn is_the_event(wire: &[u8], event: &EncodedEvent) -> bool {
    let fields = |wire: &[u8]| {
        let text = String::from_utf8_lossy(wire).into_owned();
        let mut lines: Vec<String> = text.trim_end().lines().map(|line| line.replacen(": ", ":", 1)).collect();
        lines.sort();
        (text.ends_with("\n\n"), lines)
    };
    fields(wire) == fields(event.wire().as_bytes())
}

fn encoder<S: 'static>(
    name: &'static str,
    counted: Counted,
    state: S,
    encode: impl Fn(&mut S, &EncodedEvent) -> usize + Copy + 'static,
    written: impl Fn(&S) -> Vec<u8> + 'static,
) -> Encode {
    let state = std::rc::Rc::new(RefCell::new(state));
    let for_check = std::rc::Rc::clone(&state);
    let check = move |event: &EncodedEvent| {
        let state = &mut *for_check.borrow_mut();
        encode(state, event);
        written(state)
    };
    let run = move |event: &mut EncodedEvent| {
        let state = &mut *state.borrow_mut();
        for _ in 0..CALLS {
            black_box(encode(state, black_box(event)));
        }
    };
    (name, counted, Box::new(check), Box::new(run))
}

fn encoders(event: &EncodedEvent) -> Vec<Encode> {
    let parts: &'static EncodedEvent = Box::leak(Box::new(event.clone()));
    vec![
        encoder(
            "sse-proto",
            Counted::Yes,
            (Vec::new(), parts.event()),
            |(out, event): &mut (Vec<u8>, ServerEvent<'_>), _| {
                out.clear();
                black_box(event).append_to(out);
                out.len()
            },
            |(out, _)| out.clone(),
        ),
        encoder(
            "sse-proto, type and ID checked",
            Counted::No,
            Vec::new(),
            |out: &mut Vec<u8>, event| {
                out.clear();
                event.event().append_to(out);
                out.len()
            },
            Clone::clone,
        ),
        // No peer, but what there is without one: it escapes nothing.
        encoder(
            "write!",
            Counted::No,
            String::new(),
            |out: &mut String, event| {
                out.clear();
                let _ = write!(out, "event: {}\nid: {}\ndata: {}\n\n", event.name, event.id, event.data);
                out.len()
            },
            |out| out.clone().into_bytes(),
        ),
        encoder(
            "sse-stream",
            Counted::Yes,
            bytes::Bytes::new(),
            |out, event| {
                // It takes strings of its own, and gives bytes of its own.
                let sse = sse_stream::Sse::default().event(&event.name).id(&event.id).data(&event.data);
                *out = sse.encode().unwrap_or_default();
                out.len()
            },
            |out| out.to_vec(),
        ),
        encoder(
            "sse-codec",
            Counted::Yes,
            (sse_codec::SSECodec::default(), BytesMut::with_capacity(2 * event.wire().len())),
            |(codec, out), event| {
                out.clear();
                let message = sse_codec::Event::message(&event.name, &event.data, Some(event.id.as_str()));
                assert!(codec.encode(message, out).is_ok());
                out.len()
            },
            |(_, out)| out.to_vec(),
        ),
        encoder(
            "copy of the encoding",
            Counted::No,
            (Vec::new(), event.wire()),
            |(out, wire): &mut (Vec<u8>, String), _| {
                out.clear();
                out.extend_from_slice(black_box(wire).as_bytes());
                out.len()
            },
            |(out, _)| out.clone(),
        ),
    ]
}
