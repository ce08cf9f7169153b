//! The kinds of response that this server gives.

use bytes::Bytes;
use http_body_util::channel::Channel;
use http_body_util::{Either, Full};
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};

/// A body that is there, or a stream.
pub(crate) type Body = Either<Full<Bytes>, Channel<Bytes, Cut>>;
pub(crate) type Response = hyper::Response<Body>;

/// 200 with this content.
pub(crate) fn full(content: impl Into<Bytes>) -> Response {
    with_body(Either::Left(Full::new(content.into())))
}

/// An answer whose body is one sentence for a person.
pub(crate) fn say(status: StatusCode, sentence: &str) -> Response {
    let mut response = full(format!("{sentence}\n"));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = full(Bytes::new());
    *response.status_mut() = status;
    response
}

/// A response that was made elsewhere.
pub(crate) fn text(response: hyper::Response<String>) -> Response {
    response.map(|body| Either::Left(Full::new(body.into())))
}

/// A response that was made elsewhere, and has no body.
pub(crate) fn without_body(response: hyper::Response<()>) -> Response {
    response.map(|()| Either::Left(Full::default()))
}

/// What should not happen.
pub(crate) fn server_error() -> Response {
    say(StatusCode::INTERNAL_SERVER_ERROR, "the server could not make its response")
}

/// 200 with a body that is yet to come.
pub(crate) fn stream(body: Channel<Bytes, Cut>) -> Response {
    with_body(Either::Right(body))
}

fn with_body(body: Body) -> Response {
    let mut response = hyper::Response::new(body);
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Ends a stream in the middle: the connection is closed, and the client sees a network error.
#[derive(Debug, thiserror::Error)]
#[error("the stream is cut off")]
pub(crate) struct Cut;
