// What can be done with one row: a menu at its end.
import { iconButton, make } from "./dom.js";
import { showInfo } from "./info.js";
import { lockOf, playerItems } from "./open_with.js";
import { hasPicked, pick } from "./pick.js";
import { rowAt } from "./rows.js";
import { copy, share } from "./toast.js";
import { messages } from "../served.js";

let openMenu;

/** The button of a row, which is made when the row comes into sight. */
export function menuButton(row) {
  const label = messages.more.replace("{name}", () => row.name);
  const button = iconButton("more", label, () => toggleMenu(button), { "aria-haspopup": "menu", "aria-expanded": "false" });
  return button;
}

/** What the menu of a row has. */
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
  if (!folder) items.push(item("download", messages.download, () => make("a", { href: link.href, download: name }).click()));
  if (!locked) items.push(item("info", messages.info, () => showInfo(row)));
  return items;
}

function toggleMenu(button) {
  if (openMenu?.button === button) return closeMenu();
  closeMenu();
  // What is told of the items stands beside the menu itself: that has nothing but items.
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

/** Puts items into the open menu, and what is to be known of them. */
function fillMenu(items, notice = "") {
  const { button, box, menu, note } = openMenu;
  note.textContent = notice;
  if (notice) menu.setAttribute("aria-describedby", note.id);
  menu.replaceChildren(...items);
  placeMenu(box, button.getBoundingClientRect());
  items[0].focus();
}

/** The players in place of the actions, as soon as it is known who may open the file. */
async function showPlayers(row) {
  const { menu } = openMenu;
  const lock = await lockOf(row);
  if (openMenu?.menu !== menu) return;
  // It does not open any more: its page says why.
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

/** Below its button or above it, and within the window. */
function placeMenu(box, { right, top, bottom }) {
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
