// How the visitor looks at folders: in the address, so that it can be sent and gone back to; and remembered
// by this browser for the next folder.
import { KEYS } from "./order.js";

export const VIEWS = ["list", "grid", "wall"];
const MEMORY = "signpost.list";
const DEFAULTS = { sort: "name", desc: false, view: "list", q: "" };

/** What the address says; without that what was chosen last. */
export function readState() {
  const parts = location.hash.startsWith("#?") ? new URLSearchParams(location.hash.slice(2)) : remembered();
  const one = (name, known) => (known.includes(parts.get(name)) ? parts.get(name) : DEFAULTS[name]);
  return { sort: one("sort", KEYS), desc: parts.has("desc"), view: one("view", VIEWS), q: parts.get("q") ?? "" };
}

/** Writes it into the address, and what holds for other folders, too, into the browser's memory. */
export function writeState(state) {
  const parts = new URLSearchParams();
  for (const name of ["sort", "view"]) if (state[name] !== DEFAULTS[name]) parts.set(name, state[name]);
  if (state.desc) parts.set("desc", "");
  const lasting = String(parts);
  if (state.q) parts.set("q", state.q);
  const all = String(parts);
  history.replaceState(history.state, "", all ? `#?${all}` : location.pathname + location.search);
  try {
    localStorage.setItem(MEMORY, lasting);
  } catch {
    // Not remembered, then.
  }
}

function remembered() {
  try {
    return new URLSearchParams(localStorage.getItem(MEMORY) ?? "");
  } catch {
    return new URLSearchParams();
  }
}
