// Random event streams, valid and odd ones: the same for the same seed and index.

const encoder = new TextEncoder();
const bytes = (...values) => Uint8Array.from(values);

const BOM = bytes(0xef, 0xbb, 0xbf);

// What is no UTF-8: lone and cut sequences, overlong ones, surrogates, what is too high, bytes that never occur.
const ILL_FORMED = [
  bytes(0x80), bytes(0xbf, 0xbf), bytes(0xc3), bytes(0xe2, 0x82), bytes(0xf0, 0x9f, 0xa6), bytes(0xc0, 0xaf),
  bytes(0xe0, 0x80, 0xaf), bytes(0xed, 0xa0, 0x80), bytes(0xed, 0xbf, 0xbf), bytes(0xf4, 0x90, 0x80, 0x80),
  bytes(0xf8, 0x88, 0x80, 0x80, 0x80), bytes(0xff), bytes(0xfe, 0xff), bytes(0xf0, 0x9f, 0x41), bytes(0xef, 0xbb),
];

const WORDS = [
  "", "a", "message", "hello world", "grüße", "世界", "🦀", "…", "\u0000", "\u0000x", "x\u0000", "\ufeff", "\ufffd", "\u0085",
  "\u2028", "\u00a0", "\t", " ", "  two", "trailing ", ":", "::", "a:b", "data: x", '{"json":[1,2]}', "\u0001\u007f", "ï»¿", "[DONE]",
];

const TYPES = ["", "message", "open", "error", "tick", "Tick", "grüße", " space", "a:b", "\u0000", "x\u0000y", "__proto__"];

const RETRIES = [
  "0", "1", "5", "20", "3000", "03000", "000", "+5", "-5", "5 ", " 5", "5x", "x5", "0x10", "1e3", "1.5", "", "٢٠", "２０", "5\u0000",
  "18446744073709551615", "18446744073709551616", "99999999999999999999999999", "4294967296", "9007199254740993",
];

const NAMES = ["Data", "DATA", " data", "data ", "datas", "dat", "da", "d", "Id", "ids", "i", "Event", "events", "retry2", "retr",
  "foo", "\u0000", "\ufeffdata", "ï»¿data", "dàta", "x-long-unknown-name"];

const LINE_ENDS = ["\n", "\r", "\r\n"];

export function stream(seed, index) {
  const random = numbers(seed, index);
  const below = (limit) => Math.floor(random() * limit);
  const chance = (probability) => random() < probability;
  const pick = (list) => list[below(list.length)];

  const parts = [];
  const features = new Set();
  const put = (part) => parts.push(typeof part === "string" ? encoder.encode(part) : part);
  const feature = (name) => features.add(name);

  const style = pick(["\n", "\r", "\r\n", "mixed", "mixed"]);
  const end = () => put(style === "mixed" ? pick(LINE_ENDS) : style);

  const value = () => {
    const count = pick([0, 1, 1, 1, 2, 3, 5]);
    for (let n = 0; n < count; n++) {
      if (chance(0.08)) {
        feature("ill-formed UTF-8");
        put(pick(ILL_FORMED));
      } else {
        put(pick(WORDS));
      }
    }
  };
  const colon = () => put(pick([":", ":", ": ", ": ", ": ", ":  ", ":\t"]));
  const lines = {
    data() { put("data"); colon(); value(); },
    blank() {},
    id() {
      put("id");
      colon();
      if (chance(0.15)) {
        feature("NUL in an id");
        put(pick(["\u0000", "7\u0000", "\u00007"]));
      } else if (chance(0.8)) {
        put(pick(["1", "2", "abc", "…", "a b", "<&>", ""]));
      } else {
        value();
      }
    },
    event() { put("event"); colon(); put(pick(TYPES)); if (chance(0.05)) value(); },
    retry() { feature("retry"); put("retry"); colon(); put(pick(RETRIES)); },
    comment() { feature("comment"); put(pick([":", ": ", "::"])); value(); },
    unknown() { put(pick(NAMES)); if (chance(0.8)) colon(); value(); },
    colonless() { feature("line without a colon"); put(pick(["data", "data", "id", "event", "event", "retry", "x", "\u0000"])); },
    garbage() {
      for (let n = below(12); n > 0; n--) put(bytes(below(256)));
    },
    long() {
      feature("long line");
      put(pick(["data: ", ": ", "unknown: ", "unknown"]));
      put(pick(["x", "é", "世", "🦀"]).repeat(below(20_000)));
    },
  };
  const kinds = [
    ...Array(20).fill("data"), ...Array(14).fill("blank"), ...Array(5).fill("id"), ...Array(5).fill("event"),
    ...Array(3).fill("retry"), ...Array(4).fill("comment"), ...Array(4).fill("unknown"), ...Array(4).fill("colonless"),
    "garbage", "garbage",
  ];

  if (chance(0.2)) {
    feature("byte order mark");
    put(BOM);
    if (chance(0.3)) put(BOM);
  } else if (chance(0.05)) {
    put(BOM.subarray(0, 1 + below(2)));
  } else if (chance(0.03)) {
    put("ï»¿");
  }
  // A reconnection that comes soon, so that a browser's can be watched.
  if (chance(0.3)) {
    put(`retry: ${below(20)}`);
    end();
  }
  const longAt = chance(0.05) ? below(10) : -1;
  const count = 1 + below(100);
  for (let n = 0; n < count; n++) {
    lines[n === longAt ? "long" : pick(kinds)]();
    end();
  }
  if (chance(0.7)) {
    put("data: end");
    end();
    end();
  }
  let whole = join(parts);
  if (chance(0.15)) {
    feature("cut off");
    whole = whole.subarray(0, below(whole.length + 1));
  }
  feature({ "\n": "LF", "\r": "CR", "\r\n": "CRLF", mixed: "mixed line ends" }[style]);

  const chunkSize = pick([1, 2, 3, 7, 16, 100, 5000]);
  const chunks = [];
  for (let start = 0; start < whole.length; ) {
    const next = start + 1 + below(2 * chunkSize);
    chunks.push(whole.subarray(start, next));
    start = next;
  }
  return { index, bytes: whole, chunks, inspectorChunk: pick([1, 2, 3, 5, 16, 64, 65536]), features };
}

// SplitMix64 (Steele, Lea and Flood, 2014), as fractions.
function numbers(seed, index) {
  const mask = (1n << 64n) - 1n;
  let state = (BigInt(seed) * 0xd1342543de82ef95n + BigInt(index) * 0x2545f4914f6cdd1dn) & mask;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & mask;
    mixed ^= mixed >> 31n;
    return Number(mixed >> 11n) / 2 ** 53;
  };
}

function join(parts) {
  return new Uint8Array(Buffer.concat(parts));
}
