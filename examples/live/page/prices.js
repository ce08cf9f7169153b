// Server-Sent Events: the price ticker, and the experiment of cutting the stream.
//
// EventSource does the reconnecting: it waits the server's `retry` time and asks again with `Last-Event-ID`. What is
// counted here is only what arrived, by the ids: a gap between two of them is an event missed.

import { byId, bytes, element, setFigure, setStatus } from "./dom.js";
import { Sparkline } from "./sparkline.js";

const TAPE = 64;
const NAMES = { ASH: "Ash & Alder Timber", ELM: "Elm Street Bakeries", OAK: "Oak Valley Railway" };

// The name under which the server knows this page's stream, so that the button can ask to cut it.
const stream = crypto.randomUUID();

const quotes = new Map();
const count = { events: 0, reconnects: 0, replayed: 0, missed: 0 };
let lastSequence = null;
// Since when the stream is down, as performance.now(); null while it is up.
let downSince = null;
// What the server announced after a reconnect, while it arrives: how many events are still to come by replay.
let resumed = null;

export function startPrices() {
  const source = new EventSource(`/prices?stream=${stream}`);
  source.addEventListener("open", onOpen);
  source.addEventListener("error", () => onError(source));
  source.addEventListener("resumed", (event) => onResumed(JSON.parse(event.data)));
  source.addEventListener("price", (event) => onEvent(event, showPrice));
  source.addEventListener("record", (event) => onEvent(event, showRecord));
  source.addEventListener("figures", (event) => showTotals(JSON.parse(event.data)));
  byId("drop").addEventListener("click", drop);
}

function onOpen() {
  setStatus("sse-status", "open", "Open");
}

function onError(source) {
  downSince ??= performance.now();
  if (source.readyState === EventSource.CLOSED) {
    setStatus("sse-status", "closed", "Closed by the server; reload to try again");
  } else {
    setStatus("sse-status", "connecting", "Reconnecting");
    byId("outcome").textContent = `Cut after id ${lastSequence}. The browser waits, then asks for what followed.`;
  }
}

// The server's first word to a stream that came back: how much it sends again.
function onResumed({ replayed, position }) {
  // Another run of the server counts its ids anew.
  if (position === "unknown") lastSequence = null;
  count.reconnects += 1;
  const seconds = downSince === null ? 0 : (performance.now() - downSince) / 1000;
  downSince = null;
  resumed = { expected: replayed, position, seconds, first: null, last: null, received: 0, missedBefore: count.missed };
  if (replayed === 0) finishReplay();
  showCounts();
}

// An event with an id: each is one more than the one before, or something was missed.
function onEvent(event, show) {
  const sequence = Number(event.lastEventId.split("-").at(-1));
  if (lastSequence !== null) {
    for (let missed = lastSequence + 1; missed < sequence; missed++) {
      count.missed += 1;
      mark(missed, "missed");
    }
    if (sequence <= lastSequence) throw new Error(`event ${sequence} came again after ${lastSequence}`);
  }
  lastSequence = sequence;
  count.events += 1;

  const replayed = resumed !== null;
  if (replayed) {
    resumed.first ??= sequence;
    resumed.last = sequence;
    resumed.received += 1;
    count.replayed += 1;
  }
  mark(sequence, replayed ? "replayed" : "live");
  show(JSON.parse(event.data), replayed);
  showCounts();
  byId("last-id").textContent = event.lastEventId;
  byId("wire").textContent = `event: ${event.type}\nid: ${event.lastEventId}\ndata: ${event.data}\n\n`;
  if (replayed && resumed.received === resumed.expected) finishReplay();
}

function finishReplay() {
  const { first, last, received, seconds, position, missedBefore } = resumed;
  resumed = null;
  const missed = count.missed - missedBefore;
  byId("outcome").textContent =
    position === "unknown"
      ? `Back after ${seconds.toFixed(1)} s, but the server was restarted: it counts anew.`
      : `Back after ${seconds.toFixed(1)} s: ${range(first, last, received)}, missed ${missed}.`;
}

function range(first, last, received) {
  switch (received) {
    case 0:
      return "nothing had happened meanwhile";
    case 1:
      return `id ${first} replayed`;
    default:
      return `ids ${first} to ${last} replayed (${received})`;
  }
}

function showPrice({ symbol, price }, replayed) {
  const quote = quotes.get(symbol) ?? addQuote(symbol, price);
  quote.sparkline.push(price, replayed);
  const change = ((price - quote.open) / quote.open) * 100;
  quote.price.textContent = price.toFixed(2);
  quote.change.textContent = `${change < 0 ? "▼" : "▲"} ${Math.abs(change).toFixed(2)} %`;
  quote.item.dataset.direction = change < 0 ? "down" : "up";
  requestDraw(quote);
}

function showRecord({ symbol, kind }) {
  const quote = quotes.get(symbol);
  if (!quote) return;
  quote.record.textContent = kind === "high" ? "new high" : "new low";
  quote.record.dataset.kind = kind;
  clearTimeout(quote.recordTimer);
  quote.recordTimer = setTimeout(() => (quote.record.textContent = ""), 3000);
}

function addQuote(symbol, open) {
  const quote = {
    open,
    sparkline: new Sparkline(),
    price: element("span", { className: "price" }),
    change: element("span", { className: "change" }),
    record: element("span", { className: "record" }),
    drawing: false,
  };
  const title = element("div", { className: "title" }, element("b", {}, symbol), element("span", {}, NAMES[symbol] ?? ""), quote.record);
  const figures = element("div", { className: "value" }, quote.price, quote.change);
  quote.item = element("li", {}, title, quote.sparkline.element, figures);
  byId("quotes").append(quote.item);
  quotes.set(symbol, quote);
  return quote;
}

// Draws once per frame, however many prices came (a replay brings many at once).
function requestDraw(quote) {
  if (quote.drawing) return;
  quote.drawing = true;
  requestAnimationFrame(() => {
    quote.drawing = false;
    quote.sparkline.draw();
  });
}

// One cell of the tape for each id.
function mark(sequence, how) {
  const tape = byId("tape");
  tape.append(element("li", { className: how, title: `id ${sequence}: ${how}` }));
  while (tape.childElementCount > TAPE) tape.firstElementChild.remove();
}

function showCounts() {
  setFigure("sse-events", count.events);
  setFigure("sse-reconnects", count.reconnects);
  setFigure("sse-replayed", count.replayed);
  setFigure("sse-missed", count.missed);
}

function showTotals({ sse, websocket }) {
  setFigure("total-streams", sse.open);
  setFigure("total-events", sse.events);
  setFigure("total-reconnects", sse.reconnects);
  setFigure("total-sse-bytes", bytes(sse.bytes));
  setFigure("total-websockets", websocket.open);
  setFigure("total-messages-in", websocket.messages_in);
  setFigure("total-messages-out", websocket.messages_out);
  setFigure("total-ws-bytes", bytes(websocket.bytes_in + websocket.bytes_out));
}

async function drop() {
  if (downSince !== null) return;
  downSince = performance.now();
  const { ok } = await fetch(`/prices/drop?stream=${stream}`, { method: "POST" });
  if (!ok) downSince = null;
}
