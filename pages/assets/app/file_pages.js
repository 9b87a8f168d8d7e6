// Clicks on files that open their pages, if a rule says so (`click = "view"`); without scripts they download.
import { table } from "./rows.js";

/** Makes the click that is being handled on a file's link open the file's page. */
export function leadToPage(link) {
  if (table.dataset.click !== "view") return;
  const href = link.getAttribute("href");
  link.setAttribute("href", `${href}?view`);
  // The link is restored, so that copying it copies the file's own URL.
  setTimeout(() => link.setAttribute("href", href));
}
