// Selection of rows, and the toolbar with actions for the selected ones.
import { copy } from "./clipboard.js";
import { details } from "./details.js";
import { count, iconButton } from "./dom.js";
import { rowAt, shown, table } from "./rows.js";
import { save } from "./save.js";
import { messages } from "../served.js";
import { make } from "../shared/dom.js";
import { platformOf } from "../shared/players.js";
import { wgetLines } from "../shared/shell.js";
import { sizeOf } from "../shared/size.js";
import { toast } from "../shared/toast.js";
import { strictUrl } from "../shared/url.js";

const picked = new Set();
/** Milliseconds between two downloads: browsers drop those that come at once. */
const DOWNLOAD_PAUSE_MS = 1200;
let lastPicked;

const summary = make("output", { class: "status-text" });
const bar = make(
  "div", { class: "picked", role: "toolbar", "aria-label": messages.picked_tools, hidden: true },
  summary,
  iconButton("copy", messages.copy_links, () => copy(urls().join("\n"), count(messages.copied_links, picked.size))),
  iconButton("download", messages.download_all, downloadAll),
  linesButton("aria2", aria2),
  linesButton("wget", wget),
  iconButton("close", messages.unpick, () => pickNone()),
);
document.getElementById("main").append(bar);

function linesButton(program, lines) {
  const label = messages.copy_as.replace("{name}", program);
  return make("button", { type: "button", class: "button plain", title: label, "aria-label": label, onclick: () => {
    if (files().length > 0) copy(lines());
    else toast(messages.only_folders);
  } }, program);
}

export const hasPicked = () => picked.size > 0;

/** Selects or deselects a row; `range` selects all rows from the last one that was picked to this one. */
export function pick(row, { on = !picked.has(row), range = false } = {}) {
  const [from, to] = [shown.indexOf(lastPicked), shown.indexOf(row)];
  const all = range && from >= 0 ? shown.slice(Math.min(from, to), Math.max(from, to) + 1) : [row];
  for (const each of all) {
    if (range || on) picked.add(each);
    else picked.delete(each);
    mark(each);
  }
  lastPicked = row;
  updateToolbar();
}

export function pickNone() {
  const all = [...picked];
  picked.clear();
  all.forEach(mark);
  updateToolbar();
}

/** Creates the checkbox of a row. */
export function boxOf(row) {
  const label = messages.pick.replace("{name}", () => row.name);
  const box = make("input", { type: "checkbox", class: "pick", "aria-label": label });
  box.checked = picked.has(row);
  box.addEventListener("click", (event) => pick(rowAt(box), { on: box.checked, range: event.shiftKey }));
  return box;
}

function mark(row) {
  const on = picked.has(row);
  row.tr.classList.toggle("on", on);
  const box = row.tr.querySelector(".pick");
  if (box) box.checked = on;
}

async function updateToolbar() {
  table.classList.toggle("picking", picked.size > 0);
  document.body.classList.toggle("picking", picked.size > 0);
  bar.hidden = picked.size === 0;
  if (bar.hidden) return;
  const total = (size) => [...picked].reduce((sum, row) => sum + (size(row) ?? 0), 0);
  const text = (bytes) => count(messages.picked, picked.size) + (bytes > 0 ? ` · ${sizeOf(bytes)}` : "");
  summary.textContent = text(total((row) => row.size));
  // The sizes in the rows are rounded: their sum is corrected once the exact sizes are loaded.
  const exact = await details();
  summary.textContent = text(total((row) => exact.get(row.name)?.size ?? row.size));
}

function inOrder() {
  return shown.filter((row) => picked.has(row));
}

function urls() {
  return inOrder().map((row) => row.link.href);
}

/** The selected files: a folder can't be downloaded by one command. */
function files() {
  return inOrder().filter((row) => !row.folder);
}

/**
 * An input file of aria2 (`aria2c --input-file`). Names can't add lines, and on no system lead out of the
 * target folder: the same characters are replaced as in `?format=aria2`.
 */
function aria2() {
  const safe = (name) => name.replace(/[/\\:*?"<>|\u2028\u2029]|\p{Cc}/gu, "_");
  return files().map((row) => `${row.link.href}\n  out=${safe(row.name)}\n`).join("");
}

/** Commands of wget. `strictUrl` leaves nothing in a URL that a shell would interpret. */
function wget() {
  return wgetLines(files().map((row) => strictUrl(row.link.href)), platformOf(navigator));
}

async function downloadAll() {
  const all = files();
  toast(all.length > 0 ? count(messages.downloading, all.length) : messages.only_folders);
  for (const row of all) {
    save(row);
    await new Promise((done) => setTimeout(done, DOWNLOAD_PAUSE_MS));
  }
}
