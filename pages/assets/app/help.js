// The help dialog: keyboard shortcuts.
import { openDialog } from "./dialog.js";
import { messages } from "../served.js";
import { make } from "../shared/dom.js";

const HELP = [
  ["j k ↓ ↑", "key_walk"], ["Enter", "key_open"], ["Backspace", "key_up"], ["/", "key_filter"],
  ["Ctrl K", "key_search"], ["x", "key_pick"], ["Shift ↓ ↑", "key_range"], ["Esc", "key_escape"], ["?", "key_help"],
];

export function openHelp() {
  const lines = HELP.flatMap(([keys, label]) => [
    make("dt", {}, ...keys.split(" ").map((key) => make("kbd", {}, key))), make("dd", {}, messages[label]),
  ]);
  openDialog(messages.keys, make("dl", { class: "keys" }, ...lines));
}
