//! Chromium, driven over the protocol of its developer tools (<https://chromedevtools.github.io/devtools-protocol/>).

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::PATIENCE;
use super::websocket::{Message, WebSocket};

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
];

/// A running Chromium, ended when it is dropped.
pub(crate) struct Browser {
    process: Child,
    // Kept, so that the browser can write to it.
    _stderr: BufReader<ChildStderr>,
    profile: PathBuf,
    socket: WebSocket,
    last_id: u64,
    events: Vec<Value>,
}

/// A tab: the session in which it is driven.
#[derive(Debug)]
pub(crate) struct Tab(String);

/// What a tab is to look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) scale: u32,
    /// `light` or `dark`.
    pub(crate) scheme: &'static str,
}

impl Browser {
    /// Starts Chromium; `None` if there is none on this machine.
    pub(crate) fn start() -> Option<Self> {
        let program = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|program| {
            let version = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            version.is_ok_and(|status| status.success())
        })?;
        let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium-{}", std::process::id()));
        let mut process = Command::new(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Chromium starts");
        let mut stderr = BufReader::new(process.stderr.take().expect("stderr is piped"));
        let url = loop {
            let mut line = String::new();
            let len = stderr.read_line(&mut line).expect("Chromium's messages are text");
            assert_ne!(len, 0, "Chromium ended before it named its DevTools URL");
            if let Some(url) = line.trim_end().strip_prefix("DevTools listening on ws://") {
                break url.to_owned();
            }
        };
        let slash = url.find('/').expect("the URL has a path");
        let socket = WebSocket::open(&url[..slash], &url[slash..], &[]);
        Some(Self { process, _stderr: stderr, profile, socket, last_id: 0, events: Vec::new() })
    }

    /// Opens a window of its own for a page, so that none is in the background.
    pub(crate) fn open(&mut self, url: &str, screen: Screen) -> Tab {
        let target = self.call(None, "Target.createTarget", &json!({ "url": "about:blank", "newWindow": true }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call(None, "Target.attachToTarget", &attach);
        let tab = Tab(session["sessionId"].as_str().expect("a session").to_owned());
        for domain in ["Runtime.enable", "Log.enable", "Page.enable"] {
            self.call(Some(&tab), domain, &json!({}));
        }
        self.set_screen(&tab, screen);
        self.call(Some(&tab), "Page.navigate", &json!({ "url": url }));
        tab
    }

    pub(crate) fn set_screen(&mut self, tab: &Tab, screen: Screen) {
        let Screen { width, height, scale, scheme } = screen;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600 });
        self.call(Some(tab), "Emulation.setDeviceMetricsOverride", &metrics);
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.call(Some(tab), "Emulation.setEmulatedMedia", &features);
    }

    /// The value of a JavaScript expression.
    pub(crate) fn evaluate(&mut self, tab: &Tab, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut result = self.call(Some(tab), "Runtime.evaluate", &parameters);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {}", result["exceptionDetails"]);
        result["result"]["value"].take()
    }

    /// Waits until a JavaScript expression is true.
    pub(crate) fn wait_for(&mut self, tab: &Tab, condition: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.evaluate(tab, &format!("Boolean({condition})")) != json!(true) {
            assert!(Instant::now() < deadline, "{condition} did not come true");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Presses a key as a person would.
    pub(crate) fn press(&mut self, tab: &Tab, key: &str, text: &str) {
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let code = match key {
                "Enter" => 13,
                "Tab" => 9,
                " " => 32,
                "ArrowLeft" => 37,
                "ArrowUp" => 38,
                "ArrowRight" => 39,
                "ArrowDown" => 40,
                _ => 0,
            };
            let event = json!({ "type": kind, "key": key, "text": text, "windowsVirtualKeyCode": code });
            self.call(Some(tab), "Input.dispatchKeyEvent", &event);
        }
    }

    /// Types text into what has the focus.
    pub(crate) fn insert_text(&mut self, tab: &Tab, text: &str) {
        self.call(Some(tab), "Input.insertText", &json!({ "text": text }));
    }

    /// A PNG of the whole page.
    pub(crate) fn screenshot(&mut self, tab: &Tab) -> Vec<u8> {
        let parameters = json!({ "format": "png", "captureBeyondViewport": true });
        let image = self.call(Some(tab), "Page.captureScreenshot", &parameters);
        STANDARD.decode(image["data"].as_str().expect("an image")).expect("base64")
    }

    /// The errors and warnings that the tabs have put into their consoles so far, and the exceptions.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        // What happened before this call is reported before its answer.
        self.call(None, "Browser.getVersion", &json!({}));
        self.events.iter().filter_map(complaint).collect()
    }

    fn call(&mut self, tab: Option<&Tab>, method: &str, parameters: &Value) -> Value {
        self.last_id += 1;
        let mut command = json!({ "id": self.last_id, "method": method, "params": parameters });
        if let Some(Tab(session)) = tab {
            command["sessionId"] = json!(session);
        }
        self.socket.send_text(&command.to_string());
        loop {
            let Message::Text(text) = self.socket.receive() else { panic!("Chromium closed the connection") };
            let mut message: Value = serde_json::from_str(&text).expect("JSON");
            if message["id"] == self.last_id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].take();
            }
            self.events.push(message);
        }
    }
}

/// What an event of the browser complains about, if it does.
fn complaint(event: &Value) -> Option<String> {
    let parameters = &event["params"];
    match event["method"].as_str()? {
        "Runtime.exceptionThrown" => Some(parameters["exceptionDetails"].to_string()),
        "Runtime.consoleAPICalled" if matches!(parameters["type"].as_str(), Some("error" | "warning" | "assert")) => {
            Some(parameters["args"].to_string())
        }
        "Log.entryAdded" if matches!(parameters["entry"]["level"].as_str(), Some("error" | "warning")) => {
            let entry = &parameters["entry"];
            Some(format!("{} {}", entry["text"].as_str()?, entry["url"].as_str().unwrap_or_default()))
        }
        _ => None,
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        // Its helper processes may hold files a moment longer; what stays lies under the target folder.
        let _ = fs::remove_dir_all(&self.profile);
    }
}
