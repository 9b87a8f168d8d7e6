// The search dialog: this folder and all below it, or the whole site.
import { isComposing } from "./composing.js";
import { openDialog } from "./dialog.js";
import { leadToPage } from "./file_pages.js";
import { messages } from "../served.js";
import { fill, make } from "../shared/dom.js";
import { sizeOf } from "../shared/size.js";

/** Milliseconds without a key press before a request is sent. */
const TYPING_PAUSE_MS = 200;

/** Opens the search dialog with this text in its input. */
export function openSearch(text = "") {
  const top = document.querySelector("a.home")?.href;
  const here = location.origin + location.pathname;
  const field = make("input", { class: "field", type: "search", placeholder: messages.search_placeholder, "aria-label": messages.search, maxlength: 100 });
  const status = make("p", { class: "status-text", role: "status" });
  const list = make("ul", { class: "found" });
  const whole = make("input", { type: "checkbox" });
  const scope = make("label", { class: "switch" }, whole, messages.whole_site);
  const dialog = openDialog(messages.search, field, ...(top && top !== here ? [scope] : []), status, list);
  dialog.classList.add("search");
  field.value = text;
  field.focus();
  let timer;
  let request = new AbortController();
  const ask = () => {
    clearTimeout(timer);
    request.abort();
    request = new AbortController();
    timer = setTimeout(runSearch, TYPING_PAUSE_MS, field.value.trim(), whole.checked ? top : here, request.signal, { status, list });
  };
  field.addEventListener("input", ask);
  whole.addEventListener("change", ask);
  dialog.addEventListener("keydown", (event) => walkResults(event, field, list));
  list.addEventListener("click", ({ target }) => {
    const link = target.closest("a[data-file]");
    if (link) leadToPage(link);
  });
  if (text) ask();
}

async function runSearch(text, folder, signal, { status, list }) {
  const show = (message, ...results) => {
    status.textContent = message;
    list.replaceChildren(...results);
  };
  if (!text) return show("");
  try {
    const url = `${folder}?search=${encodeURIComponent(text)}&limit=50`;
    const response = await fetch(url, { signal, headers: { accept: "application/json" } });
    const found = await response.json();
    if (!response.ok) return show(found.error?.message ?? messages.no_search);
    const results = found.results.map(resultLine);
    const message = results.length === 0 ? messages.nothing_found : found.partial ? messages.partial : "";
    return show(found.more ? `${message} ${fill(messages.more_found, { n: results.length })}` : message, ...results);
  } catch (error) {
    return error.name === "AbortError" ? undefined : show(messages.no_search);
  }
}

function resultLine({ name, type, href, folder, size, locked }) {
  const label = make("bdi", {}, type === "folder" ? `${name}/` : name);
  const where = make("small", {}, make("bdi", {}, folder), size === null || size === undefined ? "" : ` · ${sizeOf(size)}`);
  return make("li", {}, make("a", { href, "data-file": type === "file" && !locked }, label, where));
}

/** Arrow keys move the focus through the results; Enter in the input opens the first one. */
function walkResults(event, field, list) {
  if (isComposing(event)) return;
  const stops = [field, ...list.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && at >= 0) {
    event.preventDefault();
    stops[(at + step + stops.length) % stops.length].focus();
  } else if (event.key === "Enter" && at === 0) {
    stops[1]?.click();
  }
}
