// The state of a folder page: sort order, view and filter. It is in the URL's fragment, so that it can be
// shared and navigated back to; sort order and view are also stored in the browser for the next folder.
import { KEYS } from "./order.js";

export const VIEWS = ["list", "grid", "wall"];
const STORAGE_KEY = "signpost.list";
const DEFAULTS = { sort: "name", desc: false, view: "list", q: "" };

/** Reads the state from the URL; without one there, what was stored last. */
export function readState() {
  return stateOf(location.hash.startsWith("#?") ? new URLSearchParams(location.hash.slice(2)) : stored());
}

function stateOf(parts) {
  const one = (name, known) => (known.includes(parts.get(name)) ? parts.get(name) : DEFAULTS[name]);
  return { sort: one("sort", KEYS), desc: parts.has("desc"), view: one("view", VIEWS), q: parts.get("q") ?? "" };
}

/**
 * Writes the state to the URL, and sort order and view to the browser's storage; the order that is stored there stays
 * if `keepsOrder`, as on the page of a folder in parts, which the site sorts.
 */
export function writeState(state, keepsOrder = false) {
  const { sort, desc } = keepsOrder ? stateOf(stored()) : state;
  const parts = new URLSearchParams();
  for (const [name, value] of [["sort", sort], ["view", state.view]]) if (value !== DEFAULTS[name]) parts.set(name, value);
  if (desc) parts.set("desc", "");
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
