// Downloads from folder pages, and the list of files that the browser shows instead of saving them.
import { openDialog } from "./dialog.js";
import { messages } from "../served.js";
import { make } from "../shared/dom.js";
import { download } from "../shared/download.js";

let list;

/** Downloads a row's file. The page stays; if the browser shows the file instead, a dialog has its link. */
export function save({ link: { href }, name }) {
  download(href, () => addShown({ href, name }));
}

/** Adds a file to the dialog of those that were shown; a dialog that the visitor has opened meanwhile is not closed. */
function addShown({ href, name }) {
  if (!list?.isConnected) {
    const other = document.querySelector("dialog[open]");
    if (other) {
      other.addEventListener("close", () => addShown({ href, name }), { once: true });
      return;
    }
    list = make("ul", { class: "found" });
    openDialog(messages.not_saved, make("p", { class: "status-text" }, messages.opens_in_tab), list);
  }
  list.append(make("li", {}, make("a", { href, target: "_blank", rel: "noopener" }, make("bdi", {}, name))));
}
