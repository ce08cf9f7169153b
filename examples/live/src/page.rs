//! The page's files, which are part of the program.

use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY};

use crate::response::{self, Response};

/// Only what comes from this server is loaded, and nothing inline is run. `'self'` allows WebSockets to the page's own
/// host as well (CSP 3, 6.7.2.8).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The file at `path`.
pub(crate) fn file(path: &str) -> Option<Response> {
    let (content_type, content) = match path {
        "/" => (HTML, include_str!("../page/index.html")),
        "/style.css" => (CSS, include_str!("../page/style.css")),
        "/icon.svg" => ("image/svg+xml", include_str!("../page/icon.svg")),
        "/app.js" => (SCRIPT, include_str!("../page/app.js")),
        "/chat.js" => (SCRIPT, include_str!("../page/chat.js")),
        "/dom.js" => (SCRIPT, include_str!("../page/dom.js")),
        "/drawing.js" => (SCRIPT, include_str!("../page/drawing.js")),
        "/prices.js" => (SCRIPT, include_str!("../page/prices.js")),
        "/sparkline.js" => (SCRIPT, include_str!("../page/sparkline.js")),
        _ => return None,
    };
    let mut response = response::full(content);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // The next build of the program may bring another page.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Some(response)
}
