// What a stream means to this project's parser and to the package `eventsource-parser`: a list of items
//
//     {"item":"event","type","data","lastEventId"}   {"item":"comment","text"}   {"item":"retry","ms"}

import { spawn } from "node:child_process";

import { createParser } from "eventsource-parser";

const MOST_MS = 2 ** 64;

/** This project's, by its inspector: the items, and the state at the end. */
export async function inspect(program, { bytes, inspectorChunk }) {
  const child = spawn(program, ["--chunk", String(inspectorChunk)], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {}); // It may end before it has read everything; its exit status tells.
  child.stdin.end(bytes);
  const output = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  const items = Buffer.concat(output).toString().trimEnd().split("\n").map((line) => JSON.parse(line));
  const end = items.pop();
  if (end.item !== "end" || end.error !== null) throw new Error(`${program} ended with ${JSON.stringify(end)}`);
  return { items, lastEventId: end.lastEventId, retryMs: end.retryMs };
}

/**
 * `eventsource-parser`'s, and whether the last `retry` but for refused ones is one without a value. It takes text, and gives what differs from the standard's words in form: an event's own ID instead
 * of the last event ID string, no type instead of `message`. Where it deviates in substance, `deviations` counts it, and
 * what it gives is put right:
 *
 * - It takes the three characters U+00EF U+00BB U+00BF at the start for a byte order mark that was read as Latin-1, and drops
 *   them. The standard decodes as UTF-8, to which they are text. (Here a byte order mark is put before them, which is
 *   dropped instead.)
 * - It does not saturate a `retry`. That is no deviation, as the standard names no highest number; but this project's parser
 *   stops at 2^64 - 1 milliseconds.
 */
export function parse({ bytes, chunks }, deviations) {
  const items = [];
  let lastEventId = "";
  let hasEmptyRetryLast = false;
  const parser = createParser({
    // Called before `onEvent`, also for blocks without an event.
    onId: (id) => (lastEventId = id),
    onEvent: ({ event, data }) => items.push({ item: "event", type: event || "message", data, lastEventId }),
    onComment: (text) => items.push({ item: "comment", text }),
    onError(error) {
      if (error.type === "invalid-retry" && error.value === "") hasEmptyRetryLast = true;
    },
    onRetry(ms) {
      hasEmptyRetryLast = false;
      if (ms > MOST_MS) deviations.count("retry above 2^64 - 1");
      items.push({ item: "retry", ms: Math.min(ms, MOST_MS) });
    },
  });
  if (Buffer.from(bytes.subarray(0, 6)).toString() === "ï»¿") {
    deviations.count("U+00EF U+00BB U+00BF taken for a byte order mark");
    parser.feed("\ufeff");
  }
  // The parser drops the byte order mark itself; a decoder that did so too would drop two.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
  return { items, lastEventId, hasEmptyRetryLast };
}
