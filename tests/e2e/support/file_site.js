// A site for tests of files' pages, and the steps that they share.
import assert from "node:assert/strict";
import path from "node:path";
import { KEY, UID, encodePath, treeOf } from "./library.js";
import { ROOT } from "./worker.js";

export { flaws as axe } from "./axe.js";

/** Stores files, given by path, in the CDN. Returns `{ secrets }` of a site with their tree. */
export function shelf(cdn, files) {
  const entries = Object.entries(files).map(([file, body]) => {
    cdn.put(`/${UID}${file}`, { body, uid: UID });
    const url = `http://vip.123pan.cn/${UID}${encodePath(file)}`;
    return { path: file, url, size: body.length, modified: 1_687_269_600 };
  });
  return { URL_TREE: treeOf(entries), PRIVATE_KEY: KEY, UID };
}

/** The URL of a file's page. */
export function viewOf(site, file) {
  return `${site.url}${encodePath(file)}?view`;
}

/** Opens a file's page, waits for its script, and clears the CDN's log. */
export async function openView(page, site, file, cdn) {
  cdn.forget();
  await page.goto(viewOf(site, file));
  await page.locator('[data-part="links"] input').first().waitFor();
}

/** Presses the preview button. */
export async function press(page) {
  await page.locator('[data-part="show"]').click();
}

/** Writes a screenshot of the page. */
export async function keep(page, name) {
  await page.screenshot({ path: path.join(ROOT, "target/screenshots", `${name}.png`), fullPage: true });
}

/** Waits until `check`, evaluated in the page, returns true. */
export async function until(page, check, argument) {
  await page.waitForFunction(check, argument);
}

export function assertSilent(complaints) {
  assert.deepEqual(complaints, []);
}
