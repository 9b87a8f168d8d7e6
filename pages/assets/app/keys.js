// Keyboard shortcuts of folder pages.
import { isComposing } from "./composing.js";
import { openHelp } from "./help.js";
import { hasPicked, pick, pickNone } from "./pick.js";
import { rowAt, shown, table, up } from "./rows.js";
import { openSearch } from "./search.js";

/** Listens to keyboard shortcuts. `field` is the filter's input. */
export function listenToKeys(field) {
  addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, target } = event;
    if (event.defaultPrevented || isComposing(event)) return;
    if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "k") {
      event.preventDefault();
      openSearch(field.value);
      return;
    }
    if (ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return;
    // The input of a closed dialog keeps the focus until the browser restores it.
    const typing = target.closest?.("input:not(.pick), select, textarea")?.checkVisibility();
    const action = typing ? whileTyping(key, target === field) : actionOf(event, field);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function whileTyping(key, inFilter) {
  // The filter of a folder in parts is a form, which Enter submits.
  if (!inFilter || document.querySelector(".parts")) return undefined;
  return { ArrowDown: () => shown[0]?.link.focus(), Enter: () => shown[0]?.link.focus() }[key];
}

function actionOf({ key, shiftKey, target }, field) {
  const steps = { j: 1, J: 1, ArrowDown: perLine(), k: -1, K: -1, ArrowUp: -perLine() };
  if (perLine() > 1) Object.assign(steps, { ArrowRight: 1, ArrowLeft: -1 });
  if (key in steps && !target.closest?.("[role=menu]")) return () => walkRows(steps[key], shiftKey);
  const row = rowAt(document.activeElement);
  return {
    "/": () => field.focus(),
    "?": openHelp,
    Backspace: up && (() => up.querySelector("a").click()),
    x: row && (() => pick(row, { range: shiftKey })),
    X: row && (() => pick(row, { range: true })),
    Escape: hasPicked() ? pickNone : field.value && (() => {
      field.value = "";
      field.dispatchEvent(new Event("input"));
    }),
  }[key];
}

/** Moves the focus by `step` rows. `picks` selects the rows on the way, as Shift does. */
function walkRows(step, picks) {
  const at = shown.indexOf(rowAt(document.activeElement));
  const to = at < 0 ? (step > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + step));
  const row = shown[to];
  if (!row) return;
  if (picks && at >= 0) {
    pick(shown[at], { on: true });
    pick(row, { on: true });
  }
  row.link.focus();
}

/** The number of rows side by side in the grid and the wall. */
function perLine() {
  if (!table.matches(".grid, .wall") || shown.length < 2) return 1;
  const { offsetTop } = shown[0].tr;
  const next = shown.findIndex((row) => row.tr.offsetTop > offsetTop);
  return next < 0 ? shown.length : Math.max(1, next);
}
