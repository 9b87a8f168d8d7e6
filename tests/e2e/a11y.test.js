// Accessibility: axe-core finds no problem on any type of page, and touch targets are large enough on a phone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { openBrowser } from "./support/browser.js";
import { PAGES, openAllPages, openType } from "./support/page_types.js";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const { site, cdn } = await openAllPages();
const browser = await openBrowser(cdn);

/** What axe-core finds, each with the place it is at. */
async function findings(page) {
  // A string, as the browser's console takes it: the page's policy would refuse a script.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), TAGS);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}

/** Links and buttons of the page that are smaller than a fingertip, as `[name, width, height]`. */
function smallTargets(page) {
  return page.evaluate(() => [...document.querySelectorAll("a[href], button, input, select, summary")].flatMap((each) => {
    if (!each.checkVisibility({ visibilityProperty: true })) return [];
    const { width, height, left } = each.getBoundingClientRect();
    // Targets in running text are exempt (WCAG 2.2, 2.5.8), and so are invisible ones.
    const inText = each.matches(".prose a, p:not(.actions) a, dd a, li a:not(.found a)") && getComputedStyle(each).display === "inline";
    const hidden = width <= 1 || each.matches(".skip, [type=hidden]") || left < -100;
    const target = each.matches("[type=checkbox], [type=radio]") ? each.closest("label") ?? each : each;
    const box = target.getBoundingClientRect();
    if (inText || hidden || (box.width >= 43.5 && box.height >= 43.5)) return [];
    return [[each.outerHTML.slice(0, 120), Math.round(box.width), Math.round(box.height)]];
  }));
}

for (const width of [320, 1440]) {
  test(`axe-core finds nothing on any page at ${width} px, light and dark`, async () => {
    const found = [];
    for (const colorScheme of ["light", "dark"]) {
      const phone = width < 500 ? { isMobile: true, hasTouch: true } : {};
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP: true, reducedMotion: "reduce", ...phone });
      const page = await context.newPage();
      for (const type of PAGES) {
        await openType(page, site, type);
        for (const each of await findings(page)) found.push(`${type.name}, ${colorScheme}: ${each}`);
      }
      await context.close();
    }
    assert.deepEqual(found, []);
  });
}

test("on a phone of 320 px every target is 44 px large, and nothing scrolls sideways", async () => {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  const found = [];
  for (const type of PAGES) {
    await openType(page, site, type);
    for (const each of await smallTargets(page)) found.push([type.name, ...each]);
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    if (content > screen) found.push([type.name, "scrolls sideways", content]);
  }
  await context.close();
  assert.deepEqual(found, []);
});
