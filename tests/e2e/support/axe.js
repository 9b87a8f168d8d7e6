// axe-core, which finds what keeps people out of a page.
import { readFile } from "node:fs/promises";

const source = await readFile("node_modules/axe-core/axe.min.js", "utf8");

/** What axe has against a page or a frame, a line each: the rule, the element, and what to do. */
export async function flaws(page) {
  // By the browser's own protocol, so that the page's policy says nothing to it.
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}
