// The rows of a folder page: parsed from the table once, then drawn in any order.
import { fileTypes } from "../served.js";
import { bytesOf } from "../shared/size.js";

/** The number of rows in a row group: browsers don't render groups outside of the viewport, but still search them. */
const GROUP = 100;
/** The extension of a file name in lower case, by the rule of `kind::extension` in core. */
const extensionOf = (name) => /[^]\.([a-z0-9]+)$/i.exec(name)?.[1].toLowerCase();
const [PICTURES, PLAYED] = [new Set(fileTypes.pictures), new Set(fileTypes.played)];

export const table = document.querySelector("table.list");
/** The table row with the link to the folder above, if there is one. */
export const up = table.querySelector("a.up")?.closest("tr");

/** All rows as the site sorted them: `{ at, tr, link, name, folder, locked, picture, played, size, time }`. */
export const rows = Array.from(table.querySelectorAll("tbody a:not(.up)"), (link, at) => {
  const tr = link.parentNode.parentNode;
  const text = link.textContent;
  const folder = link.getAttribute("href").endsWith("/");
  const row = { at, tr, link, name: folder ? text.slice(0, -1) : text, folder, locked: link.className === "locked" };
  const extension = folder ? undefined : extensionOf(row.name);
  row.picture = PICTURES.has(extension);
  row.played = PLAYED.has(extension);
  row.size = folder ? undefined : bytesOf(tr.cells[1].textContent.trim());
  // The last line is the exact time, in a form that sorts as text.
  row.time = tr.cells[2].textContent.trim().split("\n").at(-1);
  return row;
});

const byElement = new Map(rows.map((row) => [row.tr, row]));

/** The rows in view, in their order: those that match the filter. */
export let shown = rows;

/** The row that contains an element. */
export function rowAt(element) {
  return byElement.get(element?.closest?.("tr"));
}

/** Draws exactly these rows. `begin(group)` is called with each row group. */
export function draw(list, begin = () => {}) {
  const focused = document.activeElement;
  shown = list;
  const groups = up ? [groupOf([up])] : [];
  for (let at = 0; at < list.length; at += GROUP) {
    groups.push(groupOf(list.slice(at, at + GROUP).map((row) => row.tr)));
  }
  for (const old of [...table.tBodies]) old.remove();
  table.append(...groups);
  // An element that is removed from the page loses the focus, even if it is inserted again.
  if (table.contains(focused)) focused.focus();
  groups.forEach(begin);
}

function groupOf(elements) {
  const group = document.createElement("tbody");
  group.append(...elements);
  group.style.containIntrinsicBlockSize = `auto ${elements.length * 3.25}rem`;
  return group;
}
