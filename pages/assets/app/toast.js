// A word in passing, and copying, which ends in one.
import { make } from "./dom.js";
import { messages } from "../served.js";

const STAYS_MS = 3500;
// There from the beginning: what a live region holds when it appears is not read out.
const toasts = make("div", { class: "toasts", role: "status", "aria-live": "polite" });
document.body.append(toasts);

/** Shows a text for a while. */
export function toast(text) {
  const shown = make("p", { class: "toast" }, text);
  toasts.replaceChildren(shown);
  setTimeout(() => shown.remove(), STAYS_MS);
}

/** Copies a text and says so: `confirmation`. */
export async function copy(text, confirmation = messages.copied) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https there is no clipboard but this one.
    const field = make("textarea", { class: "hidden" });
    field.value = text;
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) return toast(messages.not_copied);
  }
  return toast(confirmation);
}

/** Hands a link to another app; where that can't be done it is copied. */
export async function share(title, url) {
  if (!navigator.share) return copy(url);
  try {
    await navigator.share({ title, url });
  } catch (error) {
    if (error.name !== "AbortError") copy(url);
  }
}
