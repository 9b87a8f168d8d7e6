// DOM helpers that folder pages and files' pages share.

/**
 * Creates an element: `make("button", { class: "button", onclick: copy }, "Copy")`. Properties that begin with
 * `on` are event listeners; `true` is an attribute without a value. Properties that are `false`, `null` or
 * `undefined` are left out, and so are children that are `null` or `undefined`. Children are elements or text;
 * text is never parsed as HTML.
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Puts values into a text: `fill("{n} of {m}", { n: 1, m: 2 })`. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}
