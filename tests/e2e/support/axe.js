// axe-core, a checker for accessibility.
import { readFile } from "node:fs/promises";

const source = await readFile("node_modules/axe-core/axe.min.js", "utf8");

/** The violations that axe-core finds on a page or frame, one line each: rule, element and remedy. */
export async function flaws(page) {
  // By the DevTools protocol, to which the page's Content-Security-Policy does not apply.
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}
