// A PDF in the browser's own viewer.

import { make } from "./dom.js";

/** Puts the document into the page. */
export function showPdf({ preview, src, messages, status }) {
  const frame = make("iframe", { class: "document", title: messages.document });
  const tab = make("a", { class: "button", href: src, target: "_blank", rel: "noopener" }, messages.new_tab);
  preview.replaceChildren(frame, make("p", { class: "tools" }, tab));
  frame.src = src;
  status(messages.frame_hint);
}
