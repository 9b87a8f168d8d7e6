// Elements in few words.

/**
 * An element: `make("button", { class: "button", onclick: copy }, "Copy")`. What begins with `on` is
 * listened to; `true` is an attribute without a value; `false`, `null` and `undefined` are left out.
 * Children are elements or text, and text is never read as HTML.
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, value === true ? "" : value);
    }
  }
  element.append(...children);
  return element;
}

/** A button that shows an icon, and says what it does to who can't see it. */
export function iconButton(icon, label, onclick, more = {}) {
  const classes = `button plain icon icon-${icon}`;
  return make("button", { type: "button", class: classes, title: label, "aria-label": label, onclick, ...more });
}

/** Puts values into a text: `fill("{n} of {m}", { n: 1, m: 2 })`. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}

/** The form of a text for a number of things: `{n} file|{n} files`. */
export function count(forms, n) {
  return fill(forms.split("|")[n === 1 ? 0 : 1], { n });
}
