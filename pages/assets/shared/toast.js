// Toasts: short messages at the lower edge of the page.

import { make } from "./dom.js";

/** Milliseconds for which a toast is shown. */
const DURATION_MS = 4000;

// Created when the page loads: screen readers don't announce what a live region contains when it is created.
const region = make("div", { class: "toasts", role: "status", "aria-live": "polite" });
document.body.append(region);

/** Shows a message in place of an earlier one. */
export function toast(text) {
  const message = make("p", { class: "toast" }, text);
  region.replaceChildren(message);
  setTimeout(() => message.remove(), DURATION_MS);
}
