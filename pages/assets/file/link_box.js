// The file's address in every form that somebody may want to paste.

import { copyField, toast } from "./copy.js";
import { fill, make } from "./dom.js";
import { formatsOf } from "./formats.js";
import { platformOf } from "./players.js";
import { makeShareLink } from "./share.js";
import { commandsFor } from "./shell.js";
import { strictUrl } from "./url.js";

/**
 * The rows of the link box, `[{ key, text }]`, of a file at an absolute `url`. `path` is the decoded one.
 */
export function linkRows({ url, path, name, kind }, platform = platformOf(navigator)) {
  const address = strictUrl(url);
  const { markdown, html, bbcode, iframe, strm } = formatsOf({ url: address, name, kind });
  const { curl, wget, aria2 } = commandsFor({ url: address, name, platform });
  const rows = { path, address, markdown, html, bbcode, frame: iframe, strm, curl, wget, aria2 };
  return Object.entries(rows).filter(([, text]) => text !== null).map(([key, text]) => ({ key, text }));
}

/** Names of formats are the same in all languages. */
const NAMES = {
  markdown: "Markdown", html: "HTML", bbcode: "BBCode", frame: "<iframe>", strm: ".strm", curl: "curl", wget: "wget", aria2: "aria2",
};

/**
 * The link box as an element.
 *
 * `file` is `{ url, path, name, kind }`; `sealed` says that a password is asked for there; `shareHours`
 * for how long the visitor may make a share link, if at all.
 */
export function linkBox({ file, messages, sealed = false, shareHours = null }) {
  const list = make("div", { class: "rows" });
  const note = make("p", { role: "status" }, sealed ? messages.links_sealed : "");
  const show = (shown) => list.replaceChildren(...linkRows(shown).map((row) => rowOf(row, messages)));
  show(file);
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
        show({ ...file, url: link.url });
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
  // Not as an attribute: it may hold what HTML would not keep.
  field.value = text;
  field.dataset.format = key;
  field.addEventListener("focus", () => field.select());
  const button = make("button", { type: "button", class: "button", onclick: () => copy(), "aria-label": `${messages.copy}: ${name}` }, messages.copy);
  // An input has no line breaks; what is copied is the text itself.
  const copy = () => copyField({ value: text, focus: () => field.focus(), select: () => field.select() }, messages);
  return make("div", { class: "row" }, make("span", { "aria-hidden": "true" }, name), field, button);
}
