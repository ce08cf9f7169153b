// A price chart of a few hundred points, in SVG. What came by replay is drawn in its own colour.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 240;
const HEIGHT = 56;
const MARGIN = 4;
const POINTS = 60;

export class Sparkline {
  #points = [];
  #area = shape("path", "area");
  #line = shape("path", "line");
  #replayed = shape("path", "line replayed");
  #dot = shape("path", "dot");

  constructor() {
    this.element = shape("svg", "sparkline");
    this.element.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.element.setAttribute("preserveAspectRatio", "none");
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(this.#area, this.#line, this.#replayed, this.#dot);
  }

  push(price, replayed) {
    this.#points.push({ price, replayed });
    if (this.#points.length > POINTS) this.#points.shift();
  }

  draw() {
    if (this.#points.length < 2) return;
    const prices = this.#points.map((point) => point.price);
    const low = Math.min(...prices);
    const span = Math.max(...prices) - low || 1;
    const x = (i) => (WIDTH * (POINTS - this.#points.length + i)) / (POINTS - 1);
    const y = (i) => HEIGHT - MARGIN - ((prices[i] - low) / span) * (HEIGHT - 2 * MARGIN);
    const at = (i) => `${x(i).toFixed(1)} ${y(i).toFixed(1)}`;

    const line = prices.map((_, i) => at(i)).join(" L");
    const last = prices.length - 1;
    this.#line.setAttribute("d", `M${line}`);
    this.#area.setAttribute("d", `M${x(0).toFixed(1)} ${HEIGHT} L${line} L${x(last).toFixed(1)} ${HEIGHT} Z`);
    const replayed = this.#points.flatMap((point, i) => (point.replayed && i > 0 ? [`M${at(i - 1)} L${at(i)}`] : []));
    this.#replayed.setAttribute("d", replayed.join(" "));
    // A line without length and with round ends.
    this.#dot.setAttribute("d", `M${at(last)}h0`);
  }
}

function shape(name, className) {
  const made = document.createElementNS(SVG, name);
  made.setAttribute("class", className);
  return made;
}
