// A plain `node:http` server of an event stream that is cut, spelled and ended in every way the standard allows:
// sse_server.mjs PORT
//
// The first request gets PIECES, whose events ci/interop.sh expects; the second, which must ask for what comes after the
// last of them, one more event; the third is told to stop, and the program ends well.

import assert from "node:assert/strict";
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const CRAB = Buffer.from("🦀");

// Each piece is written by itself, a moment after the one before.
const PIECES = [
  Buffer.from([0xef, 0xbb]),
  Buffer.concat([Buffer.from([0xbf]), Buffer.from(": a comment\n")]),
  "retry: 200\r",
  "\nid: 1\r\nevent: greeting\r\ndata: hello\r\n\r",
  "\nda",
  "ta: first\rdata:second\r\r",
  Buffer.concat([Buffer.from("id: 2\ndata: cr"), CRAB.subarray(0, 2)]),
  Buffer.concat([CRAB.subarray(2), Buffer.from("b\n\n")]),
  "event: empty\ndata\n\n",
  "event: dropped\n\n",
  "data: never dispatched",
];

const requestedAfter = [];

const server = http.createServer(async (request, response) => {
  assert.equal(request.headers.accept, "text/event-stream");
  requestedAfter.push(request.headers["last-event-id"]);
  if (requestedAfter.length === 3) {
    response.writeHead(204).end();
    assert.deepEqual(requestedAfter, [undefined, "2", "3"]);
    console.log("ok sse server: asked again after 2 and after 3, told to stop");
    server.close();
    return;
  }
  const pieces = requestedAfter.length === 1 ? PIECES : ["id: 3\ndata: resumed\n\n"];
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
  for (const piece of pieces) {
    response.write(piece);
    await sleep(20);
  }
  response.end();
});
server.listen(Number(process.argv[2]), "127.0.0.1");
