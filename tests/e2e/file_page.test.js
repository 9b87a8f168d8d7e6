// Files' pages: their contents, without scripts and with them, and no request to the CDN before the preview.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { openBrowser, openPage } from "./support/browser.js";
import { openCdn } from "./support/cdn.js";
import { run, scratch } from "./support/clients.js";
import { axe, keep, openView, press, shelf } from "./support/file_site.js";
import { entry, openGuarded } from "./support/guarded.js";
import { ACCOUNTS, UID, encodePath } from "./support/library.js";
import { made } from "./support/media.js";
import { openSite } from "./support/site.js";
import { ROOT } from "./support/worker.js";

mkdirSync(path.join(ROOT, "target/screenshots"), { recursive: true });

const LONG = "第二季 第一集 - A very long name that goes on and on [1080p] (2024) {x265}-GROUP.with.many.dots.mkv";
const cdn = await openCdn({ accounts: ACCOUNTS });
const text = (name) => Buffer.from(`this is ${name}`);
const files = {
  "/电影/a1.mkv": text("a1"), "/电影/a2.mkv": text("a2"), "/电影/a10.mkv": text("a10"), "/电影/cover.png": made("png"),
  [`/电影/${LONG}`]: text("long"), "/电影/book.epub": text("book"), "/电影/deck.pptx": text("deck"), "/电影/photo.heic": text("photo"),
  "/电影/app.zip": text("zip"), "/电影/a1.zh.srt": text("srt"), "/电影/notes.txt": text("notes"), "/电影/doc.pdf": text("pdf"),
  "/电影/song.mp3": text("song"), "/root.bin": text("root"),
};
const site = await openSite({ secrets: shelf(cdn, files), vars: { SITE: { title: "Files of Anna" } } });
const browser = await openBrowser(cdn);
const KINDS = ["a2.mkv", "cover.png", "song.mp3", "doc.pdf", "notes.txt", "book.epub", "app.zip", LONG];

test("opening a page of any kind of file sends no request to the CDN", async () => {
  const { page, complaints } = await openPage(browser);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  cdn.forget();
  for (const name of KINDS) {
    await openView(page, site, `/电影/${name}`, cdn);
    await page.waitForLoadState("networkidle");
    assert.equal(await page.locator("video, audio, iframe, main img").count(), 0);
  }
  assert.deepEqual(cdn.log, []);
  const own = asked.filter((url) => !/\/-\/assets\/|\?view$/.test(url));
  assert.deepEqual(own, [], "nor the site for a link");
  assert.deepEqual(complaints, []);
});

test("without scripts a page is complete, and its link leads to the file", async () => {
  const { page, complaints } = await openPage(browser, { javaScriptEnabled: false, locale: "en-US" });
  await page.goto(`${site.url}${encodePath("/电影/a2.mkv")}?view`);
  assert.equal(await page.locator("h1").innerText(), "a2.mkv");
  assert.equal(await page.locator("[hidden]:visible").count(), 0);
  assert.deepEqual(await page.locator(".neighbours a").evaluateAll((all) => all.map((each) => each.getAttribute("href"))), ["a1.mkv?view", "a10.mkv?view"]);
  assert.match(await page.locator("dl").innerText(), /10 B[\s\S]*2023-06-20/);
  assert.deepEqual(await page.locator("header a").evaluateAll((all) => all.map((each) => new URL(each.href).pathname)), ["/", encodePath("/电影/")]);
  const download = page.getByRole("link", { name: "Download" });
  assert.equal(await download.getAttribute("href"), "a2.mkv", "query-free");
  cdn.forget();
  const [saved] = await Promise.all([page.waitForEvent("download"), download.click()]);
  assert.equal(await saved.failure(), null);
  assert.equal(cdn.log[0].path, `/${UID}/电影/a2.mkv`);
  await keep(page, "file-noscript");
  assert.deepEqual(complaints, []);
});

test("the download button never leaves the page, which says where a file opens instead of being saved", async () => {
  const { page, complaints } = await openPage(browser, { locale: "en-US" });
  await openView(page, site, "/电影/notes.txt", cdn);
  const link = page.getByRole("link", { name: /^Download/ });
  await link.click();
  const status = page.locator('[data-part="status"]');
  await status.getByText("opens this kind of file instead of saving it").waitFor();
  const [tab] = await Promise.all([page.waitForEvent("popup"), status.getByRole("link", { name: "Open in a new tab" }).click()]);
  await tab.getByText("this is notes").waitFor();
  assert.ok(page.url().endsWith("/notes.txt?view"));
  const asked = cdn.requestsFor(`/${UID}/电影/notes.txt`);
  assert.deepEqual(asked.map(({ headers }) => headers.referer), [undefined, undefined]);
  await openView(page, site, "/电影/app.zip", cdn);
  const [saved] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.equal(saved.suggestedFilename(), "app.zip");
  assert.equal(await status.innerText(), "");
  assert.deepEqual(complaints, []);
});

test("lynx shows a file's page", async () => {
  const cwd = scratch();
  const { status, stdout, stderr } = await run("lynx", ["-dump", "-nolist", "-display_charset=utf-8", `${site.url}${encodePath("/电影/a2.mkv")}?view`], { cwd });
  assert.equal(status, 0, stderr);
  for (const word of ["Files of Anna", "电影", "a2.mkv", "Download", "Previous a1.mkv", "Next a10.mkv", "Size", "10 B", "2023-06-20"]) {
    assert.ok(stdout.includes(word), `${word} in\n${stdout}`);
  }
  assert.doesNotMatch(stdout, /Nothing is loaded|Open in|Links/, "nothing that only scripts do");
});

test("kinds without a preview say why, and lead to the download", async () => {
  const { page } = await openPage(browser, { locale: "en-US" });
  for (const [name, hint] of [["book.epub", /e-books/], ["deck.pptx", /office/], ["photo.heic", /pictures of this kind/]]) {
    await openView(page, site, `/电影/${name}`, cdn);
    assert.match(await page.locator(".notice").innerText(), hint);
    assert.equal(await page.locator('[data-part="show"]').count(), 0);
  }
});

test("every control is reachable by keyboard, and the focus is always visible", async () => {
  const { page, complaints } = await openPage(browser, { locale: "en-US" });
  await openView(page, site, "/电影/cover.png", cdn);
  const visited = [];
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const { activeElement: element } = document;
      if (element === document.body) return null;
      const { outlineStyle, borderTopWidth } = getComputedStyle(element);
      const { width, height } = element.getBoundingClientRect();
      return { name: element.getAttribute("aria-label") ?? element.textContent.trim(), visible: outlineStyle !== "none" || borderTopWidth !== "0px", shown: width > 0 && height > 0 };
    });
    if (!focus) break;
    assert.ok(focus.visible && focus.shown, JSON.stringify(focus));
    visited.push(focus.name);
  }
  for (const name of [/^Show the picture/, /^Download/, /^Path$/, /^Copy: curl$/, /^Dark$/]) {
    assert.ok(visited.some((each) => name.test(each)), `${name} in ${visited.join(", ")}`);
  }
  await page.locator('[data-part="show"]').focus();
  await page.keyboard.press("Enter");
  await page.locator(".picture img[style]").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.className), "picture");
  assert.deepEqual(complaints, []);
});

test("arrow keys lead from picture to picture also before one is shown, and load nothing", async () => {
  const { page } = await openPage(browser, { locale: "en-US" });
  const secrets = shelf(cdn, { "/via/1.png": text("1"), "/via/2.png": text("2") });
  const pictures = await openSite({ secrets });
  await openView(page, pictures, "/via/1.png", cdn);
  await page.keyboard.press("ArrowRight");
  await page.waitForURL("**/2.png?view");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL("**/1.png?view");
  assert.deepEqual(cdn.log, []);
});

test("a locked file asks for the password, then shows its page; neighbours that are locked don't appear", async () => {
  const locked = ["/team/a.mkv", "/team/b.mkv", "/team/c.mkv", "/open/z.mkv"].map((each) => entry(each, 4));
  const rules = [
    { path: "/team", password: "TEAM" }, { path: "/team/b.mkv", access: "deny" }, { path: "/open", budget: { day: "1 KB" } },
  ];
  const guarded = await openGuarded(locked, rules, { secrets: { TEAM: "open sesame" } });
  const { page } = await openPage(browser, { locale: "en-US" });
  await page.goto(`${guarded.url}/team/a.mkv?view`);
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByText("not right").waitFor();
  await page.getByLabel("Password").fill("open sesame");
  await page.getByRole("button", { name: "Open" }).click();
  await page.waitForURL("**/team/a.mkv?view");
  assert.deepEqual(await page.locator(".neighbours a bdi").allInnerTexts(), ["c.mkv"]);
  const answer = await guarded.request("/team/a.mkv?view", { headers: { accept: "text/html" } });
  assert.equal(answer.status, 401);
  assert.doesNotMatch(answer.text, /c\.mkv/);
  // A page is no download: it charges no budget.
  for (let times = 0; times < 400; times += 1) {
    const { status } = await guarded.request("/open/z.mkv?view");
    if (status !== 200) assert.fail(`${status} after ${times}`);
  }
  assert.equal((await guarded.request("/open/z.mkv")).status, 302);
});

test("the page has the headers for caches and browsers", async () => {
  const view = `${encodePath("/电影/a2.mkv")}?view`;
  const { headers, text: html } = await site.request(view);
  assert.match(headers["content-security-policy"], /media-src 'self' http:\/\/vip\.123pan\.cn(;|$)/);
  assert.doesNotMatch(headers["content-security-policy"], /unsafe|\*|data:|blob:/);
  assert.equal(headers["cache-control"], "private, no-cache");
  assert.match(headers.vary, /Accept-Language/);
  assert.doesNotMatch(html, /auth_key|\sstyle=|\son[a-z]+=|javascript:/);
  const head = await site.request(view, { method: "HEAD" });
  assert.deepEqual([head.status, head.body.length], [200, 0]);
  assert.ok(html.length < 6_000, `${html.length} bytes`);
});

test("every text is in the visitor's language, and axe-core finds no problem", async () => {
  const languages = { en: ["en-US", /Download/], "zh-Hans": ["zh-CN", /下载/], "zh-Hant": ["zh-TW", /下載/] };
  for (const [tag, [locale, word]] of Object.entries(languages)) {
    for (const colorScheme of ["light", "dark"]) {
      for (const width of [320, 1440]) {
        const { page, complaints } = await openPage(browser, { locale, colorScheme, viewport: { width, height: 800 } });
        for (const name of [LONG, "cover.png"]) {
          await openView(page, site, `/电影/${name}`, cdn);
          assert.match(await page.locator(".actions").innerText(), word);
          assert.equal(await page.locator("html").getAttribute("lang"), tag);
          assert.deepEqual(await axe(page), [], `${tag} ${colorScheme} ${width} ${name}`);
          const { wide, small } = await page.evaluate(() => ({
            wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            small: [...document.querySelectorAll("main :is(a, button, input, select)")].filter((each) => {
              const target = each.type === "checkbox" ? each.closest("label") : each;
              const box = target.getBoundingClientRect();
              return box.height > 0 && box.height < 44;
            }).map((each) => each.outerHTML.slice(0, 80)),
          }));
          assert.deepEqual([wide, small], [0, []], `${tag} ${width}`);
          await keep(page, `file-${name === LONG ? "long" : "cover"}-${tag}-${colorScheme}-${width}`);
        }
        await press(page);
        await page.locator(".picture img[style]").waitFor();
        assert.deepEqual(await axe(page), [], `${tag} ${colorScheme} ${width}, shown`);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(over, 0, `${tag} ${width}, shown`);
        await keep(page, `file-shown-${tag}-${colorScheme}-${width}`);
        assert.deepEqual(complaints, []);
        await page.context().close();
      }
    }
  }
});
