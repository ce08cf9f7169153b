// Node's `ws` as the server of one client that sends texts: ws_server.mjs PORT TEXT...
//
// Each text is answered with itself in three fragments with a ping between them. Ends well when the client sent exactly
// these texts, answered every ping, and closed with 1000, and when compression was agreed on and used.

import assert from "node:assert/strict";
import { once } from "node:events";

import { WebSocketServer } from "ws";

const [port, ...texts] = process.argv.slice(2);

setTimeout(() => assert.fail("no end after 30 seconds"), 30_000).unref();

const perMessageDeflate = { threshold: 0 };
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), perMessageDeflate });
const [socket] = await once(server, "connection");
assert.match(socket.extensions, /^permessage-deflate/);
const transport = socket._socket;
const bytesReadBefore = transport.bytesRead;

const received = [];
const pongs = [];
socket.on("pong", (data) => pongs.push(data.toString()));
socket.on("message", (data, isBinary) => {
  assert.equal(isBinary, false);
  const middle = Math.floor(data.length / 2);
  socket.send(data.subarray(0, middle), { binary: false, fin: false });
  socket.ping(`ping ${received.length}`);
  received.push(data.toString());
  socket.send(data.subarray(middle), { binary: false, fin: false });
  socket.send("", { fin: true });
});

const [code] = await once(socket, "close");
assert.equal(code, 1000);
assert.deepEqual(received, texts);
assert.deepEqual(pongs, [...texts.keys()].map((index) => `ping ${index}`));
const length = Buffer.byteLength(texts.join(""));
const read = transport.bytesRead - bytesReadBefore;
assert.ok(read < length / 2, `${length} bytes of text came in ${read}`);
server.close();
console.log(`ok ws server: ${texts.length} texts, ${length} bytes in ${read} by ${socket.extensions}, ${pongs.length} pongs, closed with ${code}`);
