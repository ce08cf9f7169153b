// Compares what three parsers make of random event streams:
//
//     node main.mjs --inspector PROGRAM --sse-tail PROGRAM --chromium PROGRAM --profile FOLDER
//                   [--streams N] [--seed N] [--first N]
//
// The first difference is printed with the stream, and ends the program with status 1.

import { execFile } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import { isDeepStrictEqual, parseArgs } from "node:util";

import { Browser, asChromiumReads, fieldText } from "./browser.mjs";
import { inspect, parse } from "./parsers.mjs";
import { stream } from "./streams.mjs";

const text = { type: "string" };
const { values: options } = parseArgs({
  options: {
    inspector: text, "sse-tail": text, chromium: text, profile: text,
    streams: { ...text, default: "300" }, seed: { ...text, default: "1" }, first: { ...text, default: "0" },
  },
});
const [streams, seed, first] = ["streams", "seed", "first"].map((name) => {
  const value = Number(options[name]);
  const least = name === "streams" ? 1 : 0;
  if (!Number.isSafeInteger(value) || value < least) fail(`--${name} can't be ${options[name]}`);
  return value;
});

/** How many streams are under way at once. */
const AT_ONCE = 100;
/** Which part of the streams may need an exception at most, so that exceptions can't hide everything. */
const MOST_DEVIATIONS = 0.15;
/** A reconnection that comes so soon, in milliseconds, is waited for. */
const SOON = 50;

class Counts extends Map {
  count(name, number = 1) {
    this.set(name, (this.get(name) ?? 0) + number);
  }
  toString() {
    return [...this].sort().map(([name, number]) => `${name} ${number}`).join(", ") || "none";
  }
}

const compared = new Counts();
const features = new Counts();
const parserDeviations = new Counts();
const chromiumDeviations = new Counts();

console.log(`seed ${seed}, streams ${first} to ${first + streams - 1}`);
const browser = await Browser.start(options.chromium, options.profile);
let next = first;
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  while (next < first + streams) await compare(stream(seed, next++));
}));
await compareRequests();
await browser.stop();

console.log(`compared: ${compared}`);
console.log(`streams with: ${features}`);
console.log(`exceptions for eventsource-parser: ${parserDeviations}`);
console.log(`exceptions for Chromium: ${chromiumDeviations}`);
for (const [name, number] of [...parserDeviations, ...chromiumDeviations]) {
  if (number > Math.max(3, streams * MOST_DEVIATIONS)) fail(`too many exceptions: ${name}`);
}
if ((compared.get("events") ?? 0) < streams) fail("the streams hold too few events to compare anything");
console.log("ok: all agree");

async function compare(generated) {
  const ours = await inspect(options.inspector, generated);
  const items = parse(generated, parserDeviations);
  expectSame(generated, "eventsource-parser", items.items, ours.items);
  expectSame(generated, "eventsource-parser, last event ID at the end", items.lastEventId, ours.lastEventId);

  const read = asChromiumReads(generated.bytes, chromiumDeviations);
  const expected = read === generated.bytes ? ours : await inspect(options.inspector, { ...generated, bytes: read });
  const events = expected.items.filter(({ item }) => item === "event");
  // A type that only one of the two has found is listened for all the same.
  const types = [...new Set([...events, ...items.items].map(({ type }) => type ?? "message"))];
  // What Chromium makes of a `retry` can be seen only in when it asks again.
  const isSoon = expected.retryMs !== null && expected.retryMs <= SOON;
  // A `retry` without a value is none by the standard; it makes Chromium forget the one before, and wait for 3 seconds.
  if (isSoon && items.hasEmptyRetryLast) chromiumDeviations.count("a retry without a value");
  const reconnects = isSoon && !items.hasEmptyRetryLast;
  const chromium = await browser.run(generated, types, reconnects);
  expectSame(generated, "Chromium", chromium.events, events);
  if (reconnects && isFieldValue(expected.lastEventId)) {
    compared.count("reconnections");
    expectSame(generated, "Chromium, Last-Event-ID of the reconnection", chromium.lastEventId, trim(expected.lastEventId));
  }

  compared.count("streams");
  compared.count("bytes", generated.bytes.length);
  compared.count("events", events.length);
  compared.count("other items", ours.items.filter(({ item }) => item !== "event").length);
  generated.features.forEach((name) => features.count(name));
}

/** Whether it goes through HTTP as it is, but for blanks around it. */
function isFieldValue(value) {
  return !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value);
}

function trim(value) {
  return value.replace(/^[ \t]+|[ \t]+$/g, "");
}

/** The header fields of a request, from Chromium and from sse_tail, which takes them from sse-proto. */
async function compareRequests() {
  const server = http.createServer((_, response) => response.writeHead(204).end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const ran = new Promise((resolve) => {
    execFile(options["sse-tail"], [`http://127.0.0.1:${server.address().port}/`], (error) => resolve(error));
  });
  const [request] = await once(server, "request");
  const error = await ran;
  server.close();
  if (error) fail(`sse_tail: ${error.message}`);
  for (const name of ["accept", "cache-control"]) {
    const [theirs, ours] = [browser.fields, request.headers].map((fields) => fieldText(fields[name]));
    if (theirs !== ours) fail(`request header field ${name}: Chromium sends ${theirs}, sse-proto ${ours}`);
    compared.count("request header fields");
  }
}

function expectSame(generated, who, theirs, ours) {
  if (isDeepStrictEqual(theirs, ours)) return;
  const at = Array.isArray(theirs) ? theirs.findIndex((item, index) => !isDeepStrictEqual(item, ours[index])) : -1;
  const place = at === -1 ? Math.min(theirs.length, ours.length) : at;
  const show = (list) => JSON.stringify(Array.isArray(list) ? list[place] ?? null : list)?.slice(0, 400);
  const shown = [...generated.bytes.subarray(0, 3000)].map(escape).join("");
  console.error(`stream: ${shown}${generated.bytes.length > 3000 ? "…" : ""}`);
  console.error(`base64: ${Buffer.from(generated.bytes).toString("base64").slice(0, 8000)}`);
  console.error(`lengths of the chunks: ${generated.chunks.map((chunk) => chunk.length).slice(0, 200)}`);
  console.error(`item ${place}: ${who} has ${show(theirs)}\n         sse-proto has ${show(ours)}`);
  fail(`${who} and sse-proto differ; again with --seed ${seed} --first ${generated.index} --streams 1`);
}

function escape(byte) {
  const short = { 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" }[byte];
  const printable = byte >= 0x20 && byte < 0x7f;
  return short ?? (printable ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`);
}

function fail(message) {
  console.error(`differential-sse: ${message}`);
  process.exit(1);
}
