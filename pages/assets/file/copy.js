// Copying, and a short word about it.

import { make } from "./dom.js";

/** Milliseconds that a toast stays. */
const TOAST = 4000;

/** Tells something in passing, at the lower edge. */
export function toast(text) {
  let box = document.querySelector(".toast");
  if (!box) {
    box = make("div", { class: "toast", role: "status" });
    document.body.append(box);
  }
  box.textContent = text;
  box.hidden = false;
  clearTimeout(box.timer);
  box.timer = setTimeout(() => { box.hidden = true; }, TOAST);
}

/** Copies what a field holds, or selects it where the browser does not let pages copy. */
export async function copyField(field, words) {
  try {
    await navigator.clipboard.writeText(field.value);
    toast(words.copied);
  } catch {
    field.focus();
    field.select();
    toast(words.not_copied);
  }
}
