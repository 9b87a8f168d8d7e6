// Downloads from folder pages, and the list of files that the browser shows instead of saving them.
import { openDialog } from "./dialog.js";
import { messages } from "../served.js";
import { make } from "../shared/dom.js";
import { download } from "../shared/download.js";

let list;

/** Downloads a row's file. The page stays; if the browser shows the file instead, a dialog has its link. */
export function save({ link: { href }, name }) {
  download({ href, name }, () => {
    if (!list?.isConnected) {
      list = make("ul", { class: "found" });
      openDialog(messages.not_saved, make("p", { class: "status-text" }, messages.opens_in_tab), list);
    }
    list.append(make("li", {}, make("a", { href, target: "_blank", rel: "noopener" }, make("bdi", {}, name))));
  });
}
