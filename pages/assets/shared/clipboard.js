// The clipboard.

import { make } from "./dom.js";

/** Copies a text to the clipboard. Returns whether the browser permitted it. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without HTTPS there is no `navigator.clipboard`, but there is `execCommand`.
    const field = make("textarea", { class: "hidden" });
    field.value = text;
    // An open dialog keeps the focus within itself.
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    return isCopied;
  }
}
