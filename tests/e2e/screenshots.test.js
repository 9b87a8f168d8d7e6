// Screenshots of every type of page in both themes, three languages and three widths, in target/screenshots; the
// preferences form; and no console errors.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { UID } from "./support/library.js";
import { PAGES, openAllPages, openType } from "./support/page_types.js";
import { secretsOf } from "./support/rows.js";
import { openSite } from "./support/site.js";

const OUT = path.resolve("target/screenshots");
const LANGUAGES = { en: "en", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant" };
const WIDTHS = [320, 768, 1440];
const { site, cdn } = await openAllPages();
const browser = await openBrowser(cdn);
await mkdir(OUT, { recursive: true });

/** What Chromium says of a status that is meant. */
const isMeant = (complaint) => /status of 40[14]/.test(complaint);

for (const [locale, tag] of Object.entries(LANGUAGES)) {
  test(`every page in ${tag}: its language, no console error, and screenshots`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of WIDTHS) {
        const phone = width < 500 ? { isMobile: true, hasTouch: true } : {};
        const { page, complaints } = await openPage(browser, { locale, colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce", ...phone });
        // In one language every state, in the others every type of page.
        for (const type of PAGES.filter(({ act, path: hash }) => tag === "en" || !(act || hash.includes("#")))) {
          await openType(page, site, type);
          assert.equal(await page.evaluate(() => document.documentElement.lang), tag);
          const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(sideways <= 0, `${type.name} at ${width}: ${sideways} px too wide`);
          await page.screenshot({ path: path.join(OUT, `${type.name}-${tag}-${colorScheme}-${width}.png`) });
        }
        assert.deepEqual(complaints.filter((each) => !isMeant(each)), [], `${tag} ${colorScheme} ${width}`);
        await page.context().close();
      }
    }
  });
}

test("the preferences form sets language and theme without scripts, and they persist", async () => {
  const { page } = await openPage(browser, { javaScriptEnabled: false, colorScheme: "light" });
  const ground = () => page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
  await page.goto(`${site.url}/Films/`);
  const light = await ground();
  await page.getByRole("button", { name: "Dark" }).click();
  assert.equal(page.url(), `${site.url}/Films/`);
  assert.notEqual(await ground(), light);
  await page.getByRole("button", { name: "繁體中文" }).click();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hant");
  await page.goto(`${site.url}/nothing`);
  assert.notEqual(await ground(), light);
  assert.equal(await page.getByRole("button", { name: "深色" }).getAttribute("aria-pressed"), "true");
  await page.getByRole("button", { name: "自動" }).click();
  assert.equal(await ground(), light);
});

test("a page prints its list, and respects reduced motion and forced colours", async () => {
  const { page } = await openPage(browser);
  await page.goto(`${site.url}/`, { waitUntil: "networkidle" });
  await page.emulateMedia({ media: "print" });
  for (const gone of [".tools", ".preferences", ".icon-more"]) {
    assert.equal(await page.locator(gone).first().isVisible(), false, gone);
  }
  assert.ok(await page.getByRole("link", { name: "picture.png" }).isVisible());
  await page.emulateMedia({ media: "screen", reducedMotion: "reduce", forcedColors: "active" });
  const link = page.getByRole("link", { name: "picture.png" });
  assert.match(await link.evaluate((each) => getComputedStyle(each).transitionDuration), /^0s/);
  await page.screenshot({ path: path.join(OUT, "folder-forced-colours.png") });
});

test("a folder page as the READMEs show it, in light and dark", async () => {
  const hour = (ago) => Math.floor(Date.now() / 1000) - ago * 3600;
  const file = (bytes, ago, name) => `  ${bytes}:${hour(ago)}:https://vip.123pan.cn/${UID}/${encodeURIComponent(name)}`;
  const tree = [
    "Movies:", file(4_812_330_112, 3, "Cosmos.S01E01.1080p.mkv"), file(4_633_120_768, 27, "Cosmos.S01E02.1080p.mkv"),
    "Music:", file(31_457_280, 50, "01 - Prelude.flac"), "Family:", file(1, 1, "letter.txt"),
    ...[
      file(84_312_064, 2, "app-2.4.0.apk"), file(3_244_032, 26, "春游照片.jpg"), file(18_874_368, 200, "Guide.pdf"),
      file(921_600_000, 30, "第01集.mp4"), file(12_288, 700, "README.md"),
    ].map((line) => line.trim()),
  ].join("\n");
  const shown = await openSite({
    secrets: { ...secretsOf(tree), SITE_KEYS: "0123456789abcdef0123456789abcdef", WORD: "open sesame" },
    vars: { SITE: { title: "My files" }, RULES: [{ path: "/Family", password: "WORD", listed: true }] },
  });
  for (const colorScheme of ["light", "dark"]) {
    const { page } = await openPage(browser, { colorScheme, viewport: { width: 860, height: 560 }, reducedMotion: "reduce" });
    await page.goto(`${shown.url}/`);
    await page.locator(".bar .field").waitFor();
    assert.equal(await page.getByRole("row").count(), 9, "a heading and eight entries");
    // The pictures in docs/images are these: UPDATE_DOCS=1 make e2e TESTS=tests/e2e/screenshots.test.js
    const folder = process.env.UPDATE_DOCS ? path.resolve("docs/images") : OUT;
    await page.screenshot({ path: path.join(folder, `folder-${colorScheme}.png`) });
    await page.context().close();
  }
});
