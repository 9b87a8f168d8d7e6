// The state of a folder page: sort order, view and filter. It is in the URL's fragment, so that it can be
// shared and navigated back to; sort order and view are also stored in the browser for the next folder.
import { KEYS } from "./order.js";

export const VIEWS = ["list", "grid", "wall"];
const STORAGE_KEY = "signpost.list";
const DEFAULTS = { sort: "name", desc: false, view: "list", q: "" };

/** Reads the state from the URL; without one there, what was stored last. */
export function readState() {
  const parts = location.hash.startsWith("#?") ? new URLSearchParams(location.hash.slice(2)) : stored();
  const one = (name, known) => (known.includes(parts.get(name)) ? parts.get(name) : DEFAULTS[name]);
  return { sort: one("sort", KEYS), desc: parts.has("desc"), view: one("view", VIEWS), q: parts.get("q") ?? "" };
}

/** Writes the state to the URL, and sort order and view to the browser's storage. */
export function writeState(state) {
  const parts = new URLSearchParams();
  for (const name of ["sort", "view"]) if (state[name] !== DEFAULTS[name]) parts.set(name, state[name]);
  if (state.desc) parts.set("desc", "");
  const lasting = String(parts);
  if (state.q) parts.set("q", state.q);
  const all = String(parts);
  history.replaceState(history.state, "", all ? `#?${all}` : location.pathname + location.search);
  try {
    localStorage.setItem(STORAGE_KEY, lasting);
  } catch {
    // The browser permits no storage.
  }
}

function stored() {
  try {
    return new URLSearchParams(localStorage.getItem(STORAGE_KEY) ?? "");
  } catch {
    return new URLSearchParams();
  }
}
