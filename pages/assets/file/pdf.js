// A PDF in the browser's own viewer.

import { make } from "./dom.js";

/** Puts the document into the page. */
export function show({ stage, src, words, status }) {
  const frame = make("iframe", { class: "document", title: words.document });
  const tab = make("a", { class: "button", href: src, target: "_blank", rel: "noopener" }, words.new_tab);
  stage.replaceChildren(frame, make("p", { class: "tools" }, tab));
  frame.src = src;
  status(words.frame_hint);
}
