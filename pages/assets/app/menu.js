// What can be done with one row: a menu at its end.
import { iconButton, make } from "./dom.js";
import { showInfo } from "./info.js";
import { hasPicked, pick } from "./pick.js";
import { rowAt } from "./rows.js";
import { copy, share } from "./toast.js";
import { words } from "./words.js";

let openMenu;

/** The button of a row, which is made when the row comes into sight. */
export function menuButton(row) {
  const label = words.more.replace("{name}", () => row.name);
  const button = iconButton("more", label, () => toggleMenu(button), { "aria-haspopup": "menu", "aria-expanded": "false" });
  return button;
}

/** What the menu of a row has: `[icon, word, action]`. */
function itemsOf(row) {
  const { link, name, folder, locked } = row;
  const items = [
    ["copy", words.copy_link, () => copy(link.href)],
    ["share", words.share, () => share(name, link.href)],
    ["check", words.select, () => pick(row)],
  ];
  if (!folder) items.push(["play", words.open_in, () => location.assign(`${link.href}?view`)]);
  if (!folder) items.push(["download", words.download, () => make("a", { href: link.href, download: name }).click()]);
  if (!locked) items.push(["info", words.info, () => showInfo(row)]);
  return items;
}

function toggleMenu(button) {
  if (openMenu?.button === button) return closeMenu();
  closeMenu();
  const run = (action) => () => {
    closeMenu();
    action();
  };
  const buttons = itemsOf(rowAt(button)).map(([icon, word, action]) => make(
    "button", { type: "button", role: "menuitem", class: `button plain icon-${icon} icon`, onclick: run(action) }, word,
  ));
  const menu = make("div", { class: "menu", role: "menu", "aria-label": words.actions }, ...buttons);
  menu.addEventListener("keydown", (event) => walkMenu(event, buttons));
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget) && event.relatedTarget !== button) closeMenu(false);
  });
  document.getElementById("main").append(menu);
  placeMenu(menu, button.getBoundingClientRect());
  button.setAttribute("aria-expanded", "true");
  openMenu = { button, menu };
  buttons[0].focus();
}

function walkMenu(event, buttons) {
  const at = buttons.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else if (to !== undefined) buttons[to % buttons.length].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Below its button or above it, and within the window. */
function placeMenu(menu, { right, top, bottom }) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = bottom + height < innerHeight;
  menu.style.left = `${Math.max(8, Math.min(right, innerWidth - 8) - width)}px`;
  menu.style.top = `${Math.max(8, below ? bottom : top - height) + scrollY}px`;
}

function closeMenu(refocus = true) {
  if (!openMenu) return;
  const { button, menu } = openMenu;
  openMenu = undefined;
  menu.remove();
  button.setAttribute("aria-expanded", "false");
  if (refocus && !hasPicked()) button.focus();
}

addEventListener("pointerdown", ({ target }) => {
  if (openMenu && !openMenu.menu.contains(target) && target !== openMenu.button) closeMenu(false);
});
