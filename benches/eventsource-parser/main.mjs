// Times the package `eventsource-parser` on the streams that `sse_streams` has written, and prints its figures beside
// sse-proto's:
//
//     node main.mjs FOLDER OURS.json
//
// Bytes come in chunks, as from a socket. They are decoded as the package has its users do it: by a TextDecoder that lasts.
// Each cell is the median of rounds, after some that warm the compiler up.

import { readFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { createParser } from "eventsource-parser";

const WARM_UP = 10;
const ROUNDS = 21;

const [folder, oursFile] = process.argv.slice(2);
const version = JSON.parse(readFileSync(new URL("node_modules/eventsource-parser/package.json", import.meta.url))).version;
console.log(`${os.cpus()[0].model}, Node ${process.versions.node}, eventsource-parser ${version}\n`);
console.log("| MB/s | sse-proto | eventsource-parser | ratio |\n|---|---|---|---|");
for (const { name, chunk, events, speed } of JSON.parse(readFileSync(oursFile))) {
  const stream = readFileSync(join(folder, `${name}.sse`));
  const chunks = cut(stream, chunk || stream.length);
  const times = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    const seen = parse(chunks);
    const time = Number(process.hrtime.bigint() - start);
    if (seen !== events) throw new Error(`${name}: ${seen} events, and sse-proto has ${events}`);
    if (round >= 0) times.push(time);
  }
  const median = times.sort((a, b) => a - b)[ROUNDS >> 1];
  const theirs = (stream.length / median) * 1000;
  const how = chunk ? `by ${chunk}` : "whole";
  console.log(`| ${name} ${how} | ${speed.toFixed(0)} | ${theirs.toFixed(1)} | ${(speed / theirs).toFixed(1)} |`);
}

function cut(stream, length) {
  const chunks = [];
  for (let at = 0; at < stream.length; at += length) chunks.push(stream.subarray(at, at + length));
  return chunks;
}

function parse(chunks) {
  let events = 0;
  const parser = createParser({ onEvent: () => events++ });
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
  return events;
}
