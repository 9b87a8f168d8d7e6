// The script of folder pages: filter, sort order, views, selection and menus. The list is complete without it.
import { count, iconButton } from "./dom.js";
import { leadToPage } from "./file_pages.js";
import { openHelp } from "./help.js";
import { listenToKeys } from "./keys.js";
import { menuButton } from "./menu.js";
import { KEYS, matching, sorted } from "./order.js";
import { boxOf } from "./pick.js";
import { draw, rowAt, rows, shown, table } from "./rows.js";
import { openSearch } from "./search.js";
import { VIEWS, readState, writeState } from "./state.js";
import { drawWall } from "./wall.js";
import { messages } from "../served.js";
import { make } from "../shared/dom.js";

const state = readState();
// A large folder comes in parts, which the site filters and sorts: see routes/folder/part.rs.
const inParts = "parts" in table.dataset;
if (inParts) Object.assign(state, { sort: "name", desc: false, q: "" });
const field = inParts ? document.querySelector(".parts .field") : make("input", { class: "field", type: "search", placeholder: messages.filter, "aria-label": messages.filter, "aria-keyshortcuts": "/" });
const order = make("select", { "aria-label": messages.sort, title: messages.sort });
// A phone has room for the button of the current view only: pressing it selects the next view.
const views = VIEWS.map((view, at) => iconButton(view, messages[`view_${view}`], () => {
  change({ view: state.view === view ? VIEWS[(at + 1) % VIEWS.length] : view });
  views[VIEWS.indexOf(state.view)].focus();
}));
const nothing = make("p", { class: "empty", hidden: true });
const status = make("p", { class: "hidden", role: "status" });

const visible = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) decorate(target);
}, { rootMargin: "600px" });

/** Adds checkboxes and menu buttons to the rows of a row group, once it is close to the viewport. */
function decorate(group) {
  visible.unobserve(group);
  for (const tr of group.rows) {
    const row = rowAt(tr);
    if (!row || row.decorated) continue;
    row.decorated = true;
    tr.cells[0].prepend(boxOf(row));
    tr.insertCell().append(menuButton(row));
  }
}

function redraw() {
  draw(sorted(matching(rows, state.q), state.sort, state.desc), (group) => visible.observe(group));
  nothing.hidden = shown.length > 0 || rows.length === 0;
  status.textContent = state.q ? count(messages.shown, shown.length) : "";
  showState();
}

/** Updates view, sort order and column headings to the state. */
function showState() {
  table.className = `list ${state.view === "list" ? "" : state.view}`.trim();
  VIEWS.forEach((view, at) => views[at].setAttribute("aria-pressed", String(state.view === view)));
  drawWall(state.view === "wall");
  if (inParts) return;
  order.value = state.sort + (state.desc ? "-" : "");
  KEYS.forEach((key, at) => {
    const direction = state.desc ? "descending" : "ascending";
    table.tHead.rows[0].cells[at].setAttribute("aria-sort", state.sort === key ? direction : "none");
  });
}

function change(changes) {
  const redraws = "sort" in changes || "desc" in changes || "q" in changes;
  Object.assign(state, changes);
  writeState(state, inParts);
  if (redraws) redraw();
  else showState();
}

function addTools() {
  const search = iconButton("search", messages.search, () => openSearch(field.value), { "aria-keyshortcuts": "Control+K" });
  const help = iconButton("help", messages.keys, openHelp, { class: "button plain icon icon-help wide-only" });
  const tools = document.querySelector(".tools");
  if (!inParts) addFilterAndOrder(tools);
  tools.append(...views, search, help);
}

/** Adds the filter and the sort order of a folder that is on the page as a whole. */
function addFilterAndOrder(tools) {
  for (const key of KEYS) {
    order.append(make("option", { value: key }, `${messages[`by_${key}`]} ↑`), make("option", { value: `${key}-` }, `${messages[`by_${key}`]} ↓`));
  }
  order.addEventListener("change", () => change({ sort: order.value.replace("-", ""), desc: order.value.endsWith("-") }));
  field.addEventListener("input", () => change({ q: field.value }));
  field.value = state.q;
  tools.append(field, make("span", { class: "button plain icon icon-sort order" }, order));
  [...table.tHead.rows[0].cells].forEach((cell, at) => {
    const key = KEYS[at];
    const sort = () => change({ sort: key, desc: state.sort === key ? !state.desc : key !== "name" });
    const button = make("button", { type: "button", class: "sort", onclick: sort });
    button.append(...cell.childNodes);
    cell.append(button);
  });
  const below = make("button", { type: "button", class: "button", onclick: () => openSearch(field.value) }, messages.search_below);
  nothing.append(messages.no_match, make("br"), below);
  table.after(nothing, status);
}

table.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const row = rowAt(link);
  if (link && row && !row.folder && !row.locked) leadToPage(link);
});

addTools();
listenToKeys(field);
addEventListener("hashchange", () => {
  if (!location.hash.startsWith("#?") || inParts) return;
  Object.assign(state, readState());
  field.value = state.q;
  redraw();
});
if (state.q || state.sort !== "name" || state.desc) redraw();
else {
  for (const group of table.tBodies) visible.observe(group);
  showState();
}
