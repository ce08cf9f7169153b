use super::at_once;
use super::head::{HeadError, HeadLimits, HeadReader};
use super::parse;
use super::rejection::Rejection;
use super::request::Request;

/// The server's side of the opening handshake over HTTP/1.1 (RFC 6455 4.2).
///
/// Give it what comes from the client until it hands out a [`Request`] or a [`Rejection`]. A head that lies whole in one
/// input is parsed there, without allocating; otherwise its bytes are collected, at most [`HeadLimits::max_bytes`] of them.
/// Time is linear in the bytes however they are cut, and so is the verdict the same: the request or rejection, and the
/// bytes that are left.
///
/// ```
/// use websocket_proto::handshake::{Acceptance, ServerHandshake};
///
/// let received = b"GET /chat HTTP/1.1\r\n\
///     Host: server.example.com\r\n\
///     Upgrade: websocket\r\n\
///     Connection: Upgrade\r\n\
///     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
///     Sec-WebSocket-Protocol: chat, superchat\r\n\
///     Sec-WebSocket-Version: 13\r\n\r\n\
///     the first frames";
///
/// let mut handshake = ServerHandshake::new();
/// let mut input = &received[..];
/// let mut output = Vec::new();
/// match handshake.receive(&mut input) {
///     Ok(None) => unreachable!("the head is whole"),
///     Ok(Some(request)) => {
///         assert_eq!((request.path(), request.host()), ("/chat", "server.example.com"));
///         let subprotocol = request.choose_subprotocol(&["superchat"]);
///         let accepted = request.accept(&Acceptance { subprotocol, ..Acceptance::default() })?;
///         accepted.append_to(&mut output);
///         assert_eq!(accepted.negotiated().subprotocol, Some("superchat"));
///     }
///     Err(rejection) => rejection.append_to(&mut output),
/// }
/// assert_eq!(
///     output,
///     b"HTTP/1.1 101 Switching Protocols\r\n\
///       Upgrade: websocket\r\n\
///       Connection: Upgrade\r\n\
///       Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
///       Sec-WebSocket-Protocol: superchat\r\n\r\n",
/// );
/// assert_eq!(input, b"the first frames");
/// # Ok::<(), websocket_proto::handshake::BuildError>(())
/// ```
#[derive(Debug)]
pub struct ServerHandshake {
    reader: HeadReader,
    state: State,
}

#[derive(Debug)]
enum State {
    Reading,
    /// The request has been handed out.
    Done,
    Failed(Rejection),
}

impl ServerHandshake {
    /// A handshake that waits for a request within the default limits.
    #[must_use]
    pub fn new() -> Self {
        Self::with_limits(HeadLimits::default())
    }

    /// A handshake that waits for a request within these limits.
    #[must_use]
    pub const fn with_limits(limits: HeadLimits) -> Self {
        Self { reader: HeadReader::new(limits), state: State::Reading }
    }

    /// Takes the head of the request out of `input`, and hands the request out when it is whole; `None` asks for more.
    ///
    /// What follows the head stays in `input`: it is the client's first frames. When the request has been handed out, more
    /// calls take nothing and return `None`.
    ///
    /// # Errors
    ///
    /// [`Rejection`], as soon as the bytes up to the last one taken decide it: send the response that it is, and close the
    /// connection. More calls take nothing and return it again.
    pub fn receive<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8]) -> Result<Option<Request<'a>>, Rejection> {
        match self.state {
            State::Reading => {}
            State::Done => return Ok(None),
            State::Failed(rejection) => return Err(rejection),
        }
        let limits = self.reader.limits_at_start();
        let request = match limits.and_then(|limits| at_once::request(input, limits, Request::from_parsed)) {
            Some(request) => request,
            None => match self.reader.advance(input) {
                Ok(Some(found)) => {
                    let request = parse::request(&self.reader.head(found), Request::from_parsed);
                    request.unwrap_or_else(|error| Err(error.into()))
                }
                Ok(None) => return Ok(None),
                Err(error) => return Err(self.fail(error)),
            },
        };
        self.state = match &request {
            Ok(_) => State::Done,
            Err(rejection) => State::Failed(*rejection),
        };
        request.map(Some)
    }

    /// Tells that the client will send no more.
    ///
    /// # Errors
    ///
    /// [`HeadError::Incomplete`] as a [`Rejection`] if the request is not whole, or the rejection that
    /// [`receive`](Self::receive) has returned.
    pub fn receive_eof(&mut self) -> Result<(), Rejection> {
        match self.state {
            State::Reading => Err(self.fail(HeadError::Incomplete { received: self.reader.received() })),
            State::Done => Ok(()),
            State::Failed(rejection) => Err(rejection),
        }
    }

    fn fail(&mut self, error: HeadError) -> Rejection {
        let rejection = Rejection::Head(error);
        self.state = State::Failed(rejection);
        rejection
    }
}

impl Default for ServerHandshake {
    fn default() -> Self {
        Self::new()
    }
}
