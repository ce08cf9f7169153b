//! Which handler answers which request.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{ALLOW, HOST, HeaderValue, ORIGIN};
use hyper::{Method, Request, StatusCode};

use crate::app::App;
use crate::response::{self, Response};
use crate::{chat, page, prices};

pub(crate) fn respond(app: &Arc<App>, request: Request<Incoming>) -> Response {
    // Any page on the web can make a browser send requests here; what they could do is refused to all but our own page.
    if !is_same_origin(&request) {
        return response::say(StatusCode::FORBIDDEN, "This server answers its own page only.");
    }
    match (request.uri().path(), request.method()) {
        ("/prices", &Method::GET) => prices::subscribe(app, &request),
        ("/prices/drop", &Method::POST) => prices::drop_stream(app, &request),
        ("/chat", _) => chat::upgrade(app, request),
        ("/prices", _) => not_allowed("GET"),
        ("/prices/drop", _) => not_allowed("POST"),
        (path, method) => match page::file(path) {
            None => response::say(StatusCode::NOT_FOUND, "There is nothing here."),
            Some(file) if matches!(*method, Method::GET | Method::HEAD) => file,
            Some(_) => not_allowed("GET, HEAD"),
        },
    }
}

fn not_allowed(allowed: &'static str) -> Response {
    let mut response = response::say(StatusCode::METHOD_NOT_ALLOWED, "This resource has no such method.");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// Whether the request has no `Origin`, as it comes from no page, or that of the host that it was sent to.
///
/// A WebSocket needs this check, as browsers open one to any host for any page (RFC 6455 10.2).
fn is_same_origin(request: &Request<Incoming>) -> bool {
    let Some(origin) = request.headers().get(ORIGIN) else { return true };
    let host = request.headers().get(HOST).map_or(&b""[..], HeaderValue::as_bytes);
    let schemes = [&b"http://"[..], b"https://"];
    schemes.iter().any(|scheme| origin.as_bytes().strip_prefix(*scheme).is_some_and(|origin| origin == host))
}
