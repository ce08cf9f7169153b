//! The page in a real browser, driven by this project's own WebSocket client.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::json;

use crate::support::devtools::{Browser, Screen, Tab};
use crate::support::relay::Relay;
use crate::support::server::Server;

const DESKTOP: Screen = Screen { width: 1280, height: 900, scale: 1, scheme: "light" };
const PHONE: Screen = Screen { width: 360, height: 740, scale: 2, scheme: "light" };

/// Chromium, or `None` where there is none and none is required.
fn browser() -> Option<Browser> {
    let browser = Browser::start();
    if browser.is_none() {
        assert!(env::var_os("REQUIRE_CHROMIUM").is_none(), "REQUIRE_CHROMIUM is set, but there is no Chromium");
        tell("NOT RUN: the test of the page in a browser needs Chromium, and found none");
    }
    browser
}

/// Prints past the test harness, which hides what a passing test prints.
fn tell(line: &str) {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("\n{line}\n").as_bytes());
}

#[test]
fn both_protocols_live_in_a_browser() {
    let Some(mut browser) = browser() else { return };
    let server = Server::start();
    let a = browser.open(&server.url(), DESKTOP);
    let relay = Relay::to(server.address);
    let b = browser.open(&relay.url(), DESKTOP);
    for tab in [&a, &b] {
        browser.wait_for(tab, "document.querySelector('#sse-status')?.dataset.state === 'open'");
        browser.wait_for(tab, "document.querySelector('#ws-status')?.dataset.state === 'open'");
    }
    ticker_advances(&mut browser, &a);
    ticker_resumes_after_a_drop(&mut browser, &a);
    chat_crosses_tabs(&mut browser, &a, &b);
    drawing_works_by_keyboard(&mut browser, &a);
    drawing_crosses_tabs(&mut browser, &a, &b);
    figures_come_from_the_server(&mut browser, &a);
    fits_every_screen(&mut browser, &a);
    messages_are_compressed_both_ways(&mut browser, &b, &relay);

    // The dropped stream is a network error, as it should be; there is nothing else to complain about: no exception, no
    // violation of the content security policy, no file that is missing.
    let drops = browser.evaluate(&a, "Number(document.querySelector('#sse-reconnects').textContent)");
    let complaints = browser.complaints();
    let (dropped, other): (Vec<_>, Vec<_>) = complaints
        .iter()
        .partition(|complaint| complaint.contains("/prices?stream=") && complaint.contains("net::ERR_"));
    assert_eq!(other, Vec::<&String>::new());
    assert_eq!(json!(dropped.len()), drops);

    comes_back_to_another_run(&mut browser, &a, server);
}

fn ticker_advances(browser: &mut Browser, tab: &Tab) {
    browser.wait_for(tab, "document.querySelectorAll('#quotes li').length === 3");
    browser.evaluate(tab, "globalThis.eventsBefore = Number(document.querySelector('#sse-events').textContent), 0");
    browser.wait_for(tab, "Number(document.querySelector('#sse-events').textContent) >= eventsBefore + 4");
    browser.wait_for(tab, "document.querySelector('.sparkline .line').getAttribute('d')?.split('L').length > 20");
    browser.wait_for(tab, "document.querySelector('#total-streams').textContent === '2'");
}

fn ticker_resumes_after_a_drop(browser: &mut Browser, tab: &Tab) {
    browser.evaluate(tab, "document.querySelector('#drop').click()");
    browser.wait_for(tab, "document.querySelector('#sse-status').dataset.state === 'connecting'");
    browser.wait_for(tab, "document.querySelector('#sse-status').dataset.state === 'open'");
    browser.wait_for(tab, "document.querySelector('#outcome').textContent.startsWith('Back after')");
    let outcome = browser.evaluate(tab, "document.querySelector('#outcome').textContent");
    assert!(outcome.as_str().is_some_and(|outcome| outcome.ends_with("missed 0.")), "{outcome}");
    let figure = |id: &str| format!("Number(document.querySelector('#{id}').textContent)");
    assert_eq!(browser.evaluate(tab, &figure("sse-reconnects")), 1);
    assert_eq!(browser.evaluate(tab, &figure("sse-missed")), 0);
    assert!(browser.evaluate(tab, &figure("sse-replayed")).as_u64().is_some_and(|replayed| replayed > 0));
    browser.wait_for(tab, "document.querySelectorAll('#tape .replayed').length > 0");
    browser.wait_for(tab, "document.querySelector('#tape').lastElementChild.className === 'live'");
}

fn chat_crosses_tabs(browser: &mut Browser, a: &Tab, b: &Tab) {
    const QUESTION: &str = "Grüße from tab A. Do you see this?";
    const ANSWER: &str = "I do, and nothing was missed.";

    browser.evaluate(a, "document.querySelector('#text').focus()");
    browser.insert_text(a, QUESTION);
    browser.press(a, "Enter", "\r");
    browser.wait_for(b, &format!("document.querySelector('#log .other p')?.textContent === '{QUESTION}'"));
    browser.wait_for(a, &format!("document.querySelector('#log .own p')?.textContent === '{QUESTION}'"));
    browser.evaluate(b, "document.querySelector('#text').focus()");
    browser.insert_text(b, ANSWER);
    browser.press(b, "Enter", "\r");
    browser.wait_for(a, &format!("document.querySelector('#log .other p')?.textContent === '{ANSWER}'"));
    browser.wait_for(a, "document.querySelector('#ws-round-trip').textContent.endsWith(' ms')");
}

/// Compression is offered, agreed on, shown, and used: the relay has seen it in the bytes.
fn messages_are_compressed_both_ways(browser: &mut Browser, tab: &Tab, relay: &Relay) {
    let chat = relay.websocket("/chat");
    let offered = chat.offered.as_deref().expect("the browser offers an extension");
    let agreed = chat.agreed.as_deref().expect("the server agrees on one");
    assert!(offered.starts_with("permessage-deflate"), "{offered}");
    assert!(agreed.starts_with("permessage-deflate"), "{agreed}");
    let status = browser.evaluate(tab, "document.querySelector('#ws-status').textContent");
    assert_eq!(status, format!("Open, subprotocol chat, {agreed}"));
    for (way, traffic) in [("from the browser", &chat.to_server), ("to the browser", &chat.to_client)] {
        assert!(traffic.compressed_frames > 0, "no frame {way} has RSV1: {traffic:?}");
        tell(&format!(
            "{way}: offered {offered:?}, agreed on {agreed:?}; messages: {}, of {} bytes; frames: {}, {} with RSV1, of {} bytes",
            traffic.messages,
            traffic.message_bytes,
            traffic.data_frames,
            traffic.compressed_frames,
            traffic.frame_bytes,
        ));
    }
    // What the server says repeats itself.
    assert!(chat.to_client.frame_bytes < chat.to_client.message_bytes, "{:?}", chat.to_client);
}

fn drawing_works_by_keyboard(browser: &mut Browser, tab: &Tab) {
    browser.evaluate(tab, "document.querySelector('#text').focus()");
    for expected in ["send", "pad"] {
        browser.press(tab, "Tab", "");
        browser.wait_for(tab, &format!("document.activeElement.id === '{expected}'"));
    }
    let before = browser.evaluate(tab, &pixels("#pad"));
    for state in ["clear", "set"] {
        browser.press(tab, "ArrowRight", "");
        browser.press(tab, "ArrowLeft", "");
        browser.press(tab, " ", " ");
        browser.wait_for(
            tab,
            &format!("document.querySelector('#pad-status').textContent === 'row 8, column 8, {state}'"),
        );
    }
    assert_eq!(browser.evaluate(tab, &pixels("#pad")), before);
}

fn drawing_crosses_tabs(browser: &mut Browser, a: &Tab, b: &Tab) {
    browser.evaluate(a, "document.querySelector('#send-drawing').click()");
    browser.wait_for(b, "document.querySelector('#log .other .drawing')");
    let caption = browser.evaluate(b, "document.querySelector('#log .other .bytes').textContent");
    assert_eq!(caption, "32 B: 00 00 00 00 1c 38 3e 7c …");
    let drawn = browser.evaluate(a, &pixels("#pad"));
    assert_eq!(browser.evaluate(b, &pixels("#log .other .drawing")), drawn);
    assert_ne!(drawn, 0);
}

fn figures_come_from_the_server(browser: &mut Browser, tab: &Tab) {
    for (figure, expected) in [("websockets", "2"), ("messages-in", "3"), ("reconnects", "1")] {
        browser.wait_for(tab, &format!("document.querySelector('#total-{figure}').textContent === '{expected}'"));
    }
}

/// A server that is started anew is found again by both protocols, and its ids are not taken for those of the old one.
fn comes_back_to_another_run(browser: &mut Browser, tab: &Tab, server: Server) {
    let port = server.address.port();
    drop(server);
    browser.wait_for(tab, "document.querySelector('#sse-status').dataset.state === 'connecting'");
    browser.wait_for(tab, "document.querySelector('#ws-status').dataset.state !== 'open'");
    let _server = Server::start_on(port);
    browser.wait_for(tab, "document.querySelector('#outcome').textContent.includes('the server was restarted')");
    browser.wait_for(tab, "document.querySelector('#ws-status').dataset.state === 'open'");
    assert_eq!(browser.evaluate(tab, "document.querySelector('#sse-missed').textContent"), "0");
}

/// An expression for the number of pixels that are set in a drawing.
fn pixels(drawing: &str) -> String {
    format!("document.querySelector('{drawing} path').getAttribute('d').split('M').length - 1")
}

fn fits_every_screen(browser: &mut Browser, tab: &Tab) {
    let screens = [
        ("desktop-light", DESKTOP),
        ("desktop-dark", Screen { scheme: "dark", ..DESKTOP }),
        ("phone-light", PHONE),
        ("phone-dark", Screen { scheme: "dark", ..PHONE }),
    ];
    browser.evaluate(tab, "document.activeElement.blur()");
    for (name, screen) in screens {
        browser.set_screen(tab, screen);
        browser.wait_for(tab, &format!("innerWidth === {}", screen.width));
        let overflow = browser.evaluate(tab, "document.documentElement.scrollWidth - innerWidth");
        assert_eq!(overflow, 0, "{name}: the page scrolls sideways");
        let image = browser.screenshot(tab);
        write(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("live-{name}.png")), &image);
        if name == "desktop-light" && env::var_os("UPDATE_SCREENSHOT").is_some() {
            write(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/live.png"), &image);
        }
    }
}

fn write(path: &Path, image: &[u8]) {
    fs::write(path, image).expect("the screenshot can be written");
}
