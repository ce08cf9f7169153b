// Node's `ws` as the server of one client that sends texts: ws_server.mjs PORT TEXT...
//
// Each text is answered with itself in three fragments with a ping between them. Ends well when the client sent exactly
// these texts, answered every ping, and closed with 1000.

import assert from "node:assert/strict";
import { once } from "node:events";

import { WebSocketServer } from "ws";

const [port, ...texts] = process.argv.slice(2);

setTimeout(() => assert.fail("no end after 30 seconds"), 30_000).unref();

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port) });
const [socket] = await once(server, "connection");

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
server.close();
console.log(`ok ws server: ${texts.length} texts, ${pongs.length} pongs, closed with ${code}`);
