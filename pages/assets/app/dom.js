// DOM helpers of folder pages.
import { fill, make } from "../shared/dom.js";

/** Creates a button that shows an icon; `label` is its tooltip and its name for screen readers. */
export function iconButton(icon, label, onclick, more = {}) {
  const classes = `button plain icon icon-${icon}`;
  return make("button", { type: "button", class: classes, title: label, "aria-label": label, onclick, ...more });
}

/** A message with a count, from its singular and plural: `count("{n} file|{n} files", 2)`. */
export function count(forms, n) {
  return fill(forms.split("|")[n === 1 ? 0 : 1], { n });
}
