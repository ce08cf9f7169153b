use alloc::vec::Vec;

use super::at_once;
use super::build_error::BuildError;
use super::expected::{Expected, Outcome};
use super::head::{Found, Head, HeadError, HeadLimits, HeadReader};
use super::key::Key;
use super::offer::Offer;
use super::parse::{self, Parsed, StatusLine};
use super::response_error::ResponseError;
use super::status::Status;

/// The client's side of the opening handshake over HTTP/1.1 (RFC 6455 4.1).
///
/// [`new`](Self::new) writes the request; then give it what comes from the server until it hands out an [`Outcome`]. A head
/// that lies whole in one input is parsed there; otherwise its bytes are collected, at most [`HeadLimits::max_bytes`] of
/// them. Time is linear in the bytes however they are cut, and so is the outcome the same.
///
/// ```
/// use websocket_proto::handshake::{ClientHandshake, Key, Offer, Outcome};
///
/// let offer = Offer { subprotocols: &["chat"], ..Offer::new("server.example.com", "/chat") };
/// let key = Key::from_nonce(*b"the sample nonce"); // take 16 random bytes
/// let mut output = Vec::new();
/// let mut handshake = ClientHandshake::new(&offer, &key, &mut output)?;
/// assert!(output.starts_with(b"GET /chat HTTP/1.1\r\nHost: server.example.com\r\n"));
///
/// let received = b"HTTP/1.1 101 Switching Protocols\r\n\
///     Upgrade: websocket\r\n\
///     Connection: Upgrade\r\n\
///     Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
///     Sec-WebSocket-Protocol: chat\r\n\r\n\
///     the first frames";
/// let mut input = &received[..];
/// match handshake.receive(&mut input)?.expect("the head is whole") {
///     Outcome::Established { negotiated, .. } => assert_eq!(negotiated.subprotocol, Some("chat")),
///     Outcome::Refused { status, .. } => panic!("refused with status {status}"),
/// }
/// assert_eq!(input, b"the first frames");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ClientHandshake {
    reader: HeadReader,
    expected: Expected,
    state: State,
}

#[derive(Debug)]
enum State {
    Reading,
    /// The outcome has been handed out.
    Done,
    Failed(ResponseError),
}

impl ClientHandshake {
    /// Appends the request to `out` and waits for a response within the default limits.
    ///
    /// The key must be new for each connection, from 16 random bytes. What the response is to be compared with is kept: this
    /// allocates if subprotocols or extensions are offered.
    ///
    /// # Errors
    ///
    /// [`BuildError`] if the offer can't be sent; `out` is then as it was.
    pub fn new(offer: &Offer<'_>, key: &Key, out: &mut Vec<u8>) -> Result<Self, BuildError> {
        Self::with_limits(offer, key, HeadLimits::default(), out)
    }

    /// As [`new`](Self::new), with other limits on the response's head.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn with_limits(
        offer: &Offer<'_>,
        key: &Key,
        limits: HeadLimits,
        out: &mut Vec<u8>,
    ) -> Result<Self, BuildError> {
        let expected = offer.append_to(key, out)?;
        Ok(Self { reader: HeadReader::new(limits), expected, state: State::Reading })
    }

    /// Takes the head of the response out of `input`, and hands its outcome out when it is whole; `None` asks for more.
    ///
    /// Interim responses (1xx other than 101, RFC 9110 15.2) are skipped; their bytes and fields count towards the limits.
    /// What follows the head stays in `input`. When the outcome has been handed out, more calls take nothing and return
    /// `None`.
    ///
    /// # Errors
    ///
    /// [`ResponseError`], as soon as the bytes up to the last one taken decide it: close the connection. More calls take
    /// nothing and return it again.
    pub fn receive<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Result<Option<Outcome<'a>>, ResponseError> {
        match self.state {
            State::Reading => {}
            State::Done => return Ok(None),
            State::Failed(error) => return Err(error),
        }
        let at_once = self
            .reader
            .limits_at_start()
            .and_then(|limits| at_once::response(input, limits, |parsed| judge(&parsed, &self.expected)));
        let outcome = match at_once {
            Some(outcome) => outcome,
            None => {
                let found = match self.find(input) {
                    Ok(Some(found)) => found,
                    Ok(None) => return Ok(None),
                    Err(error) => return Err(self.fail(error)),
                };
                parse::response(&self.reader.head(found), |parsed| judge(&parsed, &self.expected))
                    .unwrap_or_else(|error| Err(error.into()))
            }
        };
        self.state = match &outcome {
            Ok(_) => State::Done,
            Err(error) => State::Failed(*error),
        };
        outcome.map(Some)
    }

    /// Tells that the server will send no more.
    ///
    /// # Errors
    ///
    /// [`HeadError::Incomplete`] as a [`ResponseError`] if the response is not whole, or the error that
    /// [`receive`](Self::receive) has returned.
    pub fn receive_eof(&mut self) -> Result<(), ResponseError> {
        match self.state {
            State::Reading => Err(self.fail(HeadError::Incomplete { received: self.reader.received() })),
            State::Done => Ok(()),
            State::Failed(error) => Err(error),
        }
    }

    /// Looks for the end of the final response's head.
    fn find<'i>(&mut self, input: &mut &'i [u8]) -> Result<Option<Found<'i>>, HeadError> {
        while let Some(found) = self.reader.advance(input)? {
            if !is_interim(&self.reader.head(found))? {
                return Ok(Some(found));
            }
            self.reader.restart();
        }
        Ok(None)
    }

    fn fail(&mut self, error: HeadError) -> ResponseError {
        let error = ResponseError::Head(error);
        self.state = State::Failed(error);
        error
    }
}

/// Whether this is the head of an interim response.
fn is_interim(head: &Head<'_>) -> Result<bool, HeadError> {
    // Only what looks like one is parsed here: the final response is parsed where its outcome is decided.
    if !head.bytes().starts_with(b"HTTP/1.1 1") || head.bytes().starts_with(b"HTTP/1.1 101") {
        return Ok(false);
    }
    parse::response(head, |parsed| parsed.line.is_interim())
}

fn judge<'a>(parsed: &Parsed<'_, 'a, StatusLine<'a>>, expected: &Expected) -> Result<Outcome<'a>, ResponseError> {
    let line = &parsed.line;
    let status = Status::new(line.code).ok_or(HeadError::FirstLine)?;
    // HTTP/1.0 has no Upgrade (RFC 9110 7.8).
    if status == Status::SWITCHING_PROTOCOLS && line.minor_version != 1 {
        return Err(HeadError::Version.into());
    }
    expected.judge(status, line.reason, parsed.fields(), parsed.headers)
}
