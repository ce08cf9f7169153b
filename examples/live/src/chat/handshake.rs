//! The opening handshake on top of hyper: hyper reads the request and writes the response, `websocket-proto` judges.

use hyper::body::Incoming;
use hyper::header::{
    ALLOW, CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::{Request, StatusCode};
use websocket_proto::handshake::{HeadError, Key, Rejection, ServerHandshake, Status};

use crate::response::{self, Response};

const SUBPROTOCOL: &str = "chat";

/// Why a request gets no WebSocket.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Rejection(#[from] Rejection),
    #[error("this WebSocket speaks the subprotocol {SUBPROTOCOL} alone, and the request does not offer it")]
    Subprotocol,
}

/// The response that accepts the request.
pub(super) fn accept(request: &Request<Incoming>) -> Result<Response, Refused> {
    let head = head(request);
    let mut handshake = ServerHandshake::new();
    let incomplete = HeadError::Incomplete { received: head.len() };
    let offer = handshake.receive(&mut &head[..])?.ok_or(Rejection::Head(incomplete))?;
    offer.choose_subprotocol(&[SUBPROTOCOL]).ok_or(Refused::Subprotocol)?;
    let key = offer.headers().get("Sec-WebSocket-Key").and_then(Key::from_value).ok_or(Rejection::Key)?;
    let accept = HeaderValue::from_str(key.accept().as_str()).map_err(|_| Rejection::Key)?;

    let mut response = response::empty(StatusCode::SWITCHING_PROTOCOLS);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    Ok(response)
}

impl Refused {
    /// The response that tells it, with the fields that its status demands.
    pub(super) fn to_response(&self) -> Response {
        let status = match self {
            Self::Rejection(rejection) => rejection.status(),
            Self::Subprotocol => Status::BAD_REQUEST,
        };
        let code = StatusCode::from_u16(status.code()).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = response::say(code, &self.to_string());
        let headers = response.headers_mut();
        match status {
            Status::UPGRADE_REQUIRED => {
                headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
                headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
                headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            }
            Status::METHOD_NOT_ALLOWED => {
                headers.insert(ALLOW, HeaderValue::from_static("GET"));
            }
            _ => {}
        }
        response
    }
}

/// The request as the bytes that it was.
fn head(request: &Request<Incoming>) -> Vec<u8> {
    let mut head = format!("{} {} {:?}\r\n", request.method(), request.uri(), request.version()).into_bytes();
    for (name, value) in request.headers() {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head.extend_from_slice(b"\r\n");
    head
}
