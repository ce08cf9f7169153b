// A picture of 16 by 16 pixels in 32 bytes, row by row, the highest bit leftmost; and the pad to draw it on.

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 16;
const BYTES = (SIZE * SIZE) / 8;
const HEART = [
  0x0000, 0x0000, 0x1c38, 0x3e7c, 0x7ffe, 0x7ffe, 0x7ffe, 0x7ffe, 0x3ffc, 0x1ff8, 0x0ff0, 0x07e0, 0x03c0, 0x0180, 0x0000,
  0x0000,
];

export class Drawing {
  constructor(bytes = new Uint8Array(BYTES)) {
    this.bytes = bytes;
  }

  static heart() {
    return new Drawing(Uint8Array.from(HEART.flatMap((row) => [row >> 8, row & 0xff])));
  }

  // The drawing that these bytes are, or null if they are something else.
  static fromBytes(bytes) {
    return bytes.length === BYTES ? new Drawing(bytes.slice()) : null;
  }

  get(x, y) {
    return (this.bytes[y * 2 + (x >> 3)] & (0x80 >> (x & 7))) !== 0;
  }

  set(x, y, on) {
    const bit = 0x80 >> (x & 7);
    if (on) this.bytes[y * 2 + (x >> 3)] |= bit;
    else this.bytes[y * 2 + (x >> 3)] &= ~bit;
  }

  // The pixels that are set, as the outline of an SVG path: a square for each.
  outline() {
    let outline = "";
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        if (this.get(x, y)) outline += `M${x} ${y}h1v1h-1z`;
      }
    }
    return outline;
  }

  toPicture(label) {
    const picture = shape("svg", { viewBox: `0 0 ${SIZE} ${SIZE}`, class: "drawing", role: "img", "aria-label": label });
    picture.append(shape("path", { d: this.outline() }));
    return picture;
  }
}

export class Pad {
  #svg;
  #status;
  #pixels = shape("path", {});
  #cursor = shape("rect", { class: "cursor", width: 1, height: 1, visibility: "hidden" });
  // The pixel under the keyboard's cursor.
  #x = 7;
  #y = 7;
  // Whether the pointer, while it is down, sets pixels or clears them; null while it is up.
  #stroke = null;

  constructor(svg, status) {
    this.#svg = svg;
    this.#status = status;
    this.drawing = Drawing.heart();
    svg.append(this.#pixels, this.#cursor);
    svg.addEventListener("pointerdown", (event) => this.#pointerDown(event));
    svg.addEventListener("pointermove", (event) => this.#pointerMove(event));
    svg.addEventListener("pointerup", () => (this.#stroke = null));
    svg.addEventListener("pointercancel", () => (this.#stroke = null));
    svg.addEventListener("keydown", (event) => this.#key(event));
    svg.addEventListener("blur", () => this.#showCursor(false));
    this.#paint();
  }

  clear() {
    this.drawing = new Drawing();
    this.#paint();
  }

  randomize() {
    crypto.getRandomValues(this.drawing.bytes);
    this.#paint();
  }

  #pointerDown(event) {
    this.#svg.setPointerCapture(event.pointerId);
    this.#showCursor(false);
    const [x, y] = this.#pixelAt(event);
    this.#stroke = !this.drawing.get(x, y);
    this.#put(x, y, this.#stroke);
  }

  #pointerMove(event) {
    if (this.#stroke !== null) this.#put(...this.#pixelAt(event), this.#stroke);
  }

  #pixelAt({ clientX, clientY }) {
    const box = this.#svg.getBoundingClientRect();
    const inside = (part) => Math.min(SIZE - 1, Math.max(0, Math.floor(part * SIZE)));
    return [inside((clientX - box.left) / box.width), inside((clientY - box.top) / box.height)];
  }

  #key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) {
      this.#x = (this.#x + step[0] + SIZE) % SIZE;
      this.#y = (this.#y + step[1] + SIZE) % SIZE;
    } else if (event.key === " ") {
      this.#put(this.#x, this.#y, !this.drawing.get(this.#x, this.#y));
    } else {
      return;
    }
    event.preventDefault();
    this.#showCursor(true);
    const state = this.drawing.get(this.#x, this.#y) ? "set" : "clear";
    this.#status.textContent = `row ${this.#y + 1}, column ${this.#x + 1}, ${state}`;
  }

  #showCursor(shown) {
    this.#cursor.setAttribute("x", this.#x);
    this.#cursor.setAttribute("y", this.#y);
    this.#cursor.setAttribute("visibility", shown ? "visible" : "hidden");
  }

  #put(x, y, on) {
    this.drawing.set(x, y, on);
    this.#paint();
  }

  #paint() {
    this.#pixels.setAttribute("d", this.drawing.outline());
  }
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
