// Node's `ws` as the client of an echo server: ws_client.mjs ws://HOST:PORT
//
// Prints a line for each check that holds; the first that does not ends the program with an error.

import assert from "node:assert/strict";
import { once } from "node:events";

import WebSocket from "ws";

const url = process.argv[2];
const MIB = 1024 * 1024;

const checks = {
  "empty text": (socket) => echoes(socket, ""),
  "empty binary": (socket) => echoes(socket, Buffer.alloc(0)),
  text: (socket) => echoes(socket, "grüße, 世界 🦀"),
  binary: (socket) => echoes(socket, Buffer.from([...Array(256).keys()])),
  "1 MiB text": (socket) => echoes(socket, "aé世🦀".repeat(MIB / 10 + 1)),
  "1 MiB binary": (socket) => echoes(socket, Buffer.alloc(MIB, Buffer.from([...Array(251).keys()]))),
  "100 messages at once": manyAtOnce,
  "text in fragments, a character cut": fragmentedText,
  "ping between fragments": pingBetweenFragments,
  "ping without data": (socket) => pongs(socket, Buffer.alloc(0)),
  "ping with 125 bytes": (socket) => pongs(socket, Buffer.alloc(125, "p")),
  "close 1000 with a reason": (socket) => closes(socket, 1000, "done"),
  "close 3001": (socket) => closes(socket, 3001, ""),
  "close 4999": (socket) => closes(socket, 4999, "application"),
  "close without a code": closesWithoutCode,
  "ill-formed text is refused with 1007": illFormedText,
};

for (const perMessageDeflate of [false, true]) {
  const offer = perMessageDeflate ? "compression offered" : "no compression offered";
  for (const [name, check] of Object.entries(checks)) {
    const socket = await connect(perMessageDeflate);
    await check(socket);
    socket.terminate();
    console.log(`ok ws client, ${offer}: ${name}`);
  }
}
await compresses({}, {});
await compresses(
  { serverNoContextTakeover: true, clientNoContextTakeover: true },
  { server_no_context_takeover: true, client_no_context_takeover: true },
);
await compresses(
  { serverMaxWindowBits: 9, clientMaxWindowBits: 10 },
  { server_max_window_bits: 9, client_max_window_bits: 10 },
);
const sockets = await Promise.all(Array.from({ length: 50 }, () => connect(false)));
await Promise.all(sockets.map((socket, index) => echoes(socket, `client ${index}`)));
await Promise.all(sockets.map((socket) => closes(socket, 1000, "")));
console.log("ok ws client: 50 connections at once");

async function connect(perMessageDeflate) {
  const socket = new WebSocket(url, { perMessageDeflate });
  await once(socket, "open", deadline());
  assert.equal(socket.extensions.startsWith("permessage-deflate"), Boolean(perMessageDeflate), socket.extensions);
  return socket;
}

// Compression is not only agreed on but used, both ways: what passes the socket is far less than the messages.
async function compresses(options, expected) {
  const socket = await connect({ threshold: 0, ...options });
  const { params } = socket._extensions["permessage-deflate"];
  assert.deepEqual({ ...params }, expected);
  const { bytesRead, bytesWritten } = socket._socket;
  let length = 0;
  for (let number = 0; number < 100; number++) {
    const message = JSON.stringify({ number, quotes: Array(20).fill({ symbol: "ABC", price: 12.5 + number }) });
    await echoes(socket, message);
    length += message.length;
  }
  const [read, written] = [socket._socket.bytesRead - bytesRead, socket._socket.bytesWritten - bytesWritten];
  assert.ok(read < length / 5 && written < length / 5, `${read} read, ${written} written of ${length}`);
  await closes(socket, 1000, "");
  const parameters = JSON.stringify(params);
  console.log(`ok ws client, compressed, ${parameters}: ${length} bytes of text in ${written}, back in ${read}`);
}

async function echoes(socket, message) {
  socket.send(message);
  await receives(socket, message);
}

async function receives(socket, message) {
  const [data, isBinary] = await once(socket, "message", deadline());
  assert.equal(isBinary, typeof message !== "string");
  // Not deepEqual: its report of a difference would print a mebibyte.
  assert.ok(Buffer.from(message).equals(data), `other bytes came back: ${data.length} of them`);
}

async function manyAtOnce(socket) {
  const messages = Array.from({ length: 100 }, (_, index) => `${index}`);
  const received = [];
  const all = new Promise((resolve) => {
    socket.on("message", (data) => received.push(data.toString()) === messages.length && resolve());
  });
  messages.forEach((message) => socket.send(message));
  await Promise.race([all, once(socket, "close", deadline())]);
  assert.deepEqual(received, messages);
}

async function fragmentedText(socket) {
  const bytes = Buffer.from("🦀 crab");
  socket.send(bytes.subarray(0, 2), { binary: false, fin: false });
  socket.send(Buffer.alloc(0), { binary: false, fin: false });
  socket.send(bytes.subarray(2), { binary: false, fin: true });
  await receives(socket, "🦀 crab");
}

async function pingBetweenFragments(socket) {
  socket.send("one, ", { fin: false });
  await pongs(socket, Buffer.from("between"));
  socket.send("two", { fin: true });
  await receives(socket, "one, two");
}

async function pongs(socket, data) {
  socket.ping(data);
  const [echoed] = await once(socket, "pong", deadline());
  assert.deepEqual(echoed, data);
}

async function closes(socket, code, reason) {
  socket.close(code, reason);
  const [echoed] = await once(socket, "close", deadline());
  assert.equal(echoed, code);
}

async function closesWithoutCode(socket) {
  socket.close();
  const [code] = await once(socket, "close", deadline());
  assert.equal(code, 1005);
}

async function illFormedText(socket) {
  socket.send(Buffer.from([0x61, 0xff, 0x62]), { binary: false });
  const [code] = await once(socket, "close", deadline());
  assert.equal(code, 1007);
}

function deadline() {
  return { signal: AbortSignal.timeout(20_000) };
}
