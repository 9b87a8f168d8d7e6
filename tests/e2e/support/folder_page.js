// Steps of tests of folder pages in Chromium.
import { openPage } from "./browser.js";

/** Opens a page with its script running: `{ page, complaints }`. */
export async function openFolder(browser, url, options = {}) {
  const { page, complaints } = await openPage(browser, options);
  await page.goto(url);
  await page.locator(".tools .field").waitFor();
  return { page, complaints };
}

/** The names of the visible rows, in their order. */
export function namesOf(page) {
  return page.locator("table.list tbody a:not(.up)").allTextContents();
}

/** The name that has the focus. */
export function focusOf(page) {
  return page.evaluate(() => document.activeElement.closest("tr")?.querySelector("td a").textContent);
}
