//! The opening handshake on top of hyper: hyper reads the request and writes the response, `websocket-proto` judges.

use hyper::Request;
use websocket_proto::deflate::{Parameters, Policy};
use websocket_proto::handshake::{self, Acceptance, BuildError, Refusal, Status};

use crate::response::{self, Response};

const SUBPROTOCOL: &str = "chat";

/// The response that accepts the request, with status 101, and the compression that it agrees on; or the response that
/// tells why not.
pub(super) fn answer<B>(request: &Request<B>) -> (Response, Option<Parameters>) {
    let offer = match handshake::Request::from_http(request) {
        Ok(offer) => offer,
        Err(rejection) => return (response::text(rejection.to_http()), None),
    };
    let compression = Policy::default().accept(offer.extensions());
    let made = match offer.choose_subprotocol(&[SUBPROTOCOL]) {
        Some(subprotocol) => accept(&offer, subprotocol, compression).map(response::without_body),
        None => refuse_subprotocol().map(response::text),
    };
    (made.unwrap_or_else(|_| response::server_error()), compression)
}

fn accept(
    offer: &handshake::Request<'_>,
    subprotocol: &str,
    compression: Option<Parameters>,
) -> Result<hyper::Response<()>, BuildError> {
    let extensions = compression.map(|parameters| parameters.to_string()).unwrap_or_default();
    let acceptance = Acceptance { subprotocol: Some(subprotocol), extensions: &extensions, ..Acceptance::default() };
    offer.accept(&acceptance)?.to_http()
}

fn refuse_subprotocol() -> Result<hyper::Response<String>, BuildError> {
    let body =
        format!("this WebSocket speaks the subprotocol {SUBPROTOCOL} alone, and the request does not offer it\n");
    Refusal { body: &body, ..Refusal::new(Status::BAD_REQUEST) }.to_http()
}
