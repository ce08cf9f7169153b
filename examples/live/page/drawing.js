// A picture of 16 by 16 pixels in 32 bytes, row by row, the highest bit leftmost; and the pad to draw it on.

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

  // Paints the pixels that are set onto a canvas with the same number of pixels, in the canvas's text colour.
  paint(canvas) {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, SIZE, SIZE);
    context.fillStyle = getComputedStyle(canvas).color;
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        if (this.get(x, y)) context.fillRect(x, y, 1, 1);
      }
    }
  }

  toCanvas(label) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE;
    canvas.className = "drawing";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    const repaint = () => canvas.isConnected && this.paint(canvas);
    requestAnimationFrame(repaint);
    return canvas;
  }
}

export class Pad {
  // The pixel under the keyboard's cursor.
  #cursor = { x: 7, y: 7 };
  #keyboard = false;
  // Whether the pointer, while it is down, sets pixels or clears them; null while it is up.
  #stroke = null;
  #canvas;
  #status;

  constructor(canvas, status) {
    this.#canvas = canvas;
    this.#status = status;
    this.drawing = Drawing.heart();
    canvas.addEventListener("pointerdown", (event) => this.#pointerDown(event));
    canvas.addEventListener("pointermove", (event) => this.#pointerMove(event));
    canvas.addEventListener("pointerup", () => (this.#stroke = null));
    canvas.addEventListener("pointercancel", () => (this.#stroke = null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.#showCursor(false));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#paint());
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

  #pixel({ clientX, clientY }) {
    const box = this.#canvas.getBoundingClientRect();
    const inside = (part) => Math.min(SIZE - 1, Math.max(0, Math.floor(part * SIZE)));
    return { x: inside((clientX - box.left) / box.width), y: inside((clientY - box.top) / box.height) };
  }

  #pointerDown(event) {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#showCursor(false);
    const { x, y } = this.#pixel(event);
    this.#stroke = !this.drawing.get(x, y);
    this.#put(x, y, this.#stroke);
  }

  #pointerMove(event) {
    if (this.#stroke === null) return;
    const { x, y } = this.#pixel(event);
    this.#put(x, y, this.#stroke);
  }

  #key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) {
      this.#cursor.x = (this.#cursor.x + step[0] + SIZE) % SIZE;
      this.#cursor.y = (this.#cursor.y + step[1] + SIZE) % SIZE;
    } else if (event.key === " ") {
      this.drawing.set(this.#cursor.x, this.#cursor.y, !this.drawing.get(this.#cursor.x, this.#cursor.y));
    } else {
      return;
    }
    event.preventDefault();
    this.#showCursor(true);
    const { x, y } = this.#cursor;
    this.#status.textContent = `row ${y + 1}, column ${x + 1}, ${this.drawing.get(x, y) ? "set" : "clear"}`;
  }

  #showCursor(shown) {
    this.#keyboard = shown;
    this.#paint();
  }

  #put(x, y, on) {
    this.drawing.set(x, y, on);
    this.#paint();
  }

  #paint() {
    this.drawing.paint(this.#canvas);
    if (!this.#keyboard) return;
    const context = this.#canvas.getContext("2d");
    context.fillStyle = getComputedStyle(this.#canvas).getPropertyValue("--cursor");
    context.fillRect(this.#cursor.x, this.#cursor.y, 1, 1);
  }
}
