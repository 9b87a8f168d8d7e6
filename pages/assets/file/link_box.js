// The link box: a file's URL in every format that can be copied, and as download commands.

import { formatsOf } from "./formats.js";
import { copyText } from "../shared/clipboard.js";
import { fill, make } from "../shared/dom.js";
import { platformOf } from "../shared/players.js";
import { makeShareLink } from "../shared/share_link.js";
import { commandsFor } from "../shared/shell.js";
import { toast } from "../shared/toast.js";
import { strictUrl } from "../shared/url.js";

/**
 * The rows of the link box: `[{ key, text }]`. `url` is the file's absolute URL, `path` its decoded path.
 */
export function linkRows({ url, path, name, kind }, platform = platformOf(navigator)) {
  const address = strictUrl(url);
  const { markdown, html, bbcode, iframe, strm } = formatsOf({ url: address, name, kind });
  const { curl, wget, aria2 } = commandsFor({ url: address, name, platform });
  const rows = { path, address, markdown, html, bbcode, frame: iframe, strm, curl, wget, aria2 };
  return Object.entries(rows).filter(([, text]) => text !== null).map(([key, text]) => ({ key, text }));
}

/** The names of formats that are the same in all languages. */
const NAMES = {
  markdown: "Markdown", html: "HTML", bbcode: "BBCode", frame: "<iframe>", strm: ".strm", curl: "curl", wget: "wget", aria2: "aria2",
};

/**
 * Creates the link box.
 *
 * `file` is `{ url, path, name, kind }`; `sealed`: whether its URL opens for this visitor only; `shareHours`: the
 * maximum lifetime of share links that the visitor may make, `null` for none.
 */
export function linkBox({ file, messages, sealed = false, shareHours = null }) {
  const list = make("div", { class: "rows" });
  const note = make("p", { role: "status" }, sealed ? messages.links_sealed : "");
  const draw = (target) => list.replaceChildren(...linkRows(target).map((row) => rowOf(row, messages)));
  draw(file);
  return make("div", { class: "link-box" }, shareHours ? shareForm() : null, note, list);

  function shareForm() {
    const hours = make("input", {
      class: "field", type: "number", name: "hours", min: 1, max: shareHours, value: Math.min(24, shareHours), required: true,
    });
    const submit = make("button", { class: "button" }, messages.make);
    const share = async (event) => {
      event.preventDefault();
      submit.disabled = true;
      try {
        const link = await makeShareLink({ url: file.url, hours: hours.value }, messages);
        draw({ ...file, url: link.url });
        const until = link.expires_at && new Date(link.expires_at * 1000).toLocaleString(document.documentElement.lang);
        note.textContent = until ? fill(messages.shared_until, { n: until }) : "";
      } catch ({ message }) {
        toast(message);
      }
      submit.disabled = false;
    };
    return make("form", { class: "tools", onsubmit: share },
      make("b", {}, messages.shared), make("label", {}, `${messages.hours} `, hours), submit);
  }
}

function rowOf({ key, text }, messages) {
  const name = NAMES[key] ?? messages[key];
  const field = make("input", { class: "field", readonly: true, "aria-label": name, spellcheck: "false" });
  // As a property: HTML would change some texts in an attribute.
  field.value = text;
  field.dataset.format = key;
  field.addEventListener("focus", () => field.select());
  const copy = async () => {
    // The text itself: an input's value has no line breaks.
    const isCopied = await copyText(text);
    toast(isCopied ? messages.copied : messages.not_copied);
    if (isCopied) return;
    field.focus();
    field.select();
  };
  const button = make("button", { type: "button", class: "button", onclick: copy, "aria-label": `${messages.copy}: ${name}` }, messages.copy);
  return make("div", { class: "row" }, make("span", { "aria-hidden": "true" }, name), field, button);
}
