// Small helpers for the page's parts.

export const byId = (id) => document.getElementById(id);

// A new element with properties and children: element("li", { className: "live" }, "text", otherElement).
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function setStatus(id, state, text) {
  const status = byId(id);
  status.dataset.state = state;
  if (status.textContent !== text) status.textContent = text;
}

const whole = new Intl.NumberFormat("en");

export function setFigure(id, value) {
  byId(id).textContent = typeof value === "number" ? whole.format(value) : value;
}

// Bytes as a person reads them: 532 B, 12.3 kB, 4.5 MB.
export function bytes(count) {
  if (count < 1000) return `${count} B`;
  const [unit, name] = count < 1e6 ? [1e3, "kB"] : count < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${(count / unit).toFixed(1)} ${name}`;
}
