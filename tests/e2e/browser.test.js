// Folder pages in Chromium: without JavaScript, without console errors, and every link leads to the object that was
// signed.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { ACCOUNTS, FILES, KEY, TREE, UID, encodePath, fileAt, stock } from "./support/library.js";
import { openSite } from "./support/site.js";

const cdn = await openCdn({ accounts: ACCOUNTS });
stock(cdn);
// Chromium shows text only where it looks like text.
const textOf = ({ cdnPath }) => `this is ${cdnPath}`;
for (const file of FILES.filter(({ path }) => path.endsWith(".txt"))) {
  cdn.put(file.cdnPath, { body: Buffer.from(textOf(file)), uid: UID });
}
// A click gets the file itself: its page has tests of its own.
const site = await openSite({
  secrets: { URL_TREE: TREE, PRIVATE_KEY: KEY, UID }, vars: { RULES: [{ path: "/", click: "download" }] },
});
const browser = await openBrowser(cdn);

/** Every browser asks for this one by itself, and nothing there is a good answer. */
const ignored = (url) => url.endsWith("/favicon.ico");

/** The table's rows as the browser understands them. */
function rowsOf(page) {
  return page.$$eval("table a[href]", (all) => all.map((each) => ({
    href: each.getAttribute("href"), target: each.href,
  }))).then((all) => all.filter(({ href }) => href !== "../"));
}

test("the pages work without JavaScript, from the root to the deepest folder and back", async () => {
  const { page, complaints } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${site.url}/`);
  for (const name of ["deep", "1", "2", "3", "4", "5"]) {
    await page.locator("table").getByRole("link", { name: new RegExp(`^${name}/?$`) }).click();
  }
  assert.equal(page.url(), `${site.url}/deep/1/2/3/4/5/`);
  await page.locator("nav").getByRole("link", { name: "deep" }).click();
  assert.equal(page.url(), `${site.url}/deep/`);
  await page.locator('a[href="../"]').first().click();
  assert.equal(page.url(), `${site.url}/`);
  assert.deepEqual(complaints, []);
});

test("the browser reports no error: styles apply, the policy is kept, no resource is missing", async () => {
  const { page, complaints } = await openPage(browser);
  const failed = [];
  page.on("response", (response) => {
    if (response.status() >= 400 && !ignored(response.url())) failed.push(response.url());
  });
  page.on("requestfailed", (request) => failed.push(request.url()));
  // Until nothing is under way: a page that is left before its icon has come gives that request up.
  for (const path of ["/", encodePath("/odd names/"), "/-/health", "/"]) {
    await page.goto(site.url + path, { waitUntil: "networkidle" });
  }
  // A style sheet that the policy blocks would leave the user agent's own font.
  const rules = await page.evaluate(() => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).length);
  assert.ok(rules > 0, "a style sheet applies");
  assert.deepEqual([complaints, failed], [[], []]);
});

test("a phone shows the page without scrolling sideways", async () => {
  const { page } = await openPage(browser, { viewport: { width: 320, height: 600 }, isMobile: true });
  for (const path of ["/", encodePath("/odd names/")]) {
    await page.goto(site.url + path);
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert.ok(content <= screen, `${path}: ${content} > ${screen}`);
  }
});

test("a click on each link ends at exactly the object that was signed", async () => {
  const { page } = await openPage(browser, { acceptDownloads: true });
  const clicked = new Set();
  const visit = async (url) => {
    await page.goto(url);
    for (const { href, target } of await rowsOf(page)) {
      if (href.endsWith("/")) {
        await visit(target);
        continue;
      }
      const file = fileAt(decodeURIComponent(new URL(target).pathname));
      assert.ok(file, `${target} is in the tree`);
      await page.goto(url);
      cdn.forget();
      const link = page.locator(`table a[href=${JSON.stringify(href)}]`);
      // Text is shown, sound is played, anything else is downloaded.
      const isSound = file.path.endsWith(".mp3");
      if (isSound || file.path.endsWith(".txt")) {
        await link.click();
        await page.waitForURL(/auth_key=/);
        assert.equal(decodeURIComponent(new URL(page.url()).pathname), file.cdnPath);
        if (!isSound) assert.equal(await page.locator("pre").textContent(), textOf(file));
      } else {
        const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
        assert.ok((await readFile(await download.path())).equals(cdn.bytes(file.cdnPath)), file.path);
      }
      const asked = cdn.log.filter(({ path }) => !ignored(path));
      // A player asks for parts, as many as it likes.
      const answers = asked.map(({ path, status }) => [path, isSound && status === 206 ? 200 : status]);
      assert.deepEqual(isSound ? answers.slice(0, 1) : answers, [[file.cdnPath, 200]]);
      assert.equal(asked[0].headers.referer, undefined);
      clicked.add(file.path);
    }
  };
  await visit(`${site.url}/`);
  assert.equal(clicked.size, FILES.length);
});
