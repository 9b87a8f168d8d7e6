// The preview of PDFs: the browser's own viewer in a frame.

import { make } from "../shared/dom.js";

/** Shows the document. */
export function showPdf({ preview, src, messages, status }) {
  const frame = make("iframe", { class: "document", title: messages.document });
  const tab = make("a", { class: "button", href: src, target: "_blank", rel: "noopener" }, messages.new_tab);
  preview.replaceChildren(frame, make("p", { class: "tools" }, tab));
  frame.src = src;
  status(messages.frame_hint);
}
