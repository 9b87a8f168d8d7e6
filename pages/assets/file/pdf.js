// The preview of PDFs: the browser's own viewer in a frame.

import { blockedHost } from "./mixed_content.js";
import { fill, make } from "../shared/dom.js";

/** Shows the document. */
export function showPdf({ preview, src, byteOrigins, messages, status }) {
  const tab = make("a", { class: "button", href: src, target: "_blank", rel: "noopener" }, messages.new_tab);
  const tools = make("p", { class: "tools" }, tab);
  const blocked = blockedHost(byteOrigins);
  if (blocked) {
    preview.replaceChildren(tools);
    status(fill(messages.mixed_content, { n: blocked }));
    return;
  }
  const frame = make("iframe", { class: "document", title: messages.document });
  preview.replaceChildren(frame, tools);
  frame.src = src;
  status(messages.frame_hint);
}
