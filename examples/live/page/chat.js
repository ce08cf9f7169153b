// WebSocket: the chat. Text messages are what people say; binary messages are drawings.
//
// The server sends JSON as text ("welcome", "joined", "left", "said"), and a drawing as one binary message: the length of
// the author's name, the name in UTF-8, then the drawing as it came in.

import { Drawing, Pad } from "./drawing.js";
import { byId, bytes, element, setFigure, setStatus } from "./dom.js";

const LOG = 200;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8000;

const count = { in: 0, out: 0 };
let socket = null;
let name = null;
let retry = FIRST_RETRY_MS;
// When the messages that have not come back yet were sent: the server sends each to its author too.
let sentAt = [];
let pad = null;

export function startChat() {
  pad = new Pad(byId("pad"), byId("pad-status"));
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    sendText();
  });
  byId("send-drawing").addEventListener("click", () => send(pad.drawing.bytes));
  byId("clear").addEventListener("click", () => pad.clear());
  byId("random").addEventListener("click", () => pad.randomize());
  connect();
}

function connect() {
  setStatus("ws-status", "connecting", "Connecting");
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  socket = new WebSocket(`${scheme}://${location.host}/chat`, ["chat"]);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", onOpen);
  socket.addEventListener("message", onMessage);
  socket.addEventListener("close", onClose);
}

function onOpen() {
  retry = FIRST_RETRY_MS;
  const compression = socket.extensions || "not compressed";
  setStatus("ws-status", "open", `Open, subprotocol ${socket.protocol}, ${compression}`);
  setSendable(true);
}

// Unlike EventSource, a WebSocket does not come back by itself.
function onClose({ code, reason }) {
  setSendable(false);
  sentAt = [];
  const why = reason ? `${code} ${reason}` : code;
  setStatus("ws-status", "closed", `Closed (${why}), trying again`);
  setTimeout(connect, retry * (0.5 + Math.random() / 2));
  retry = Math.min(retry * 2, LONGEST_RETRY_MS);
}

function onMessage({ data }) {
  count.in += 1;
  setFigure("ws-in", count.in);
  if (typeof data === "string") {
    onText(JSON.parse(data));
  } else {
    onBinary(new Uint8Array(data));
  }
}

function onText(message) {
  switch (message.type) {
    case "welcome":
      name = message.name;
      byId("name").textContent = name;
      byId("log").replaceChildren();
      setFigure("ws-present", message.present);
      break;
    case "joined":
    case "left":
      setFigure("ws-present", message.present);
      if (message.name !== name) show(element("li", { className: "notice" }, `${message.name} ${message.type}`));
      break;
    case "said":
      noteRoundTrip(message.from);
      show(entry(message.from, element("p", {}, message.text)));
      break;
  }
}

function onBinary(message) {
  const nameEnd = 1 + message[0];
  const from = new TextDecoder().decode(message.subarray(1, nameEnd));
  const content = message.subarray(nameEnd);
  noteRoundTrip(from);
  const hex = Array.from(content.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const more = content.length > 8 ? " …" : "";
  const caption = element("p", { className: "bytes" }, `${bytes(content.length)}: `, element("code", {}, hex + more));
  const drawing = Drawing.fromBytes(content);
  show(entry(from, ...(drawing ? [drawing.toPicture(`Drawing by ${from}`)] : []), caption));
}

function entry(from, ...content) {
  const own = from === name;
  const author = element("b", {}, own ? "You" : from);
  author.dataset.hue = hueOf(from);
  return element("li", { className: own ? "own" : "other" }, author, ...content);
}

function show(item) {
  const log = byId("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(item);
  while (log.childElementCount > LOG) log.firstElementChild.remove();
  if (atEnd || item.className === "own") log.scrollTop = log.scrollHeight;
}

function sendText() {
  const text = byId("text").value.trim();
  if (text !== "" && send(text)) byId("text").value = "";
}

function send(message) {
  if (socket.readyState !== WebSocket.OPEN) return false;
  socket.send(message);
  sentAt.push(performance.now());
  count.out += 1;
  setFigure("ws-out", count.out);
  return true;
}

function noteRoundTrip(from) {
  if (from !== name || sentAt.length === 0) return;
  setFigure("ws-round-trip", `${(performance.now() - sentAt.shift()).toFixed(1)} ms`);
}

function setSendable(sendable) {
  byId("send").disabled = !sendable;
  byId("send-drawing").disabled = !sendable;
}

// One of six colours for a name, the same in every tab.
function hueOf(text) {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return sum % 6;
}
