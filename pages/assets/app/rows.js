// The folder's rows: read from the table once, drawn in any order.
import { bytesOf } from "./size.js";
import { fileTypes } from "../served.js";

/** Rows in a group. Browsers leave out the groups that are not in sight, and still find what is in them. */
const GROUP = 100;
/** The extension of a name in lower case, as the site reads it. */
const extensionOf = (name) => /[^]\.([a-z0-9]+)$/i.exec(name)?.[1].toLowerCase();
const [PICTURES, PLAYED] = [new Set(fileTypes.pictures), new Set(fileTypes.played)];

export const table = document.querySelector("table.list");
/** The row that leads up, if there is one. */
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
  // What is written last is when it was exactly; as text it sorts as time does.
  row.time = tr.cells[2].textContent.trim().split("\n").at(-1);
  return row;
});

const byElement = new Map(rows.map((row) => [row.tr, row]));

/** The rows that are shown, in their order. */
export let shown = rows;

/** The row that an element stands in. */
export function rowAt(element) {
  return byElement.get(element?.closest?.("tr"));
}

/** Shows these rows and no others. `begin(group)` is called with each group. */
export function draw(list, begin = () => {}) {
  const focused = document.activeElement;
  shown = list;
  const groups = up ? [groupOf([up])] : [];
  for (let at = 0; at < list.length; at += GROUP) {
    groups.push(groupOf(list.slice(at, at + GROUP).map((row) => row.tr)));
  }
  for (const old of [...table.tBodies]) old.remove();
  table.append(...groups);
  // What is taken out of the page loses the focus, also if it comes back at once.
  if (table.contains(focused)) focused.focus();
  groups.forEach(begin);
}

function groupOf(elements) {
  const group = document.createElement("tbody");
  group.append(...elements);
  group.style.containIntrinsicBlockSize = `auto ${elements.length * 3.25}rem`;
  return group;
}
