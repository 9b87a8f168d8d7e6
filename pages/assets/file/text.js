// The preview of texts: the beginning, and more on demand, since the site's owner pays for every byte.

import { ENCODINGS, decode, encodingOf, isBinary } from "./decode.js";
import { explain } from "./explain.js";
import { storage } from "./storage.js";
import { makeSwitch } from "./switch.js";
import { fill, make } from "../shared/dom.js";
import { sizeOf } from "../shared/size.js";

/** Bytes per request. */
const PART = 64 * 1024;

/** Shows the beginning of the text. */
export async function showText({ preview, src, kind, size, messages, status }) {
  let bytes = new Uint8Array();
  let ended = false;
  const code = make("code");
  const sheet = make("pre", { class: "sheet", tabindex: "0", role: "region", "aria-label": messages.text }, code);
  const progress = make("p", { class: "status-text", role: "status" });
  const more = make("button", { type: "button", class: "button", onclick: async () => await load() && draw() }, fill(messages.more, { n: sizeOf(PART) }));
  const encodings = make("select", { class: "field", onchange: draw }, ...ENCODINGS.map((each) => make("option", {}, each)));
  const set = (name) => (on) => {
    sheet.classList.toggle(name, on);
    storage.set(name, on ? "1" : "0");
  };
  const switches = [["wrap", messages.wrap], ["numbers", messages.numbers]].map(([name, label]) => {
    const on = storage.get(name) !== "0";
    sheet.classList.toggle(name, on);
    return makeSwitch(label, on, set(name));
  });
  const tools = make("div", { class: "tools" }, make("label", {}, `${messages.encoding} `, encodings), ...switches);

  function draw() {
    const text = decode(bytes, encodings.value).replace(/\r\n?/g, "\n");
    const lines = (ended ? text.replace(/\n$/, "") : text).split("\n");
    code.replaceChildren(...(kind === "markdown" ? markdown(lines) : lines.map((line) => lineOf(line))));
    const sizes = { n: sizeOf(bytes.length), m: sizeOf(size) };
    const part = Number.isFinite(size) ? messages.part : messages.part_of_unknown;
    progress.textContent = fill(ended ? messages.whole : part, sizes);
    more.hidden = ended;
  }

  async function load() {
    more.disabled = true;
    status(messages.loading);
    // An empty file has no range to request.
    const part = size === 0 ? new Uint8Array() : await read(src, bytes.length).catch(() => null);
    more.disabled = false;
    if (part === null) {
      status(await explain(src, messages, messages.no_cors));
      return false;
    }
    bytes = join(bytes, part);
    ended = part.length < PART || bytes.length >= size;
    status("");
    return true;
  }

  if (!await load()) return;
  if (isBinary(bytes)) {
    status(messages.no_text);
    return;
  }
  encodings.value = encodingOf(bytes);
  draw();
  preview.replaceChildren(tools, sheet, make("p", { class: "tools" }, progress, more));
  sheet.focus({ preventScroll: true });
}

/** Requests the range of one part. The response of a server without ranges is cancelled after the part. */
async function read(src, from) {
  const response = await fetch(src, { headers: { Range: `bytes=${from}-${from + PART - 1}` } });
  // The range begins at the end of the file.
  if (response.status === 416) return new Uint8Array();
  if (!response.ok) throw new Error(String(response.status));
  const skip = response.status === 206 ? 0 : from;
  let bytes = new Uint8Array();
  const reader = response.body.getReader();
  while (bytes.length < skip + PART) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes = join(bytes, value);
  }
  reader.cancel().catch(() => {});
  return bytes.subarray(skip, skip + PART);
}

function join(before, after) {
  const both = new Uint8Array(before.length + after.length);
  both.set(before);
  both.set(after, before.length);
  return both;
}

function lineOf(text, name) {
  return make("span", { class: name ? `line ${name}` : "line" }, `${text}\n`);
}

/** The lines of Markdown source, with classes for headings, quotes and code. */
function markdown(lines) {
  let fence = false;
  return lines.map((line) => {
    if (/^ {0,3}(```|~~~)/.test(line)) {
      fence = !fence;
      return lineOf(line, "fence");
    }
    if (fence) return lineOf(line, "fence");
    if (/^#{1,6}\s/.test(line)) return lineOf(line, "heading");
    return lineOf(line, /^ {0,3}>/.test(line) ? "quote" : undefined);
  });
}
