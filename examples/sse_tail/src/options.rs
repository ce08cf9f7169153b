//! The command line.

use sse_proto::EventId;

use crate::url::Url;

pub(crate) const USAGE: &str = "\
usage: sse_tail [options] http://HOST[:PORT]/PATH

Prints the events of an event stream as they come, and reconnects where it left off.

  --last-event-id ID   start after this event
  --max-events N       exit after so many events
  --no-reconnect       exit when the connection ends
  --help               print this

Exit status: 0 if the server has ended the stream (204), the events asked for have come, or the connection has ended
with --no-reconnect; 1 if the stream can't be had; 2 for a wrong option.";

pub(crate) struct Options {
    pub(crate) url: Url,
    pub(crate) last_event_id: String,
    pub(crate) max_events: u64,
    pub(crate) reconnect: bool,
}

/// Reads the arguments; `None` if help is asked for.
pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Option<Options>, String> {
    let mut url = None;
    let mut last_event_id = String::new();
    let mut max_events = u64::MAX;
    let mut reconnect = true;
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match &*arg {
            "--help" => return Ok(None),
            "--no-reconnect" => reconnect = false,
            "--last-event-id" => {
                last_event_id = value()?;
                EventId::new(&last_event_id).map_err(|error| error.to_string())?;
            }
            "--max-events" => {
                let number = value()?;
                let parsed = number.parse().ok().filter(|&number| number > 0);
                max_events = parsed.ok_or_else(|| format!("{number:?} is not a number of events"))?;
            }
            _ if arg.starts_with('-') => return Err(format!("unknown option {arg}")),
            _ if url.is_some() => return Err("more than one URL".to_owned()),
            _ => url = Some(Url::parse(&arg)?),
        }
    }
    let url = url.ok_or("no URL")?;
    Ok(Some(Options { url, last_event_id, max_events, reconnect }))
}
