// Node's `eventsource` as the client of an event stream: sse_client.mjs URL EVENT_NAME COUNT
//
// Reads COUNT events of that name, and checks that each has an id and data and that no id comes twice.

import assert from "node:assert/strict";

import { EventSource } from "eventsource";

const [url, name, count] = process.argv.slice(2);

setTimeout(() => assert.fail(`not ${count} events in 30 seconds`), 30_000).unref();

const source = new EventSource(url);
const events = [];
await new Promise((resolve, reject) => {
  source.addEventListener(name, (event) => events.push(event) === Number(count) && resolve());
  source.addEventListener("error", (event) => reject(new Error(`${event.code} ${event.message}`)));
});
source.close();

for (const event of events) {
  assert.notEqual(event.lastEventId, "");
  assert.notEqual(event.data, "");
}
assert.equal(new Set(events.map((event) => event.lastEventId)).size, events.length);
console.log(`ok eventsource: ${events.length} ${name} events, ids ${events[0].lastEventId} to ${events.at(-1).lastEventId}`);
