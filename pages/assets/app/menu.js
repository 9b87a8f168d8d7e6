// The menu of a row: copy, share, select, play, download, info.
import { copy, share } from "./clipboard.js";
import { iconButton } from "./dom.js";
import { showInfo } from "./info.js";
import { lockOf, playerItems } from "./open_with.js";
import { hasPicked, pick } from "./pick.js";
import { rowAt } from "./rows.js";
import { save } from "./save.js";
import { messages } from "../served.js";
import { make } from "../shared/dom.js";

let openMenu;

/** Creates the button that opens a row's menu. */
export function menuButton(row) {
  const label = messages.more.replace("{name}", () => row.name);
  const button = iconButton("more", label, () => toggleMenu(button), { "aria-haspopup": "menu", "aria-expanded": "false" });
  return button;
}

/** The items of a row's menu. */
function itemsOf(row) {
  const { link, name, folder, locked, played } = row;
  const item = (icon, label, action, more = {}) => make("button", {
    type: "button", role: "menuitem", class: `button plain icon-${icon} icon`, onclick: () => {
      if (!more["aria-haspopup"]) closeMenu();
      action();
    }, ...more,
  }, label);
  const items = [
    item("copy", messages.copy_link, () => copy(link.href)),
    item("share", messages.share, () => share(name, link.href)),
    item("check", messages.select, () => pick(row)),
  ];
  if (played && !locked) items.push(item("play", messages.open_in, () => showPlayers(row), { "aria-haspopup": "menu" }));
  else if (!folder) items.push(item("play", messages.file_page, () => location.assign(`${link.href}?view`)));
  if (!folder) items.push(item("download", messages.download, () => save(row)));
  if (!locked) items.push(item("info", messages.info, () => showInfo(row)));
  return items;
}

function toggleMenu(button) {
  if (openMenu?.button === button) return closeMenu();
  closeMenu();
  // The note is outside of the element with the role `menu`, which may contain items only.
  const note = make("p", { id: "menu-note" });
  const menu = make("div", { role: "menu", "aria-label": messages.actions });
  const box = make("div", { class: "menu" }, note, menu);
  menu.addEventListener("keydown", walkMenu);
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget) && relatedTarget !== button) closeMenu(false);
  });
  document.getElementById("main").append(box);
  button.setAttribute("aria-expanded", "true");
  openMenu = { button, box, menu, note };
  fillMenu(itemsOf(rowAt(button)));
}

/** Fills the open menu with items, and with a notice that describes them. */
function fillMenu(items, notice = "") {
  const { button, box, menu, note } = openMenu;
  note.textContent = notice;
  if (notice) menu.setAttribute("aria-describedby", note.id);
  menu.replaceChildren(...items);
  positionMenu(box, button.getBoundingClientRect());
  items[0].focus();
}

/** Replaces the actions by the players, once the file's page says who may open the file. */
async function showPlayers(row) {
  const { menu } = openMenu;
  const lock = await lockOf(row);
  if (openMenu?.menu !== menu) return;
  // The file does not open any more: its page says why.
  if (!lock) location.assign(`${row.link.href}?view`);
  else fillMenu(playerItems(row, lock, () => closeMenu()), lock.notice);
}

function walkMenu(event) {
  const items = [...openMenu.menu.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else if (to !== undefined) items[to % items.length].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Positions the menu below or above its button, and within the window. */
function positionMenu(box, { right, top, bottom }) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = bottom + height < innerHeight;
  box.style.left = `${Math.max(8, Math.min(right, innerWidth - 8) - width)}px`;
  box.style.top = `${Math.max(8, below ? bottom : top - height) + scrollY}px`;
}

function closeMenu(refocus = true) {
  if (!openMenu) return;
  const { button, box } = openMenu;
  openMenu = undefined;
  box.remove();
  button.setAttribute("aria-expanded", "false");
  if (refocus && !hasPicked()) button.focus();
}

addEventListener("pointerdown", ({ target }) => {
  if (openMenu && !openMenu.box.contains(target) && target !== openMenu.button) closeMenu(false);
});
