// Elements in few words.

/**
 * An element: `make("button", { type: "button", onclick: copy }, "Copy")`. What begins with `on` is
 * listened to; `true` is an attribute without a value; `false`, `null` and `undefined` are left out.
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) {
      if (value) element.addEventListener(key.slice(2), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A switch with its label: `{ label, input }`. */
export function makeSwitch(label, checked, onchange) {
  const input = make("input", { type: "checkbox", checked, onchange: () => onchange(input.checked) });
  return { label: make("label", { class: "switch" }, input, ` ${label}`), input };
}

/** Puts values into a text: `fill("{n} of {m}", { n: 1, m: 2 })`. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}

/** Bytes as people read them, as the page itself has them. */
export function sizeOf(bytes) {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let unit = 0;
  let size = bytes;
  while (unit < units.length - 1 && size >= (unit === 0 ? 1024 : 999.95)) {
    size /= 1024;
    unit += 1;
  }
  return `${unit > 0 && size < 99.95 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/** `1:02:03` of seconds. */
export function clockOf(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** What this browser remembers for the site; nothing where it remembers nothing. */
export const memory = {
  get(key) {
    try { return localStorage.getItem(`signpost:${key}`); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(`signpost:${key}`, value); } catch { /* It forgets, then. */ }
  },
  delete(key) {
    try { localStorage.removeItem(`signpost:${key}`); } catch { /* Nothing was there. */ }
  },
};
