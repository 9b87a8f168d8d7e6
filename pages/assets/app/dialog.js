// Dialogs: one at a time, closed by Escape, its button, or a click beside it.
import { iconButton, make } from "./dom.js";
import { messages } from "../served.js";

/** Opens a dialog with this heading and these contents; gives the dialog. The focus goes back when it ends. */
export function openDialog(heading, ...contents) {
  document.querySelector("dialog[open]")?.close();
  const title = make("h2", { id: "dialog-title" }, heading);
  const close = iconButton("close", messages.close, () => dialog.close(), { class: "button plain icon icon-close close" });
  const dialog = make("dialog", { "aria-labelledby": "dialog-title" }, title, ...contents, close);
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog) return;
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < left || x > right || y < top || y > bottom) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
