// Modal dialogs: one at a time, closed by Escape, their button, or a click on the backdrop.
import { iconButton } from "./dom.js";
import { make } from "../shared/dom.js";
import { messages } from "../served.js";

/** Opens a dialog and returns its element. When it closes, the browser restores the focus. */
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
