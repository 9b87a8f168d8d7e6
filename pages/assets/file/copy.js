// Copying, and a short word about it.

import { make } from "./dom.js";

/** Milliseconds that a toast stays. */
const TOAST = 4000;

/** Tells something in passing, at the lower edge. */
export function toast(text) {
  let box = document.querySelector(".toasts");
  if (!box) {
    box = make("div", { class: "toasts", role: "status" });
    document.body.append(box);
  }
  const note = make("p", { class: "toast" }, text);
  box.replaceChildren(note);
  setTimeout(() => note.remove(), TOAST);
}

/** Copies what a field holds, or selects it where the browser does not let pages copy. */
export async function copyField(field, messages) {
  try {
    await navigator.clipboard.writeText(field.value);
    toast(messages.copied);
  } catch {
    field.focus();
    field.select();
    toast(messages.not_copied);
  }
}
