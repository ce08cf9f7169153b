// What streams mean to Chromium's EventSource, over loopback. A page asks for the streams and tells what came of them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
/** How long Chromium may tell nothing, in milliseconds. */
const PATIENCE = 60_000;
/** How many streams the page is given at once. */
const BATCH = 50;

export class Browser {
  #jobs = [];
  /** The page's request for more, while there is nothing for it to do. */
  #waiting = null;
  #results = new Map();
  #chunks = new Map();
  #requests = new Map();
  #server = http.createServer({ maxHeaderSize: 256 * 1024 }, (request, response) => this.#answer(request, response));
  #process;
  #page;
  #timer;

  /** The header fields of a request for an event stream that Chromium has made. */
  fields;

  static async start(program, profile) {
    const browser = new Browser();
    browser.#page = await readFile(new URL("page.html", import.meta.url));
    browser.#server.listen(0, "127.0.0.1");
    await once(browser.#server, "listening");
    const url = `http://127.0.0.1:${browser.#server.address().port}/`;
    browser.#process = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, url], { stdio: "ignore" });
    browser.#process.on("error", (error) => fail(error.message));
    // However this program ends.
    process.on("exit", () => browser.#process.kill());
    browser.#process.on("exit", (code) => browser.#timer !== null && fail(`Chromium ended with ${code}`));
    browser.#watch();
    return browser;
  }

  /** The events of a stream, and the `Last-Event-ID` of the reconnection if `reconnects`, which should come soon then. */
  run({ index, chunks }, types, reconnects) {
    const result = new Promise((resolve) => this.#results.set(index, resolve));
    this.#chunks.set(index, chunks);
    this.#jobs.push({ index, types, reconnects });
    this.#hand();
    return result;
  }

  async stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
    reply(this.#waiting, null);
    this.#process.kill();
    await once(this.#process, "exit");
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request, response) {
    this.#watch();
    const [, kind, name] = request.url.split("/");
    if (kind === "stream") return this.#stream(Number(name), request, response);
    if (request.method === "GET") {
      response.writeHead(kind === "" ? 200 : 404, { "Content-Type": "text/html" }).end(kind === "" ? this.#page : "");
      return;
    }
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    if (kind !== "next") fail(`the page failed: ${body}`);
    for (const { index, events } of JSON.parse(body)) {
      const [, reconnection] = this.#requests.get(index);
      const lastEventId = reconnection && fieldText(reconnection["last-event-id"]);
      this.#results.get(index)({ events, lastEventId });
      for (const map of [this.#results, this.#chunks, this.#requests]) map.delete(index);
    }
    this.#waiting = response;
    this.#hand();
  }

  /** Gives the page what there is to do, if it asks for it. */
  #hand() {
    if (this.#waiting === null || this.#jobs.length === 0) return;
    reply(this.#waiting, this.#jobs.splice(0, BATCH));
    this.#waiting = null;
  }

  #stream(index, request, response) {
    this.fields ??= request.headers;
    const requests = this.#requests.get(index) ?? [];
    this.#requests.set(index, [...requests, request.headers]);
    if (requests.length > 0) {
      response.writeHead(204).end();
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    for (const chunk of this.#chunks.get(index)) response.write(chunk);
    response.end();
  }

  #watch() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => fail(`Chromium has told nothing for ${PATIENCE} ms`), PATIENCE);
  }
}

/**
 * A stream as Chromium reads it; `deviations` counts where that is not what the standard says:
 *
 * - It does not look at the byte that follows a byte order mark. If that is a line break, it becomes the first character of
 *   the first field's name, which makes it an unknown field. (So does any other character in its place.)
 */
export function asChromiumReads(bytes, deviations) {
  const [a, b, c, next] = bytes;
  if (a !== 0xef || b !== 0xbb || c !== 0xbf || (next !== 0x0a && next !== 0x0d)) return bytes;
  deviations.count("a line break after a byte order mark");
  const read = Uint8Array.from(bytes);
  read[3] = 0x78;
  return read;
}

/** Node reads header fields as Latin-1; this one is in UTF-8. */
export function fieldText(value) {
  return Buffer.from(value ?? "", "latin1").toString();
}

function reply(response, value) {
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

function fail(message) {
  console.error(`browser.mjs: ${message}`);
  process.exit(1);
}
