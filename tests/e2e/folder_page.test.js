// Folder pages as the Worker renders them: size, contents without scripts, escaping, and the owner's branding.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { run, scratch } from "./support/clients.js";
import { ACCOUNTS, KEY, UID } from "./support/library.js";
import { rows, textOf, element } from "./support/page.js";
import { EVIL_NAMES, agoAt, realNames, secretsOf, sizeAt, treeOfNames } from "./support/rows.js";
import { openSite } from "./support/site.js";

const LANGUAGES = ["en", "zh-Hans", "zh-Hant"];
const hundred = await openSite({ secrets: secretsOf(treeOfNames(realNames(100))) });
const browser = await openBrowser(await openCdn({ accounts: ACCOUNTS }));

const pageOf = (site, target, language = "en") => site.request(target, { headers: { "accept-language": language } });
const assetsOf = (html) => [...html.matchAll(/(?:href|src)="(\/-\/assets\/[^"]+)"/g)].map(([, target]) => target);

test("a hundred rows are less than 15 KB of HTML, and style and script stay small", async (t) => {
  for (const language of LANGUAGES) {
    const { body, text } = await pageOf(hundred, "/", language);
    t.diagnostic(`100 rows, ${language}: ${body.length} bytes, ${gzipSync(body).length} gzipped`);
    assert.equal(rows(text).length, 100);
    assert.ok(body.length < 15 * 1024, `${body.length} bytes`);
    for (const target of assetsOf(text)) {
      const asset = await hundred.request(target);
      const bytes = gzipSync(asset.body, { level: 9 }).length;
      const limit = { "text/css": 6, "text/javascript": 20, "image/svg+xml": 3 }[asset.headers["content-type"].split(";")[0]];
      t.diagnostic(`${path.basename(target)}: ${asset.body.length} bytes, ${bytes} gzipped`);
      assert.ok(bytes <= limit * 1024, `${target}: ${bytes} bytes gzipped`);
      assert.match(asset.headers["cache-control"], /immutable/);
      assert.equal(asset.headers["x-content-type-options"], "nosniff");
    }
  }
});

test("each language's script is one valid module", async () => {
  const cwd = scratch();
  for (const language of LANGUAGES) {
    const { text } = await pageOf(hundred, "/", language);
    const target = assetsOf(text).find((each) => each.endsWith(".js"));
    assert.match(target, new RegExp(`/folder\\.${language}\\.js$`));
    const script = path.join(cwd, `${language}.mjs`);
    await writeFile(script, (await hundred.request(target)).text);
    // Modules are joined into one: two names alike at their top would be an error here.
    assert.deepEqual(await run(process.execPath, ["--check", script], { cwd }), { status: 0, stdout: "", stderr: "" });
  }
});

test("counts, total, exact and relative dates and their time zone are in each language", async () => {
  const ago = { en: "2 hours ago", "zh-Hans": "2 小时前", "zh-Hant": "2 小時前" };
  const counts = { en: "1 folder, 20 files", "zh-Hans": "1 个文件夹，20 个文件", "zh-Hant": "1 個資料夾，20 個檔案" };
  const now = Math.floor(Date.now() / 1000);
  const tree = treeOfNames(realNames(20), { now, folders: ["内"] });
  const site = await openSite({ secrets: secretsOf(tree), vars: { SITE: { time_zone: "-03:30" } } });
  for (const language of LANGUAGES) {
    const { text } = await pageOf(site, "/", language);
    const caption = textOf(element(text, "caption"));
    assert.ok(caption.startsWith(counts[language]), caption);
    const total = Array.from({ length: 20 }, (_, at) => sizeAt(at)).reduce((sum, size) => sum + size);
    assert.ok(caption.includes(` · ${(total / 1024 ** 2).toFixed(1)} MB`), caption);
    assert.match(caption, /UTC-03:30/);
    const at = Array.from({ length: 20 }, (_, each) => each).find((each) => Math.floor(agoAt(each) / 3600) === 2);
    const row = rows(text).find(({ text: name }) => name === realNames(20)[at]);
    const exact = new Date((now - agoAt(at) - 3.5 * 3600) * 1000).toISOString().slice(0, 16).replace("T", " ");
    assert.equal(row.cells[2].trim(), `${ago[language]}\n${exact}`);
  }
});

test("an empty folder, a locked one, and one that lacks sizes say so", async () => {
  const tree = `Team:\n  http://vip.123pan.cn/${UID}/a\nEmpty:\n  http://vip.123pan.cn/${UID}/hidden\n7:http://vip.123pan.cn/${UID}/b\nhttp://vip.123pan.cn/${UID}/c\n`;
  const vars = { RULES: [{ path: "/Team", password: "WORD", listed: true }, { path: "/Empty", hide: ["hidden"] }] };
  const site = await openSite({ secrets: { ...secretsOf(tree), SITE_KEYS: "0123456789abcdef0123456789abcdef", WORD: "open sesame" }, vars });
  const { text } = await pageOf(site, "/");
  assert.match(textOf(element(text, "caption")), /^2 folders, 2 files · at least 7 B$/);
  assert.match(text, /<a href="Team\/" class="locked">Team\/<\/a> <i>locked<\/i>/);
  const empty = (await pageOf(site, "/Empty/")).text;
  assert.match(empty, /There is nothing in this folder yet\./);
  assert.match(empty, /<a href="\.\.\/" class="up">/);
});

test("without JavaScript everything can be read, and names are text whatever is in them", async () => {
  const site = await openSite({ secrets: secretsOf(treeOfNames(EVIL_NAMES)) });
  const { page, complaints } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${site.url}/`);
  const names = await page.locator("table.list tbody a").allTextContents();
  assert.deepEqual(names.toSorted(), EVIL_NAMES.toSorted());
  assert.equal(await page.locator("table.list img, table.list script, [onclick]").count(), 0);
  const [width, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(width <= screen);
  assert.deepEqual(complaints, []);
});

test("the table stays a table for screen readers, though its layout is a grid", async () => {
  const { page } = await openPage(browser);
  await page.goto(`${hundred.url}/`);
  // As the browser hands it to a screen reader: some lose a table's roles when its display changes.
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const of = (role) => nodes.filter((node) => !node.ignored && node.role?.value === role);
  assert.match(of("table")[0].name.value, /^100 files · /);
  assert.deepEqual(of("columnheader").map(({ name }) => name.value), ["Name", "Size", "Modified"]);
  assert.equal(of("row").length, 101);
  assert.ok(of("cell").length >= 300, `${of("cell").length} cells`);
});

test("the owner's icon, footer, colour and style reach every page, and nothing breaks out of them", async () => {
  const css = "body { outline: 3px solid rgb(1, 2, 3) } </style><script>alert(1)</script>";
  const look = {
    title: "Mine", accent: "#ffe600", css, icon: "https://icons.example/i.png?a&b",
    footer: "Made by **me** <script>alert(1)</script> [imprint](/imprint.txt)",
  };
  const site = await openSite({ secrets: secretsOf(treeOfNames(["a.txt"])), vars: { SITE: look } });
  for (const target of ["/", "/nothing"]) {
    const { text, headers } = await pageOf(site, target);
    assert.match(text, /<link rel="icon" href="https:\/\/icons\.example\/i\.png\?a&#38;b">/);
    assert.match(text, /<strong>me<\/strong> &#60;script&#62;/);
    assert.match(text, /<a href="\/imprint\.txt"/);
    assert.doesNotMatch(text, /alert\(1\)<\/script>|<style|\sstyle=/);
    assert.match(headers["content-security-policy"], /style-src 'self';.*img-src 'self' https:/);
    const [custom] = assetsOf(text).filter((each) => each.endsWith("/custom.css"));
    const sheet = await site.request(custom);
    assert.equal(sheet.headers["content-type"], "text/css; charset=utf-8");
    assert.equal(sheet.headers["x-content-type-options"], "nosniff");
    assert.match(sheet.headers["cache-control"], /immutable/);
    assert.ok(sheet.text.endsWith(css));
    assert.equal((await site.request(custom.replace(/[0-9a-f]{16}/, "0"))).headers["cache-control"], "no-cache");
  }
  const { page } = await openPage(browser, { colorScheme: "light" });
  await page.goto(`${site.url}/`);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).outlineColor), "rgb(1, 2, 3)");
  // Yellow can't be read on white: it was made darker. On dark paper it stays.
  const accent = () => page.locator(".button[aria-pressed=true]").evaluate((button) => getComputedStyle(button).color);
  assert.equal(await accent(), "rgb(119, 107, 0)");
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await accent(), "rgb(255, 230, 0)");
  assert.equal((await pageOf(hundred, "/-/assets/0/custom.css")).status, 404);
});

test("an invalid colour or icon is a configuration error with a hint", async () => {
  for (const [field, value] of [["accent", "red;}"], ["icon", "javascript:alert(1)"], ["icon", "//evil.example/i"]]) {
    const site = await openSite({ secrets: secretsOf("1:http://vip.123pan.cn/1/a"), vars: { SITE: { [field]: value } } });
    const { status, text } = await pageOf(site, "/");
    assert.equal(status, 503);
    assert.match(text, new RegExp(`<code>SITE\\.${field}</code>`));
    assert.ok(!text.includes(value));
  }
});

test("relative links and images of header and readme resolve on every page", async () => {
  const cdn = await openCdn({ accounts: ACCOUNTS });
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  cdn.put(`/${UID}/dot.png`, { body: png, uid: UID });
  const tree = `Docs:\n  1:http://vip.123pan.cn/${UID}/dot.png\n  Sub:\n    1:http://vip.123pan.cn/${UID}/x.txt\n`;
  const vars = { RULES: [{ path: "/Docs", readme: "![dot](dot.png) [sub](Sub/) [top](/)" }] };
  const site = await openSite({ secrets: { URL_TREE: tree, PRIVATE_KEY: KEY, UID }, vars });
  const { page, complaints } = await openPage(await openBrowser(cdn));
  await page.goto(`${site.url}/Docs/`, { waitUntil: "networkidle" });
  assert.equal(await page.$eval(".readme img", (image) => image.naturalWidth), 1);
  assert.equal(await page.$eval(".readme a", (link) => link.pathname), "/Docs/Sub/");
  assert.deepEqual(complaints, []);
});
